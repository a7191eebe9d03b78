/**
 * A look at the words of what a container runs, which spares reading it: most hooks call one program, and nothing in that waits.
 */

import type { JsonObject } from '../../model/json.ts';
import type { CheckContext } from '../context.ts';
import type { Container } from '../needs/references.ts';
import { readEnvironment } from '../scripts/environment.ts';
import { mayReadFile } from '../scripts/files.ts';

/** Whatever waits has one of these in lower case: loops of shells and of programming languages, options, and the programs of programs.ts. */
const WAITING =
  'while until for loop retry wait rollout settimeout setinterval cub kubernetes-entrypoint depends-on'.split(' ');

/**
 * False when a container surely waits for nothing, as long as each word stands in one piece: nobody writes `wa''it`. An init container waits
 * whenever it checks.
 */
export function mayWait(
  { value, path, init }: Container,
  podSpec: JsonObject,
  namespace: string | undefined,
  context: CheckContext,
): boolean {
  if (init) return true;
  const texts = ['image', 'command', 'args'].flatMap((key) => value[key] ?? []).map(String);
  if (hasWord(texts) || mayReadFile(texts, value, podSpec, namespace, context)) return true;
  if (!texts.some((text) => text.includes('$'))) return false;
  const variables = [...readEnvironment(value, path, namespace, context).values()];
  return hasWord(variables.map((variable) => variable.value));
}

function hasWord(texts: readonly string[]): boolean {
  const text = texts.join('\n').toLowerCase();
  return WAITING.some((word) => text.includes(word));
}
