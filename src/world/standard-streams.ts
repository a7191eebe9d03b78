/**
 * stdin and stdout, read and written at once: what can go wrong there is a fault of the world, told in words and never thrown.
 */
import { fstatSync, ftruncateSync, readFileSync, readSync, writeSync, writevSync } from 'node:fs';
import type { Written } from '../commands/system.ts';
import { LARGEST, reasonFor, TOO_LARGE } from '../os/reasons.ts';

const [STDIN, STDOUT, STDERR] = [0, 1, 2];
const MIB = 1024 * 1024;
/** /dev/null on Linux. */
const NULL_DEVICE = 0x103;

/**
 * Synchronous reads spare the start of the stream machinery: 5 to 10 ms up to 5 MB. Memory that is not written yet costs nothing,
 * so the buffer is larger than nearly all that comes. A SharedArrayBuffer, only because V8 does not count it towards its heap limit and so
 * does not start a collection: that is 5 ms at 100 KB and a tenth at 5 MB.
 */
export function readStdin(): Uint8Array | { readonly error: string } {
  let buffer = Buffer.from(new SharedArrayBuffer(64 * MIB));
  for (let length = 0; ; ) {
    const count = retry(() => readSync(STDIN, buffer, length, buffer.length - length, null));
    if (typeof count !== 'number') return { error: reasonOf(count) };
    if (count === 0) return buffer.subarray(0, length);
    length += count;
    if (length > LARGEST) return { error: TOO_LARGE };
    if (length < buffer.length) continue;
    const larger = Buffer.from(new SharedArrayBuffer(4 * length));
    larger.set(buffer);
    buffer = larger;
  }
}

/** A whole file, or why it cannot be read. */
export function readWhole(path: string): Uint8Array | { readonly error: string; readonly isAbsent: boolean } {
  try {
    const bytes = readFileSync(path);
    return bytes.length > LARGEST ? { error: TOO_LARGE, isAbsent: false } : bytes;
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { error: reasonOf(error as NodeJS.ErrnoException), isAbsent };
  }
}

/**
 * A pipe may take any part of what it is given, or nothing for now: until it has taken everything, go on from there. Node's own
 * streams would lose the rest at `process.exit`, and a cut manifest is a destroyed release: a file that cannot take all is cut back to what
 * it was.
 */
export function writeStdout(chunks: readonly Uint8Array[]): Written {
  let left = chunks.filter((chunk) => chunk.length > 0);
  const before = sizeOfFile(STDOUT);
  while (left.length > 0) {
    const batch = left.slice(0, 512);
    const written = retry(() => writevSync(STDOUT, batch));
    if (typeof written !== 'number') {
      if (before !== undefined) quietly(() => ftruncateSync(STDOUT, before));
      return written.code === 'EPIPE' ? 'gone' : { error: reasonOf(written) };
    }
    left = dropBytes(left, written);
  }
  return 'done';
}

/** What cannot be said on stderr is not said; the exit code stays. */
export const writeStderr = (text: string): void => quietly(() => retry(() => writeSync(STDERR, text)));

const noted = new Set<string>();

export function note(text: string): void {
  if (!noted.has(text)) writeStderr(`hookorder: ${text}\n`);
  noted.add(text);
}

/**
 * Whether stdout was closed before the start: Node then puts /dev/null in its place, for reading too. A shell's `> /dev/null` is for
 * writing only; a program that wants no output at all gives stderr the same. Where the operating system does not tell, it counts as open.
 */
export const isStdoutClosed = (): boolean => isNullForBoth(STDOUT) && !isNullForBoth(STDERR);

function isNullForBoth(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isCharacterDevice() || stat.rdev !== NULL_DEVICE) return false;
    return /^flags:\s*[0-7]*2$/m.test(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'));
  } catch {
    return false;
  }
}

function dropBytes(chunks: readonly Uint8Array[], count: number): Uint8Array[] {
  let at = 0;
  let drop = count;
  while (at < chunks.length && drop >= (chunks[at] as Uint8Array).length) {
    drop -= (chunks[at] as Uint8Array).length;
    at++;
  }
  const rest = chunks.slice(at);
  if (rest[0] && drop > 0) rest[0] = rest[0].subarray(drop);
  return rest;
}

/** Waits while a non-blocking descriptor is not ready. */
function retry(call: () => number): number | NodeJS.ErrnoException {
  for (;;) {
    try {
      return call();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN' && code !== 'EINTR') return error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

/** Undefined for everything but a regular file. */
function sizeOfFile(descriptor: number): number | undefined {
  try {
    const stat = fstatSync(descriptor);
    return stat.isFile() ? stat.size : undefined;
  } catch {
    return undefined;
  }
}

function quietly(call: () => unknown): void {
  try {
    call();
  } catch {}
}

/** In words, for people. */
export const reasonOf = (error: NodeJS.ErrnoException): string => reasonFor(error.code ?? '') ?? error.message;
