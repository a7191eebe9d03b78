/** Other programs, run to their end: a command that renders a chart starts Helm. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import type { Ran } from '../commands/system.ts';
import { reasonOf } from './standard-streams.ts';

/** More than any release has: Kubernetes stores 1 MiB of one, compressed. */
const LARGEST_OUTPUT = 512 * 1024 * 1024;

export function runProgram(program: string, args: readonly string[]): Ran {
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: LARGEST_OUTPUT,
    windowsHide: true,
  });
  if (error !== undefined) {
    const { code } = error as NodeJS.ErrnoException;
    return { error: reasonOf(error as NodeJS.ErrnoException), isAbsent: code === 'ENOENT' };
  }
  if (status === null) return { error: `it was ended by ${signal}`, isAbsent: false };
  return { status, stdout, stderr: stderr.toString('utf8') };
}

export function listFolder(path: string): readonly string[] | undefined {
  try {
    return readdirSync(path);
  } catch {
    return undefined;
  }
}

export function kindOfPath(path: string): 'file' | 'folder' | undefined {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}
