/**
 * What conditions of a script ask for, and whether what is known of the variables answers them already.
 */
import { UNKNOWN } from './environment.ts';
import { expandText, type Variables } from './expand.ts';
import type { Case, Node, Script } from './shell-tree.ts';

/** `[ $? -ne 0 ]`: the result of the command before it decides. */
export const asksForStatus = (node: Node): boolean =>
  node.type === 'simple' && node.words.some(({ source }) => source.includes('$?'));

/** True for a script that asks the cluster whether something is there. */
export const looks = (script: Script): boolean =>
  script.some(({ nodes }) =>
    nodes.some(
      (node) =>
        node.type === 'simple' &&
        (/^(?:kubectl|oc|helm)$/.test(node.words[0]?.source ?? '') ||
          node.words.some(({ parts }) => parts.some((part) => part.type === 'run' && looks(part.script)))),
    ),
  );

/** The answer of `[ "$A" = b ]`, `[ -n "$A" ]` and the like; undefined when only a run can tell. */
export function answerOf(test: Script, variables: Variables): boolean | undefined {
  const [step, ...others] = test;
  const [node] = step?.nodes ?? [];
  if (step === undefined || others.length > 0 || step.nodes.length !== 1 || node?.type !== 'simple') return undefined;
  const program = node.words[0]?.source;
  if (program !== '[' && program !== '[[' && program !== 'test') return undefined;
  const words = node.words.slice(1).map((word) => expandText(word, variables));
  if (words.at(-1) === ']') words.pop();
  if (words.some((word) => word.includes(UNKNOWN))) return undefined;
  const answer = compare(words);
  return answer === undefined ? undefined : answer !== step.negated;
}

function compare(words: readonly string[]): boolean | undefined {
  const [a = '', operator = '', b = ''] = words;
  if (words.length === 2 && a === '-n') return operator !== '';
  if (words.length === 2 && a === '-z') return operator === '';
  if (words.length !== 3 || /[*?[]/.test(b)) return undefined;
  if (operator === '=' || operator === '==') return a === b;
  return operator === '!=' ? a !== b : undefined;
}

/** The arms of a `case` that may run. */
export function armsOf({ subject, arms }: Case, variables: Variables): readonly Script[] {
  const text = expandText(subject, variables);
  const bodies = (list: Case['arms']): Script[] => list.map(({ body }) => body);
  if (text.includes(UNKNOWN)) return bodies(arms);
  const isPlain = ({ patterns }: Case['arms'][number]): boolean =>
    patterns.every((one) => /^["']?[\w./-]*["']?$/.test(one));
  const exact = arms.findIndex(({ patterns }) => patterns.some((one) => one.replace(/["']/g, '') === text));
  if (exact >= 0 && arms.slice(0, exact).every(isPlain)) return bodies(arms.slice(exact, exact + 1));
  return bodies(arms.filter((arm) => !isPlain(arm)));
}
