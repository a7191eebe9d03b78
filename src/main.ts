/** The operating system's side: this file and `world` are all that touch `process`, files and the clock. */
import { fstatSync, writeFileSync } from 'node:fs';
import { main } from './cli.ts';
import type { System } from './commands/system.ts';
import { NODE_BYTES } from './world/node-bytes.ts';
import {
  isStdoutClosed,
  note,
  readStdin,
  readWhole,
  reasonOf,
  writeStderr,
  writeStdout,
} from './world/standard-streams.ts';

const [STDIN, STDOUT, STDERR] = [0, 1, 2];

export const system: System = {
  env: process.env,
  clock: () => Math.floor(Date.now() / 1000),
  readFile: readWhole,
  kindOfPath: (path) => loadPrograms().kindOfPath(path),
  listFolder: (path) => loadPrograms().listFolder(path),
  runProgram: (program, args) => loadPrograms().runProgram(program, args),
  sleep: (seconds) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
  },
  readStdin,
  writeFile: (path, text) => {
    try {
      writeFileSync(path, text);
      return undefined;
    } catch (error) {
      return reasonOf(error as NodeJS.ErrnoException);
    }
  },
  writeStdout,
  isStdoutClosed,
  bytes: NODE_BYTES,
  writeStderr,
  note,
  stdinIsTerminal: () => isTerminal(STDIN),
  stdoutIsTerminal: () => isTerminal(STDOUT),
  terminalSize: () => {
    if (!isTerminal(STDOUT)) return undefined;
    const { WriteStream } = require('node:tty') as typeof import('node:tty');
    const [columns, rows] = new WriteStream(STDOUT).getWindowSize();
    return columns > 0 && rows > 0 ? { columns, rows } : undefined;
  },
  stderrIsTerminal: () => isTerminal(STDERR),
  ancestry: () => (require('./world/processes.ts') as typeof import('./world/processes.ts')).readAncestry(),
  sha256: (text) => {
    const { createHash } = require('node:crypto') as typeof import('node:crypto');
    return createHash('sha256').update(text).digest('hex');
  },
  gzippedSize: (chunks) => {
    const { gzipSync } = require('node:zlib') as typeof import('node:zlib');
    return gzipSync(Buffer.concat(chunks), { level: 9 }).length;
  },
};

const loadPrograms = () => require('./world/programs.ts') as typeof import('./world/programs.ts');

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

/** Runs a command line, without the words before it, and returns the exit code; everything is written by then. */
export const run = (argv: readonly string[], world: System = system): number => main(argv, world);
