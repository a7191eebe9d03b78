/** `hookorder version`: the same as `--version`. */
import type { Arguments } from './arguments.ts';
import { EXIT } from './outcome.ts';
import { deliver } from './output.ts';
import type { System } from './system.ts';

export const run = (_args: Arguments, system: System): number => deliver(`${HOOKORDER_VERSION}\n`, EXIT.ok, system);
