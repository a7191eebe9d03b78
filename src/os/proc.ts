/** The programs that this one runs below, as `/proc` of Linux tells them. */
import { PLAIN_BYTES } from '../model/bytes.ts';
import type { Ancestry, GoModules, Process } from '../model/process.ts';
import { type ReadAt, readGoModules } from './go-modules.ts';
import { parseStat } from './process-table.ts';

/** Reading files, each answer undefined where something cannot be read. */
export interface Files {
  readonly read: (path: string) => Uint8Array | undefined;
  readonly readLink: (path: string) => string | undefined;
  /** What `use` makes of an open file. */
  readonly withFile: <T>(path: string, use: (readAt: ReadAt) => T) => T | undefined;
}

/** What stdin is when another program writes to it. */
const STREAM = /^(pipe|socket):/;

/** `parent`: the id of the process that started this one. */
export function readProc(files: Files, parent: number): Ancestry {
  // An ancestor may end while they are looked at, and another one takes its place.
  const first = readOnce(files, parent);
  return first.isWhole ? first : readOnce(files, parent);
}

function readOnce(files: Files, parent: number): Ancestry {
  const processes: Process[] = [];
  for (let pid = parent; pid > 0; ) {
    const stat = processes.length < 1000 ? files.read(`/proc/${pid}/stat`) : undefined;
    const next = parseStat(stat && PLAIN_BYTES.latin1(stat, 0, stat.length));
    const words = files.read(`/proc/${pid}/cmdline`);
    if (next === undefined || words === undefined) return { processes, isWhole: false, stdinIsFromOutside: false };
    const line = PLAIN_BYTES.utf8(words, 0, words.length);
    const executable = files.readLink(`/proc/${pid}/exe`);
    const args = line === '' ? [] : line.replace(/\0$/, '').split('\0');
    processes.push(makeProcess(files, { pid, executable, args, file: `/proc/${pid}/exe` }));
    pid = next;
  }
  const stdin = files.readLink('/proc/self/fd/0') ?? '';
  const outermost = processes.at(-1)?.pid;
  const given = outermost === undefined ? stdin : files.readLink(`/proc/${outermost}/fd/0`);
  return { processes, isWhole: true, stdinIsFromOutside: STREAM.test(stdin) && stdin === given };
}

/** `file` is where the executable can be read, also when it has been deleted or has another root. */
interface Known {
  readonly pid: number;
  readonly executable: string | undefined;
  readonly args: readonly string[];
  readonly file: string | undefined;
}

export function makeProcess(files: Files, { pid, executable, args, file }: Known): Process {
  let known: { readonly modules: GoModules | undefined } | undefined;
  const goModules = (): GoModules | undefined => {
    known ??= { modules: file === undefined ? undefined : files.withFile(file, readGoModules) };
    return known.modules;
  };
  return { pid, ...(executable !== undefined && { executable }), args, goModules };
}
