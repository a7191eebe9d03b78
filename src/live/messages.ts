/**
 * What the API server, the scheduler and the kubelet say, read for its cause. The first rule of a place that fits counts, so special ones stand before general ones.
 */
import type { Reading } from './cause.ts';
import { ADMISSION } from './messages/admission.ts';
import { NODES } from './messages/nodes.ts';
import type { Place, Rule } from './messages/rule.ts';

export const RULES: readonly Rule[] = [...ADMISSION, ...NODES];

/** What a message means, where it is said; undefined for one that no rule knows. `said` is the message. */
export function readMessage(at: Place, message: string): Reading | undefined {
  for (const { at: place, says, read } of RULES) {
    const match = place === at ? says.exec(message) : null;
    if (match !== null) return { ...read(...match.slice(1)), said: message };
  }
  return undefined;
}
