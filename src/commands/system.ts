/**
 * The world as commands see it. main.ts implements it with Node; tests implement it with values.
 */
import type { Source } from '../model/manifest.ts';

export interface System {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Unix seconds. */
  readonly clock: () => number;
  /** The whole file, or why it cannot be read, in words. Relative paths start at the working directory. */
  readonly readFile: (path: string) => Uint8Array | { readonly error: string };
  /** See `Source.read`. */
  readonly readStdin: Source['read'];
  /** Undefined when it worked, else why not. */
  readonly writeFile: (path: string, text: string) => string | undefined;
  /** Writes everything, however slow the reader; false when the reader has gone. */
  readonly writeStdout: (chunks: readonly Uint8Array[]) => boolean;
  readonly writeStderr: (text: string) => void;
  readonly stdinIsTerminal: () => boolean;
  readonly stdoutIsTerminal: () => boolean;
  readonly stderrIsTerminal: () => boolean;
  /** The name of the program that started this one, where the operating system tells. */
  readonly parentCommand: () => string | undefined;
  /** Faster than what plain JavaScript can do. */
  readonly isUtf8?: (bytes: Uint8Array) => boolean;
  /** SHA-256 in hexadecimal digits. */
  readonly sha256: (text: string) => string;
  /** How long the text is once compressed as Helm stores a release, in bytes. */
  readonly gzippedSize: (chunks: readonly Uint8Array[]) => number;
}
