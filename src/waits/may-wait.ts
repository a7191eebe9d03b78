/**
 * A look at the words of what a container runs, which spares reading it: most hooks call one program, and nothing in that waits.
 */

import type { JsonObject } from '../model/json.ts';
import type { Placement } from '../model/plan.ts';
import { type Container, containersOf, podSpecOf } from '../release/references.ts';
import type { Release } from '../release/release.ts';
import { readEnvironment } from '../scripts/environment.ts';
import { entrypointOf, mayReadFile } from '../scripts/files.ts';

/** Whatever waits has one of these in lower case: loops of shells and of programming languages, options, and the programs of programs.ts. */
const WAITING =
  'while until for loop retry wait rollout settimeout setinterval cub kubernetes-entrypoint depends-on'.split(' ');

/** False when a resource surely waits for nothing, as long as each word stands in one piece: people do not write `wa''it`. */
export function mayWait(placement: Placement, release: Release): boolean {
  const pod = podSpecOf(placement);
  if (pod === undefined) return false;
  return containersOf(placement).some(
    (container) => isAwaitedContainer(container) && mayContainerWait(container, pod.spec, placement, release),
  );
}

/** A sidecar (an init container that restarts always) holds up nothing. */
export const isAwaitedContainer = ({ value, init }: Container): boolean => !init || value['restartPolicy'] !== 'Always';

/** An init container waits whenever it checks. */
function mayContainerWait(
  { value, path, init }: Container,
  podSpec: JsonObject,
  { resource }: Placement,
  release: Release,
): boolean {
  if (init || entrypointOf(value, podSpec, resource.namespace, release) !== undefined) return true;
  const texts = ['image', 'command', 'args'].flatMap((key) => value[key] ?? []).map(String);
  if (hasWord(texts) || mayReadFile(texts, value, podSpec, release)) return true;
  if (!texts.some((text) => text.includes('$'))) return false;
  const variables = [...readEnvironment(value, path, resource.namespace, release).values()];
  return hasWord(variables.map((variable) => variable.value));
}

function hasWord(texts: readonly string[]): boolean {
  const text = texts.join('\n').toLowerCase();
  return WAITING.some((word) => text.includes(word));
}
