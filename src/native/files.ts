/** Files and standard descriptors of the small runtime, with the words that `world/` has for the same on Node. */
import type { System, Written } from '../commands/system.ts';
import { LARGEST, reasonFor } from '../os/reasons.ts';
import { host } from './host.ts';

const STDOUT = 1;
const STDERR = 2;

/** No file has a name with NUL in it: the operating system would take the part before it for the whole. */
const NO_NAME = 'ERR_INVALID_ARG_VALUE';

const reasonOf = (code: string): string => reasonFor(code) ?? code;

export function readFile(path: string): ReturnType<System['readFile']> {
  const bytes = path.includes('\0') ? NO_NAME : host.readFile(path, LARGEST);
  return typeof bytes === 'string' ? { error: reasonOf(bytes), isAbsent: bytes === 'ENOENT' } : bytes;
}

export function readStdin(): ReturnType<System['readStdin']> {
  const bytes = host.readInput(LARGEST);
  return typeof bytes === 'string' ? { error: reasonOf(bytes) } : bytes;
}

export function writeFile(path: string, text: string): string | undefined {
  const code = path.includes('\0') ? NO_NAME : host.writeFile(path, host.encode(text));
  return code === undefined ? undefined : reasonOf(code);
}

export function writeStdout(chunks: readonly Uint8Array[]): Written {
  const code = host.writeOutput(chunks);
  return code === undefined ? 'done' : code === 'EPIPE' ? 'gone' : { error: reasonOf(code) };
}

export const writeStderr = (text: string): void => host.writeError(host.encode(text));

const noted = new Set<string>();

export function note(text: string): void {
  if (!noted.has(text)) writeStderr(`hookorder: ${text}\n`);
  noted.add(text);
}

/** A program that wants no output at all closes both. */
export const isStdoutClosed = (): boolean => host.wasClosed(STDOUT) && !host.wasClosed(STDERR);
