/** What all screens of `watch` and `why` are drawn with. */
import { type Cause, logKey } from '../../live/cause.ts';
import type { Mask } from '../../live/mask.ts';
import type { Drawing } from '../../report/live/cause.ts';
import type { Arguments } from '../arguments.ts';
import { chooseStyle, chooseWidth } from '../output.ts';
import type { System } from '../system.ts';
import type { Source } from './source.ts';

export type Logs = Map<string, readonly string[]>;

export const drawingFor = (args: Arguments, system: System, mask: Mask, logs: Logs): Drawing => ({
  style: chooseStyle(args, system),
  width: chooseWidth(system),
  mask,
  logs,
});

/** Reads the logs that these causes name and that are not known yet; `fresh`: also those that may have grown. */
export function readLogs(causes: readonly Cause[], logs: Logs, source: Source, fresh: boolean): void {
  for (const { log, state } of causes.slice(0, MOST)) {
    if (log === undefined || (logs.has(logKey(log)) && !(fresh && state === 'slow'))) continue;
    const lines = source.log(log);
    if (lines.length > 0) logs.set(logKey(log), lines);
  }
}

const MOST = 3;
