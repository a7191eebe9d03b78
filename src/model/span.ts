/**
 * Places in text.
 *
 * A `Span` is half-open and counts UTF-16 units, because JavaScript strings do. It always belongs to one text: spans of
 * nodes and edits point into `Document.text`, never into the stream. A `Position` is for people: line and column from 1,
 * in the whole stream or config file. A position that is not known is absent, never 0:0.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A position in a named file, as `file:line:column`. */
export interface Place extends Position {
  readonly file: string;
}
