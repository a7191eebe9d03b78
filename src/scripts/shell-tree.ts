/**
 * A shell script as a tree: lists of pipelines of commands, and the words of commands. Plain data; shell.ts makes it.
 */

export type Part =
  | { readonly type: 'text'; readonly text: string; readonly quoted: boolean }
  /** `$NAME` or `${NAMEedit}`, for example `{name: 'HOST', edit: ':-db'}`. An empty name: a value that is not known. */
  | { readonly type: 'variable'; readonly name: string; readonly edit: string; readonly quoted: boolean }
  /** `$(…)`, backticks or `<(…)`; `source` is what stands inside. */
  | { readonly type: 'run'; readonly script: Script; readonly source: string; readonly quoted: boolean };

export interface Word {
  readonly parts: readonly Part[];
  /** As written, quotes included. */
  readonly source: string;
}

export type Node = Simple | Loop | For | If | Case | Group | Definition;

export interface Simple {
  readonly type: 'simple';
  readonly assignments: readonly { readonly name: string; readonly words: readonly Word[] }[];
  /** `[[ … ]]` and `(( … ))` begin with `[[` and `((`. */
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}
export interface Loop {
  readonly type: 'loop';
  readonly until: boolean;
  readonly test: Script;
  readonly body: Script;
  readonly source: string;
}
export interface For {
  readonly type: 'for';
  readonly name: string;
  readonly values: readonly Word[];
  /** `((i=0;i<30;i++))` of the form without a list. */
  readonly head: string;
  readonly body: Script;
}
export interface If {
  readonly type: 'if';
  readonly tests: readonly Script[];
  readonly branches: readonly Script[];
}
export interface Case {
  readonly type: 'case';
  readonly subject: Word;
  readonly arms: readonly { readonly patterns: readonly string[]; readonly body: Script }[];
}
export interface Group {
  readonly type: 'group';
  readonly body: Script;
}
export interface Definition {
  readonly type: 'function';
  readonly name: string;
  readonly body: Script;
}

export interface Redirect {
  readonly target: Word;
  /** The text of a here-document or here-string. */
  text?: string;
}

/** A pipeline, and what stands between it and the next one. */
export interface Step {
  readonly negated: boolean;
  readonly nodes: readonly Node[];
  readonly next: '&&' | '||' | ';';
  /** `&`: the script does not wait for it. */
  readonly background: boolean;
}
export type Script = readonly Step[];
