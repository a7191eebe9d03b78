/**
 * How long a script holds on at a command that does not succeed: what loops around it mean.
 *
 * In come loops as parsed, out comes how patient they are. No command is known here, only the shape of loops.
 */
import type { For, Loop, Node, Script, Simple, Step, Word } from './shell-tree.ts';

/**
 * `for-ever`: until it succeeds. `then-fails`: until it succeeds, or for some time and then the container fails. `then-goes-on`: for some time,
 * and then the script goes on as if nothing had happened.
 */
export type Patience = 'for-ever' | 'then-fails' | 'then-goes-on';

const RANK: readonly (Patience | undefined)[] = ['for-ever', 'then-fails', 'then-goes-on', undefined];
export const mostPatient = (a: Patience | undefined, b: Patience | undefined): Patience | undefined =>
  RANK.indexOf(a) <= RANK.indexOf(b) ? a : b;

/** What a loop means for commands in its condition, and for commands in its body whose result decides something. */
export interface LoopPatience {
  readonly test?: Patience | undefined;
  readonly body?: Patience | undefined;
}

/** What stands around a loop: `timeout`, and `|| true` behind it. */
interface Around {
  readonly timed: boolean;
  readonly mayFail: boolean;
}

/** `failsAfter`: the script ends with an error somewhere behind the loop. */
export function patienceOf(loop: Loop | For, { timed, mayFail }: Around, failsAfter: boolean): LoopPatience {
  const { test, body } = patienceInside(loop, failsAfter);
  const cut = (patience: Patience | undefined): Patience | undefined => {
    const ends = timed && patience === 'for-ever' ? 'then-fails' : patience;
    return ends === 'then-fails' && mayFail ? 'then-goes-on' : ends;
  };
  return { test: cut(test), body: cut(body) };
}

function patienceInside(loop: Loop | For, failsAfter: boolean): LoopPatience {
  const { breaks, ends, fails } = exitsOf(loop.body);
  const leaves = breaks || ends;
  const afterwards: Patience = fails || failsAfter ? 'then-fails' : 'then-goes-on';
  if (loop.type === 'for') {
    if (!leaves) return {};
    return { body: loop.head !== '' && /;\s*;/.test(loop.head) ? 'for-ever' : afterwards };
  }
  const commands = loop.test.flatMap((step) => step.nodes.flatMap((node) => (node.type === 'simple' ? [node] : [])));
  if (commands.some(readsInput)) return {};
  const bounded = commands.some((command) => isBound(command, loop.source));
  const endless: Patience = fails ? 'then-fails' : 'for-ever';
  return {
    test: bounded || leaves ? afterwards : endless,
    body: commands.every(isConstant) && !leaves ? undefined : bounded ? afterwards : endless,
  };
}

interface Exits {
  /** It can break out of the loop around it. */
  readonly breaks: boolean;
  /** It can end the script or function. */
  readonly ends: boolean;
  /** It can end it with an error. */
  readonly fails: boolean;
}

const remembered = new WeakMap<Script, Exits>();

/** How a script can end, functions that it defines left aside. */
export function exitsOf(script: Script): Exits {
  let exits = remembered.get(script);
  if (exits === undefined) {
    exits = allOf(script.flatMap((step) => step.nodes.map(exitsOfNode)));
    remembered.set(script, exits);
  }
  return exits;
}

const allOf = (inside: readonly Exits[]): Exits => ({
  breaks: inside.some(({ breaks }) => breaks),
  ends: inside.some(({ ends }) => ends),
  fails: inside.some(({ fails }) => fails),
});

const MAX_NAMES = 8;

function exitsOfNode(node: Node): Exits {
  switch (node.type) {
    case 'simple': {
      const [program = '', argument] = node.words.map(({ source }) => source);
      const ends = program === 'exit' || program === 'return' || (program === 'break' && argument !== undefined);
      const isError = ends && program !== 'break' && argument !== undefined && !/^["']?0["']?$/.test(argument);
      return { breaks: program === 'break', ends, fails: isError || program === 'false' };
    }
    case 'loop':
    case 'for':
      return { ...exitsOf(node.body), breaks: false };
    case 'if':
      return allOf(node.branches.map(exitsOf));
    case 'case':
      return allOf(node.arms.map(({ body }) => exitsOf(body)));
    case 'group':
      return exitsOf(node.body);
    case 'function':
      return allOf([]);
  }
}

/** `true`, `:`, `echo …`, `exit 0`: what stands behind `||` where a failure does not matter. */
export function doesNothing({ nodes: [node, ...others] }: Step): boolean {
  if (node?.type !== 'simple' || others.length > 0) return false;
  return /^(?:true|:|echo|printf|(?:exit|return) 0|continue)$/.test(
    node.words
      .slice(0, /^(?:exit|return)$/.test(programOf(node)) ? 2 : 1)
      .map(({ source }) => source)
      .join(' '),
  );
}

const failures = new WeakMap<Script, readonly boolean[]>();

/** For each step: whether the script can end with an error behind it. */
export function failsAfter(script: Script): readonly boolean[] {
  const known = failures.get(script);
  if (known !== undefined) return known;
  const after: boolean[] = [];
  let fails = false;
  for (let index = script.length - 1; index >= 0; index -= 1) {
    after[index] = fails;
    fails ||= exitsOf([script[index] as Step]).fails;
  }
  failures.set(script, after);
  return after;
}

const programOf = ({ words }: Simple): string => words[0]?.source ?? '';
const readsInput = (command: Simple): boolean =>
  /^(?:read|getopts|shift|mapfile)$/.test(programOf(command)) ||
  (isTest(command) && /\$#/.test(sourceOf(command.words)));
const isConstant = (command: Simple): boolean =>
  /^(?::|true|1)$/.test(programOf(command)) ||
  (isTest(command) &&
    command.words.every(({ source }) => /^(?:\[\[?|\]\]?|\(\(|test|true|1|["']?\w*["']?)$/.test(source)));
const TESTS = new Set(['[', '[[', 'test', '((', 'let']);
export const isTest = (command: Simple): boolean => TESTS.has(programOf(command));
const sourceOf = (words: readonly Word[]): string =>
  words
    .map(({ source }) => source)
    .join(' ')
    .slice(0, 1_000);

/** `[ $i -lt 30 ]` with an `i` that the loop counts up, or a clock. */
function isBound(command: Simple, loop: string): boolean {
  if (!isTest(command)) return false;
  const test = sourceOf(command.words);
  if (/\bSECONDS\b|\bdate\b/.test(test)) return true;
  const names = test.match(command.words[0]?.source === '((' ? /[A-Za-z_]\w*/g : /(?<=\$\{?)[A-Za-z_]\w*/g) ?? [];
  const text = loop.slice(0, 4_000);
  return names
    .slice(0, MAX_NAMES)
    .some((name) =>
      new RegExp(
        `\\b${name}=["']?(?:\\$\\(\\(|\\$\\[|\\$\\(expr|\`expr)|\\b${name}(?:\\+\\+|--|\\s*[+-]=)|(?:\\+\\+|--)${name}\\b|\\blet "?${name}\\b`,
      ).test(text),
    );
}
