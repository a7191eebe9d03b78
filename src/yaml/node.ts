/**
 * The one node tree that both parsers build and that edits work on.
 *
 * Offsets are UTF-16 units into the document's text. They name what a node is made of and nothing around it: a block
 * collection ends with its last value, a block scalar with its last line that is not blank, and comments belong to no node.
 */
export type Node = Scalar | Alias | Mapping | Sequence;

interface Extent {
  readonly start: number;
  readonly end: number;
  /** Where the anchor or tag of the node begins; `start` when it has none. */
  readonly outer: number;
  readonly anchored: boolean;
}

/** `empty` is a null of no characters: the value of `key:`. It stands right behind its `:` or `-` or its anchor or tag. */
export type Style = 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'empty';

export interface Scalar extends Extent {
  readonly type: 'scalar';
  readonly style: Style;
  readonly value: null | boolean | number | string;
}

export interface Alias extends Extent {
  readonly type: 'alias';
  readonly target: Node;
}

export interface Mapping extends Extent {
  readonly type: 'map';
  readonly flow: boolean;
  /** As written: duplicates and merge keys included. */
  readonly entries: readonly Entry[];
}

export interface Entry {
  /** Where the key, its anchor or tag, or its `?` begins. */
  readonly start: number;
  readonly key: Node;
  /** The offset behind the `:`; -1 for an entry without one. */
  readonly colon: number;
  readonly value: Node;
  /** True for `<<`, whose value is the source of further keys. */
  readonly merge: boolean;
}

export interface Sequence extends Extent {
  readonly type: 'seq';
  readonly flow: boolean;
  readonly items: readonly Item[];
}

export interface Item {
  /** Where the `-` of a block sequence stands; in flow style, where the value begins. */
  readonly start: number;
  readonly value: Node;
}

/** Nesting beyond this is refused by both parsers: no manifest needs it, and recursion over trees stays safe. */
export const MAX_DEPTH = 250;

/** Thrown by no parser: what they return instead. `offset` is where in the text. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
}

/** The node behind an alias, or the node itself. */
export const resolved = (node: Node): Exclude<Node, Alias> => {
  let at = node;
  while (at.type === 'alias') at = at.target;
  return at;
};
