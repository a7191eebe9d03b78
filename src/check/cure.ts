/** A patch that resolves a finding: in the words of a config for its hint, and as a value that `init --fix` takes. */
import type { Cure } from '../model/finding.ts';
import type { Json, Operation } from '../model/json.ts';
import type { Placement } from '../model/plan.ts';

export interface PatchCure {
  /** The keys of an entry for the target, between backticks. */
  readonly keys: string;
  readonly cure: Cure;
}

export function patchCure(target: Placement, operations: readonly Operation[]): PatchCure {
  const isPlain = target.hook === undefined && target.rule === undefined;
  return {
    keys: `${isPlain ? '`hook: false` and ' : ''}\`patch: ${flow(operations as unknown as Json)}\``,
    cure: { of: target.resource, patch: operations },
  };
}

/** YAML in one line. */
function flow(value: Json): string {
  if (typeof value === 'string') return isWord(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([key, part]) => `${flow(key)}: ${flow(part ?? null)}`)
    .join(', ')}}`;
}

/** True for what is this string without quotes too. */
const isWord = (text: string): boolean =>
  /^[a-z/][\w./~-]*$/i.test(text) && !/^(?:true|false|yes|no|on|off|y|n|null)$/i.test(text);
