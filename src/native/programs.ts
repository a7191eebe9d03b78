/** Other programs, run to their end on the small runtime. */
import type { Ran, System } from '../commands/system.ts';
import { LARGEST, reasonFor } from '../os/reasons.ts';
import { host } from './host.ts';

export function runProgram(program: string, args: readonly string[]): Ran {
  const ran = host.run([program, ...args], LARGEST);
  if (typeof ran === 'string') return { error: reasonFor(ran) ?? ran, isAbsent: ran === 'ENOENT' };
  const [status, signal, stdout, stderr] = ran;
  if (status === null) return { error: `it was ended by signal ${signal}`, isAbsent: false };
  return { status, stdout, stderr: host.utf8(stderr, 0, stderr.length) };
}

export function terminalSize(descriptor: number): ReturnType<System['terminalSize']> {
  const [columns = 0, rows = 0] = host.terminalSize(descriptor) ?? [];
  return columns > 0 && rows > 0 ? { columns, rows } : undefined;
}
