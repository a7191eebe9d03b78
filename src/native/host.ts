/**
 * What the host gives to the program: all that the small runtime has besides the language. `native/` implements it in C; nothing else may name it
 * than the files beside this one.
 *
 * Ranges are half-open and are cut to what is there. A call of the operating system that fails gives the name of the error, such as `ENOENT`.
 * Paths have no NUL in them.
 */
import type { Bytes } from '../model/bytes.ts';

/** Its operations on bytes are those of the contract for all runtimes, so it is its own `Bytes`. */
export interface Host extends Bytes {
  /** The words behind the program's own name. */
  readonly arguments: () => readonly string[];
  readonly environment: () => Readonly<Record<string, string>>;
  /** The id of the process that started this one. */
  readonly parent: () => number;

  /** All of stdin. `limit` in bytes; for more, `ERR_FS_FILE_TOO_LARGE`. */
  readonly readInput: (limit: number) => Uint8Array | string;
  readonly readFile: (path: string, limit: number) => Uint8Array | string;
  /** Makes the file, or replaces what is in it. Undefined when it worked. */
  readonly writeFile: (path: string, bytes: Uint8Array) => string | undefined;
  /** Where a symbolic link leads; undefined for what is none. */
  readonly readLink: (path: string) => string | undefined;
  /** What stands there, behind symbolic links; undefined for nothing. */
  readonly kindOf: (path: string) => 'file' | 'folder' | undefined;
  /** The names in a folder, less `.` and `..`, in any order; undefined for what cannot be read as one. */
  readonly listFolder: (path: string) => readonly string[] | undefined;
  /** A descriptor for `readAt` and `closeFile`; undefined for a file that cannot be read. */
  readonly openFile: (path: string) => number | undefined;
  /** Fewer bytes where the file ends. */
  readonly readAt: (file: number, position: number, length: number) => Uint8Array;
  readonly closeFile: (file: number) => void;
  /** Writes everything to stdout, however slow the reader. A regular file that cannot take all of it is cut back. Undefined when it worked. */
  readonly writeOutput: (chunks: readonly Uint8Array[]) => string | undefined;
  /** What cannot be said on stderr is not said. */
  readonly writeError: (bytes: Uint8Array) => void;
  readonly isTerminal: (descriptor: number) => boolean;
  /** Whether a standard descriptor was closed at the start; it leads nowhere then. */
  readonly wasClosed: (descriptor: number) => boolean;

  /** Of the terminal that a descriptor is; undefined where it is none, or does not say. */
  readonly terminalSize: (descriptor: number) => readonly [columns: number, rows: number] | undefined;
  readonly sleep: (seconds: number) => void;
  /**
   * Runs a program to its end, with no input and in this environment. The first word names it, and is looked for on PATH unless it is a path. `limit`
   * in bytes for each output; with more of it the program is ended, and the result is `ENOBUFS`. `status` is null for what a signal ended.
   */
  readonly run: (
    words: readonly string[],
    limit: number,
  ) => readonly [status: number | null, signal: number | null, stdout: Uint8Array, stderr: Uint8Array] | string;

  /** The length of what gzip makes of the bytes at its best level. */
  readonly gzippedSize: (chunks: readonly Uint8Array[]) => number;
}

export const host = (globalThis as unknown as { readonly host: Host }).host;
