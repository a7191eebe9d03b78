/** The programs that this one runs below: from `/proc` on Linux, from `ps` or PowerShell elsewhere. */
import { closeSync, openSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import type { Ancestry, GoModules, Process } from '../model/process.ts';
import { readGoModules } from './go-modules.ts';
import { ancestorsIn, parseCim, parsePs, parseStat } from './process-table.ts';

/** What stdin is on Linux when another program writes to it. */
const STREAM = /^(pipe|socket):/;

export function readAncestry(): Ancestry {
  if (process.platform === 'linux') {
    // An ancestor may end while they are looked at, and another one takes its place.
    const first = readProc();
    return first.isWhole ? first : readProc();
  }
  return process.platform === 'win32' ? readCim() : readPs();
}

function readProc(): Ancestry {
  const processes: Process[] = [];
  for (let pid = process.ppid; pid > 0; ) {
    const parent =
      processes.length < 1000 ? parseStat(attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))) : undefined;
    const line = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    if (parent === undefined || line === undefined) return { processes, isWhole: false, stdinIsFromOutside: false };
    const executable = attempt(() => readlinkSync(`/proc/${pid}/exe`));
    const args = line === '' ? [] : line.replace(/\0$/, '').split('\0');
    processes.push(makeProcess(pid, executable, args, `/proc/${pid}/exe`));
    pid = parent;
  }
  const stdin = attempt(() => readlinkSync('/proc/self/fd/0')) ?? '';
  const outermost = processes.at(-1)?.pid;
  const given = outermost === undefined ? stdin : attempt(() => readlinkSync(`/proc/${outermost}/fd/0`));
  return { processes, isWhole: true, stdinIsFromOutside: STREAM.test(stdin) && stdin === given };
}

function readPs(): Ancestry {
  const ps = (format: string): string => run('ps', ['-axww', '-o', format]);
  const table = parsePs(ps('pid=,ppid=,args='), ps('pid=,comm='));
  return fromTable(table);
}

function readCim(): Ancestry {
  const script =
    'Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,ExecutablePath,CommandLine,@{n="Started";e={$_.CreationDate.Ticks}} | ConvertTo-Json -Compress';
  return fromTable(parseCim(run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script])));
}

function fromTable(table: ReturnType<typeof parsePs>): Ancestry {
  const { rows, isWhole } = ancestorsIn(table, process.ppid);
  const processes = rows.map(({ pid, executable, args }) => makeProcess(pid, executable, args, executable));
  return { processes, isWhole, stdinIsFromOutside: false };
}

/** `file` is where the executable can be read, also when it has been deleted or has another root. */
function makeProcess(
  pid: number,
  executable: string | undefined,
  args: readonly string[],
  file: string | undefined,
): Process {
  let known: { readonly modules: GoModules | undefined } | undefined;
  const goModules = (): GoModules | undefined => {
    known ??= { modules: file === undefined ? undefined : attempt(() => modulesOf(file)) };
    return known.modules;
  };
  return { pid, ...(executable !== undefined && { executable }), args, goModules };
}

function modulesOf(file: string): GoModules | undefined {
  const descriptor = openSync(file, 'r');
  try {
    return readGoModules((position, length) => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
    });
  } finally {
    closeSync(descriptor);
  }
}

/** `node:child_process` takes longer to load than Linux needs for all of this. */
function run(command: string, args: readonly string[]): string {
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, windowsHide: true });
  return status === 0 ? stdout : '';
}

function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}
