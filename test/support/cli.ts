/** Running the built executable as a user does. */
import { type SpawnSyncOptionsWithBufferEncoding, spawnSync } from 'node:child_process';
import { COMMAND } from './files.ts';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
}

/** `env` is added to a small, known environment. */
export function runCli(
  args: readonly string[],
  options: {
    readonly input?: string | Uint8Array;
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Ran {
  const spawn: SpawnSyncOptionsWithBufferEncoding = {
    input: options.input ?? '',
    env: { PATH: process.env['PATH'], ...options.env },
    maxBuffer: 512 * 1024 * 1024,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  };
  const { status, stdout, stderr } = spawnSync(COMMAND[0], [...COMMAND.slice(1), ...args], spawn);
  return { status, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8'), bytes: stdout };
}
