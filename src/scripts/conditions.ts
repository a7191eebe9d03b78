/**
 * What conditions of a script ask for, and whether what is known of the variables answers them already.
 */
import { UNKNOWN } from './environment.ts';
import { expandText } from './expand.ts';
import type { Case, Loop, Part, Script, Simple } from './shell-tree.ts';
import type { Variables } from './variables.ts';

/** `[ $? -ne 0 ]`, or a variable that the loop gives `$?`: the result of the command before it decides. */
export function asksForStatus({ test, source }: Loop): boolean {
  const names = [...source.slice(0, MAX_SOURCE).matchAll(/\b(\w+)=["']?\$\?/g)].map(([, name]) => name);
  const asked = new RegExp(`\\$(?:\\?|\\{?(?:${names.join('|') || '\\?'})\\b)`);
  return test.some(({ nodes }) =>
    nodes.some((node) => node.type === 'simple' && node.words.some((word) => asked.test(word.source))),
  );
}
const MAX_SOURCE = 4_000;

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

/**
 * The answer of a test whose substitutions find nothing: `while [ $(kubectl get pods -l app=x | wc -l) -gt 0 ]` waits until
 * something is gone, so it ends at once where there is nothing yet.
 */
export function answerOfNothing(test: Simple, variables: Variables): boolean | undefined {
  const program = test.words[0]?.source;
  if (program !== '[' && program !== '[[' && program !== 'test') return undefined;
  const words = test.words.slice(1).map(({ source, parts }) =>
    expandText(
      {
        source,
        parts: parts.map((part) =>
          part.type === 'run' ? { type: 'text', text: outputOfNothing(part), quoted: true } : part,
        ),
      },
      variables,
    ),
  );
  if (words.at(-1) === ']') words.pop();
  const isNegated = words[0] === '!';
  if (isNegated) words.shift();
  if (words.some((word) => word.includes(UNKNOWN))) return undefined;
  const answer = compare(words);
  return answer === undefined ? undefined : answer !== isNegated;
}

/** What a query prints when what it asks for is not there. */
function outputOfNothing({ script, source }: Extract<Part, { type: 'run' }>): string {
  const [step, ...others] = script;
  if (step === undefined || others.length > 0) return UNKNOWN;
  if (source.includes('http_code')) return '000';
  const last = step.nodes.at(-1);
  const [program, option] = last?.type === 'simple' ? last.words.map((word) => word.source) : [];
  return program === 'wc' || (program === 'grep' && option?.startsWith('-c')) ? '0' : '';
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '-eq': (a, b) => a === b,
  '-ne': (a, b) => a !== b,
  '-gt': (a, b) => a > b,
  '-ge': (a, b) => a >= b,
  '-lt': (a, b) => a < b,
  '-le': (a, b) => a <= b,
};

function compare(words: readonly string[]): boolean | undefined {
  const [a = '', operator = '', b = ''] = words;
  if (words.length === 2 && a === '-n') return operator !== '';
  if (words.length === 2 && a === '-z') return operator === '';
  if (words.length !== 3 || /[*?[]/.test(b)) return undefined;
  const numbers = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (numbers !== undefined) return /^\d+$/.test(a) && /^\d+$/.test(b) ? numbers(Number(a), Number(b)) : undefined;
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
