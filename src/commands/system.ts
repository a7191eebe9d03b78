/**
 * The world as commands see it. main.ts implements it with Node; tests implement it with values.
 */
import type { Bytes } from '../model/bytes.ts';
import type { Ancestry } from '../model/process.ts';

/** `gone`: the reader has closed its end, which is its right. */
export type Written = 'done' | 'gone' | { readonly error: string };

/** What a program left when it ended, or why it could not be run to its end, in words. */
export type Ran =
  | { readonly status: number; readonly stdout: Uint8Array; readonly stderr: string }
  | { readonly error: string; readonly isAbsent: boolean };

export interface System {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Unix seconds. */
  readonly clock: () => number;
  /** The whole file, or why it cannot be read, in words. Relative paths start at the working directory. */
  readonly readFile: (path: string) => Uint8Array | { readonly error: string; readonly isAbsent: boolean };
  /** What stands there; undefined for nothing. */
  readonly kindOfPath: (path: string) => 'file' | 'folder' | undefined;
  /** The names in a folder, in any order; undefined for what cannot be read as one. */
  readonly listFolder: (path: string) => readonly string[] | undefined;
  /** Runs a program, which is looked for on PATH unless it is a path, in this environment and with no input. `render` never does. */
  readonly runProgram: (program: string, args: readonly string[]) => Ran;
  /** Does nothing for so many seconds. */
  readonly sleep: (seconds: number) => void;
  /** All of stdin, or why it cannot be read, in words. */
  readonly readStdin: () => Uint8Array | { readonly error: string };
  /** Undefined when it worked, else why not. */
  readonly writeFile: (path: string, text: string) => string | undefined;
  /** Writes everything, however slow the reader. */
  readonly writeStdout: (chunks: readonly Uint8Array[]) => Written;
  /** Whether stdout was closed before the start, so that what is written there goes nowhere. */
  readonly isStdoutClosed: () => boolean;
  readonly writeStderr: (text: string) => void;
  /** Says something beside the output, on stderr, and nothing twice. */
  readonly note: (text: string) => void;
  readonly stdinIsTerminal: () => boolean;
  readonly stdoutIsTerminal: () => boolean;
  /** Of the terminal that stdout is; undefined where it is none, or does not say. */
  readonly terminalSize: () => { readonly columns: number; readonly rows: number } | undefined;
  readonly stderrIsTerminal: () => boolean;
  /** The programs that this one runs below. */
  readonly ancestry: () => Ancestry;
  readonly bytes: Bytes;
  /** SHA-256 in hexadecimal digits. */
  readonly sha256: (text: string) => string;
  /** How long the text is once compressed as Helm stores a release, in bytes. */
  readonly gzippedSize: (chunks: readonly Uint8Array[]) => number;
}
