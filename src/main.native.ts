/** The program on the small runtime (`native/`): what `main.ts` is on Node. */
import { main } from './cli.ts';
import type { System } from './commands/system.ts';
import { isStdoutClosed, note, readFile, readStdin, writeFile, writeStderr, writeStdout } from './native/files.ts';
import { host } from './native/host.ts';

const [STDIN, STDOUT, STDERR] = [0, 1, 2];

const system: System = {
  env: host.environment(),
  clock: () => Math.floor(Date.now() / 1000),
  readFile,
  kindOfPath: host.kindOf,
  listFolder: host.listFolder,
  runProgram: (program, args) => loadPrograms().runProgram(program, args),
  sleep: host.sleep,
  readStdin,
  writeFile,
  writeStdout,
  isStdoutClosed,
  bytes: host,
  writeStderr,
  note,
  stdinIsTerminal: () => host.isTerminal(STDIN),
  stdoutIsTerminal: () => host.isTerminal(STDOUT),
  terminalSize: () => loadPrograms().terminalSize(STDOUT),
  stderrIsTerminal: () => host.isTerminal(STDERR),
  ancestry: () => (require('./native/ancestry.ts') as typeof import('./native/ancestry.ts')).readAncestry(),
  sha256: (text) => (require('./model/sha256.ts') as typeof import('./model/sha256.ts')).sha256(host.encode(text)),
  gzippedSize: host.gzippedSize,
};

const loadPrograms = () => require('./native/programs.ts') as typeof import('./native/programs.ts');

/** Runs the command line and returns the exit code; everything is written by then. */
export const run = (): number => main(host.arguments(), system);
