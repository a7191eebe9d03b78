/**
 * Guards: steps that end a script with success where something is not there, as in `kubectl get sts db || exit 0`.
 *
 * What stands behind a guard runs only where that thing is, so it is no wait of a first install.
 */
import { baseName } from './arguments.ts';
import { exitsOf } from './patience.ts';
import type { If, Node, Script, Simple, Step, Word } from './shell-tree.ts';

/** Programs by which scripts find out whether something is there. */
const ASKS =
  /^(?:kubectl|oc|helm|nc|ncat|curl|wget|getent|nslookup|dig|pg_isready|psql|mysql|mysqladmin|redis-cli|mongo|mongosh)$/;

/** True for a step of a script behind which the script goes on only where something was found. */
export function isGuard(step: Step, next: Step | undefined, script: Script): boolean {
  if (step.next === '||' && next !== undefined) return asks([step]) && leaves([next]);
  return step.nodes.some((node) => node.type === 'if' && isGuardingIf(node, script));
}

function isGuardingIf({ tests, branches }: If, script: Script): boolean {
  const otherwise = branches.length > tests.length ? branches.at(-1) : undefined;
  if (otherwise !== undefined && leaves(otherwise) && tests.some(asks)) return true;
  return tests.some((test, index) => asksForAbsence(test, script) && leaves(branches[index] ?? []));
}

/** It ends the script, and never with an error. */
function leaves(script: Script): boolean {
  const { ends, fails } = exitsOf(script);
  return ends && !fails;
}

const asks = (script: Script): boolean =>
  script.some(({ nodes }) =>
    nodes.some(
      (node) => isSimple(node) && (ASKS.test(baseName(node.words[0]?.source ?? '')) || node.words.some(isAnswer)),
    ),
  );

/** `$(kubectl get …)` */
const isAnswer = ({ parts }: Word): boolean => parts.some((part) => part.type === 'run' && asks(part.script));

/** `! kubectl get …`, `[ -z "$(kubectl get …)" ]`, `[ $? -ne 0 ]` behind a question. */
function asksForAbsence(test: Script, script: Script): boolean {
  const [step] = test;
  const [node] = step?.nodes ?? [];
  if (step === undefined || node === undefined || !isSimple(node)) return false;
  const [program = '', ...words] = node.words.map(({ source }) => source.replace(/["']/g, ''));
  if (!/^(?:\[\[?|test)$/.test(program)) return step.negated && asks(test);
  const text = words.join(' ');
  if (/^\$\{?\?\}? (?:-ne|-gt|!=) 0\b/.test(text)) return asks(script);
  if (!/^-z |(?: |^)(?:(?:==?|-eq) ?0?|-lt 1)(?: \]\]?)?$/.test(text)) return false;
  return node.words.some((word) => isAnswer(word) || word.parts.some((part) => isKept(part, script)));
}

/** A variable that holds the answer of a question of the same script. */
function isKept(part: Word['parts'][number], script: Script): boolean {
  if (part.type !== 'variable') return false;
  return script.some(({ nodes }) =>
    nodes.some(
      (node) =>
        isSimple(node) &&
        (node.assignments.some(({ name, words }) => name === part.name && words.some(isAnswer)) ||
          node.words.some((word) => word.source.startsWith(`${part.name}=`) && isAnswer(word))),
    ),
  );
}

const isSimple = (node: Node): node is Simple => node.type === 'simple';
