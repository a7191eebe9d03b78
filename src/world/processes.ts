/** The programs that this one runs below: from `/proc` on Linux, from `ps` or PowerShell elsewhere. */
import { closeSync, openSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import type { Ancestry } from '../model/process.ts';
import { type Files, makeProcess, readProc } from '../os/proc.ts';
import { ancestorsIn, parseCim, parsePs } from '../os/process-table.ts';

export const readAncestry = (): Ancestry =>
  process.platform === 'linux' ? readProc(FILES, process.ppid) : process.platform === 'win32' ? readCim() : readPs();

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
  const processes = rows.map(({ pid, executable, args }) =>
    makeProcess(FILES, { pid, executable, args, file: executable }),
  );
  return { processes, isWhole, stdinIsFromOutside: false };
}

const FILES: Files = {
  read: (path) => attempt(() => readFileSync(path)),
  readLink: (path) => attempt(() => readlinkSync(path)),
  withFile: (path, use) =>
    attempt(() => {
      const descriptor = openSync(path, 'r');
      try {
        return use((position, length) => {
          const bytes = new Uint8Array(length);
          return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
        });
      } finally {
        closeSync(descriptor);
      }
    }),
};

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
