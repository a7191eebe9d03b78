/** `hookorder init --fix`: what the command line names, as a config that cures it. */
import { readUserFile } from '../export/file.ts';
import { countFindings, formatFixed } from '../init/fix/config.ts';
import { fix } from '../init/fix/fix.ts';
import { type Given, hooksOf } from '../init/fix/text.ts';
import { SEVERITIES } from '../model/finding.ts';
import { AFTER_INSTALL } from '../model/helm.ts';
import { type PipelineInput, readStreamOnce } from '../pipeline.ts';
import type { Arguments } from './arguments.ts';
import { Refusal, UsageError } from './failures.ts';
import { EXIT, statusOf } from './outcome.ts';
import { ALL } from './request.ts';
import { requestFor, type Streams } from './streams.ts';
import type { System } from './system.ts';

export interface Written {
  /** The whole config. */
  readonly text: string;
  /** What it does, as a clause: `cures 1 error and 2 warnings`. */
  readonly does: string;
  /** False where there is nothing to write. */
  readonly hasEntries: boolean;
}

/** Throws the refusal of what cannot be judged. */
export function fixedConfig(streams: Streams, args: Arguments, system: System): Written {
  const inputs = inputsFor(streams, args, system);
  for (const input of inputs) refuseOwnConfig(input);
  const given = readGiven(args, system);
  const fixed = fix({ inputs, ...(given && { given }) });
  if (!('cured' in fixed)) throw new Refusal(fixed, statusOf(fixed, 'error', false));
  const does = fixed.cured.length === 0 ? 'cures nothing' : `cures ${countFindings(fixed.cured)}`;
  return { text: formatFixed(fixed, given), does, hasEntries: fixed.entries.length > 0 };
}

function inputsFor(streams: Streams, args: Arguments, system: System): readonly PipelineInput[] {
  const { install, upgrade } = streams;
  const forInstall = requestFor(install, streams, args, system, ALL);
  if (install === upgrade) return [forInstall];
  return [
    { ...forInstall, operations: ['install'] },
    { ...requestFor(upgrade, streams, args, system, ALL), operations: AFTER_INSTALL },
  ];
}

/** Two configs beside each other are an error, and what a chart carries is not ours to change. */
function refuseOwnConfig(input: PipelineInput): void {
  const contents = readStreamOnce(input);
  if ('code' in contents) throw new Refusal([contents], EXIT.unusable);
  const [own] = contents.configs;
  if (own !== undefined)
    throw new UsageError(
      `the chart carries its own ordering config (${own.template ?? own.name}); change that one, because a second beside it is an error`,
    );
}

/** The config to begin with: one that is named, and not one that happens to lie here. */
function readGiven({ config, noConfig }: Arguments, system: System): Given | undefined {
  const named = system.env['HOOKORDER_CONFIG'] ?? '';
  const [file, second] = config.length > 0 ? config : noConfig || named === '' ? [] : [named];
  if (second !== undefined) throw new UsageError('`hookorder init --fix` works on one config; give one --config');
  if (file === undefined) return undefined;
  const bytes = system.readFile(file);
  const code = 'config/unreadable';
  if ('error' in bytes)
    throw new Refusal(
      [{ code, severity: SEVERITIES[code], message: `${file} cannot be read: ${bytes.error}` }],
      EXIT.unusable,
    );
  const read = readUserFile(bytes, file, system.bytes);
  if (!('stream' in read)) throw new Refusal(read, EXIT.unusable);
  return { ...read, hooks: hooksOf(read.manifests) };
}
