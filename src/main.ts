/** The operating system's side: the only file that touches `process`, file descriptors and the clock. */
import { isUtf8 } from 'node:buffer';
import { fstatSync, readFileSync, readSync, writeFileSync, writeSync, writevSync } from 'node:fs';
import { main } from './cli.ts';
import type { System } from './commands/system.ts';

const [STDIN, STDOUT, STDERR] = [0, 1, 2];
/** What a pipe holds, on Linux. */
const PIPE = 64 * 1024;
const MIB = 1024 * 1024;

export const system: System = {
  env: process.env,
  clock: () => Math.floor(Date.now() / 1000),
  readFile: (path) => {
    try {
      return readFileSync(path);
    } catch (error) {
      return { error: reason(error) };
    }
  },
  readStdin,
  writeFile: (path, text) => {
    try {
      writeFileSync(path, text);
      return undefined;
    } catch (error) {
      return reason(error);
    }
  },
  writeStdout,
  isUtf8,
  writeStderr: (text) => {
    retry(() => writeSync(STDERR, text));
  },
  stdinIsTerminal: () => isTerminal(STDIN),
  stdoutIsTerminal: () => isTerminal(STDOUT),
  stderrIsTerminal: () => isTerminal(STDERR),
  parentCommand,
  sha256: (text) => {
    const { createHash } = require('node:crypto') as typeof import('node:crypto');
    return createHash('sha256').update(text).digest('hex');
  },
  gzippedSize: (chunks) => {
    const { gzipSync } = require('node:zlib') as typeof import('node:zlib');
    return gzipSync(Buffer.concat(chunks), { level: 9 }).length;
  },
};

/** `node:tty` loads the network with it; a pipe or a file is told apart without. */
function isTerminal(descriptor: number): boolean {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  const { isatty } = require('node:tty') as typeof import('node:tty');
  return isatty(descriptor);
}

/**
 * Synchronous reads spare the start of the stream machinery: 5 to 10 ms up to 5 MB. Memory that is not written yet costs nothing,
 * so the buffer is larger than nearly all that comes. It is shared, though with nobody: others V8 counts as its own, and collects garbage
 * for them.
 */
function readStdin(look?: (soFar: Uint8Array) => void): Uint8Array {
  let buffer = Buffer.from(new SharedArrayBuffer(64 * MIB));
  for (let length = 0, seen = 0; ; ) {
    const count = retry(() => readSync(STDIN, buffer, length, buffer.length - length, null)) ?? 0;
    if (count === 0) return buffer.subarray(0, length);
    length += count;
    if (length - seen >= PIPE) {
      look?.(buffer.subarray(0, length));
      seen = length;
    }
    if (length < buffer.length) continue;
    const larger = Buffer.from(new SharedArrayBuffer(4 * length));
    larger.set(buffer);
    buffer = larger;
  }
}

/**
 * A pipe may take any part of what it is given, or nothing for now: until it has taken everything, go on from there. Node's own
 * streams would lose the rest at `process.exit`, and a cut manifest is a destroyed release.
 */
function writeStdout(chunks: readonly Uint8Array[]): boolean {
  let left = chunks.filter((chunk) => chunk.length > 0);
  while (left.length > 0) {
    const batch = left.slice(0, 512);
    const written = retry(() => writevSync(STDOUT, batch));
    if (written === undefined) return false;
    left = dropBytes(left, written);
  }
  return true;
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

/** Waits while a non-blocking descriptor is not ready. Undefined when the other side has gone. */
function retry(call: () => number): number | undefined {
  for (;;) {
    try {
      return call();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return undefined;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

function parentCommand(): string | undefined {
  try {
    return readFileSync(`/proc/${process.ppid}/comm`, 'utf8').trim();
  } catch {
    const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
    const answer = spawnSync('ps', ['-o', 'comm=', '-p', String(process.ppid)], { encoding: 'utf8' });
    return answer.status === 0 ? answer.stdout.trim().split('/').at(-1) : undefined;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};
const reason = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
};

/** Runs a command line, without the words before it, and returns the exit code; everything is written by then. */
export const run = (argv: readonly string[], world: System = system): number => main(argv, world);
