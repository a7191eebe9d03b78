/**
 * Globs with `?`, sets, groups or escapes, as a small automaton that is in all of its states at once: it reads each character
 * once, so its time is at most pattern × text.
 */
import type { NoPattern, Test } from './compiled.ts';

/** A state: reads one character that it accepts and goes on to `next`, or forks without reading. */
type State = { readonly accepts: (character: string) => boolean; next: number } | { readonly forks: number[] };

export function compileGlob(glob: string): Test | NoPattern {
  const states: State[] = [];
  try {
    new Parser(glob, states).parse();
  } catch (error) {
    if (error instanceof GlobError)
      return { problem: error.message, hint: 'put a backslash before a character that stands for itself' };
    throw error;
  }
  return (text) => run(states, text);
}

/** Thrown and caught in this file. */
class GlobError extends Error {}

/** Builds states while it reads: every state leads to the one that is built after it, unless a fork says otherwise. */
class Parser {
  readonly #characters: readonly string[];
  readonly #states: State[];
  #at = 0;

  constructor(glob: string, states: State[]) {
    this.#characters = [...glob];
    this.#states = states;
  }

  parse(): void {
    while (this.#at < this.#characters.length) this.#item(0);
  }

  #item(depth: number): void {
    const character = this.#take();
    if (character === '*') this.#star();
    else if (character === '?') this.#read(() => true);
    else if (character === '[') this.#read(this.#set());
    else if (character === '{') this.#group(depth + 1);
    else {
      const literal = character === '\\' ? this.#escaped() : character;
      this.#read((other) => other === literal);
    }
  }

  #star(): void {
    const fork = this.#states.length;
    this.#states.push({ forks: [fork + 1, fork + 2] }, { accepts: () => true, next: fork });
  }

  /** `{a,b}`: a fork to each alternative, and from the end of each to the end of the group. */
  #group(depth: number): void {
    if (depth > MAX_DEPTH) throw new GlobError(`nests braces deeper than ${MAX_DEPTH} levels`);
    const entry: State & { forks: number[] } = { forks: [] };
    const exits: { forks: number[] }[] = [];
    this.#states.push(entry);
    for (let closed = false; !closed; ) {
      entry.forks.push(this.#states.length);
      for (;;) {
        const character = this.#characters[this.#at];
        if (character === undefined) throw new GlobError('has a `{` without its `}`');
        closed = character === '}';
        if (closed || character === ',') break;
        this.#item(depth);
      }
      this.#at++;
      const exit = { forks: [] as number[] };
      exits.push(exit);
      this.#states.push(exit);
    }
    for (const exit of exits) exit.forks.push(this.#states.length);
  }

  #set(): (character: string) => boolean {
    const negated = this.#characters[this.#at] === '!' || this.#characters[this.#at] === '^';
    if (negated) this.#at++;
    const ranges: { from: string; to: string }[] = [];
    for (;;) {
      const from = this.#member();
      if (from === undefined) break;
      if (this.#characters[this.#at] !== '-' || this.#characters[this.#at + 1] === ']') {
        ranges.push({ from, to: from });
        continue;
      }
      this.#at++;
      const to = this.#member();
      if (to === undefined || compare(from, to) > 0) throw new GlobError(`has the empty range \`${from}-${to ?? ''}\``);
      ranges.push({ from, to });
    }
    if (ranges.length === 0) throw new GlobError('has a set of no characters');
    return (character) =>
      negated !== ranges.some(({ from, to }) => compare(from, character) <= 0 && compare(character, to) <= 0);
  }

  /** One character of a set, or undefined at its end. */
  #member(): string | undefined {
    const character = this.#characters[this.#at++];
    if (character === undefined) throw new GlobError('has a `[` without its `]`');
    if (character === ']') return undefined;
    return character === '\\' ? this.#escaped() : character;
  }

  #escaped(): string {
    if (this.#at === this.#characters.length) throw new GlobError('ends with a backslash');
    return this.#take();
  }

  #take(): string {
    return this.#characters[this.#at++] ?? '';
  }

  #read(accepts: (character: string) => boolean): void {
    this.#states.push({ accepts, next: this.#states.length + 1 });
  }
}

/** Recursion has an end, and no name needs as many. */
const MAX_DEPTH = 100;

const compare = (a: string, b: string): number => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0);

/** True when the automaton can stand behind its last state once it has read the whole text. */
function run(states: readonly State[], text: string): boolean {
  let here = reach(states, [0]);
  for (const character of text) {
    const next: number[] = [];
    for (const at of here) {
      const state = states[at];
      if (state && 'accepts' in state && state.accepts(character)) next.push(state.next);
    }
    if (next.length === 0) return false;
    here = reach(states, next);
  }
  return here.has(states.length);
}

/** Every state that can be reached without reading. A set that is iterated while it grows is its own work list. */
function reach(states: readonly State[], from: readonly number[]): ReadonlySet<number> {
  const reached = new Set(from);
  for (const at of reached) {
    const state = states[at];
    if (state && 'forks' in state) for (const to of state.forks) reached.add(to);
  }
  return reached;
}
