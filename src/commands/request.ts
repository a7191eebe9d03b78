/** From a command line and the world to what the pipeline wants: the stream, the config that is found first, the clock. */

import { decodeConfig } from '../config/load.ts';
import { twoConfigs } from '../config/two-configs.ts';
import { NEWEST_HELM } from '../engines/helm/versions.ts';
import type { Deployment } from '../model/config.ts';
import { type Finding, SEVERITIES, type Severity } from '../model/finding.ts';
import { DEFAULT_TIMEOUT_SECONDS } from '../model/helm.ts';
import type { Document, Resource, Source } from '../model/manifest.ts';
import { readTime, TIMES } from '../model/time.ts';
import type { PipelineInput } from '../pipeline.ts';
import { inert, printable } from '../report/safe-text.ts';
import type { Arguments } from './arguments.ts';
import { Refusal, UsageError } from './failures.ts';
import { EXIT } from './outcome.ts';
import type { System } from './system.ts';

/** What the commands want that look at everything. */
export const ALL = { needsConfig: false, scope: 'all', severity: 'info' } as const;

const CONFIG_NAMES = ['hookorder.yaml', '.hookorder.yaml'];

/** Reads the stream that a command works on. `file` is `-` or absent for standard input. */
export function readStream(
  file: string | undefined,
  { command }: Pick<Arguments, 'command'>,
  system: System,
): Source | Finding {
  if (file === undefined || file === '-') {
    if (file === undefined && system.stdinIsTerminal())
      throw new UsageError('there is no stream: give a FILE, or pipe one in, as in `helm template … | hookorder`');
    let bytes: Uint8Array | undefined;
    return {
      file: '<stdin>',
      read: () => {
        bytes ??= readStdin(system);
        return bytes;
      },
    };
  }
  const { refuseNonStream } = require('./not-a-stream.ts') as typeof import('./not-a-stream.ts');
  const refusal = refuseNonStream(file, command, system);
  if (refusal !== undefined) return refusal;
  const bytes = system.readFile(file);
  if ('error' in bytes) return unreadable('input/unreadable', file, bytes.error);
  return { file, read: () => bytes };
}

function readStdin(system: System): Uint8Array {
  const bytes = system.readStdin();
  if ('error' in bytes)
    throw new Refusal([unreadable('input/unreadable', 'standard input', bytes.error)], EXIT.unusable);
  return bytes;
}

/** What a command asks of the pipeline. */
export type Wants = Pick<PipelineInput, 'needsConfig' | 'scope' | 'onlyChanges'> & { readonly severity: Severity };

export function makeRequest(source: Source, args: Arguments, system: System, wants: Wants): PipelineInput {
  return {
    ...source,
    ...wants,
    findConfig: (inStream) => findConfig(inStream, args, system),
    codec: system.bytes,
    version: NEWEST_HELM,
    timeoutSeconds: DEFAULT_TIMEOUT_SECONDS,
    wait: false,
    said: saidIn(args),
    rollbackOnFailure: args.rollbackOnFailure,
    ignoresEpoch: args.now === undefined && isSet('SOURCE_DATE_EPOCH', system) && !isSet('HOOKORDER_NOW', system),
    now: () => args.now ?? readClock(system) ?? system.clock(),
    digest: (text) => system.sha256(text).slice(0, 8),
    unsureReader: () => undefined,
  };
}

/** How the release is deployed, as far as flags say. */
export const saidIn = ({ target, helm, wait, timeout }: Arguments): Deployment => ({
  ...(target !== undefined && { target }),
  ...(helm !== undefined && { version: helm }),
  ...(wait !== undefined && { wait }),
  ...(timeout !== undefined && { timeoutSeconds: timeout }),
});

const isSet = (name: string, { env }: System): boolean => (env[name] ?? '') !== '';

/** `$HOOKORDER_NOW`. Helm 4.3 has `$SOURCE_DATE_EPOCH` for itself: CI systems set it once for all runs of a commit. */
function readClock({ env }: System): number | undefined {
  const value = env['HOOKORDER_NOW'] ?? '';
  if (value === '') return undefined;
  const seconds = readTime(value);
  if (seconds === undefined) throw new UsageError(`$HOOKORDER_NOW cannot be "${value}": it takes ${TIMES}`);
  return seconds;
}

interface Found {
  /** What to call it: its files. */
  readonly files: string;
  /** Where it comes from, for people who named none. */
  readonly origin?: string;
  readonly documents: readonly Document[] | readonly Finding[];
}

/** `--config`, then `$HOOKORDER_CONFIG`, then the chart's own documents, then the working directory. The chart's beside another is an error. */
function findConfig(
  inStream: readonly Resource[],
  args: Arguments,
  system: System,
): readonly Document[] | readonly Finding[] | undefined {
  const carried = args.noConfig ? undefined : inStream[0];
  const found = findOwnConfig(args, system);
  if (carried !== undefined && found !== undefined)
    return [twoConfigs(found.files + (found.origin === undefined ? '' : ` (${found.origin})`), carried)];
  if (carried !== undefined) {
    sayConfig(`of the chart, ${carried.template ?? carried.document.stream.file}`, args, system);
    return inStream.map(({ document }) => document);
  }
  if (found?.origin !== undefined) sayConfig(`${found.files}, ${found.origin}`, args, system);
  return found?.documents;
}

/** The files of the config that is found, as a post-renderer is told them. */
export function configFilesOf({ config, noConfig }: Arguments, system: System): readonly string[] {
  if (config.length > 0 || noConfig) return config;
  const named = system.env['HOOKORDER_CONFIG'] ?? '';
  if (named !== '') return [named];
  return CONFIG_NAMES.filter((file) => !('error' in system.readFile(file))).slice(0, 1);
}

/** The config that is not the chart's. */
function findOwnConfig({ config, noConfig }: Arguments, system: System): Found | undefined {
  if (config.length > 0) return { files: config.join(', '), documents: readConfigs(config, system) };
  if (noConfig) return undefined;
  const named = system.env['HOOKORDER_CONFIG'] ?? '';
  if (named !== '') return { files: named, origin: 'from $HOOKORDER_CONFIG', documents: readConfigs([named], system) };
  for (const file of CONFIG_NAMES) {
    const bytes = system.readFile(file);
    if (!('error' in bytes) || !bytes.isAbsent)
      return { files: file, origin: 'found in the working directory', documents: decode(bytes, file, system) };
  }
  return undefined;
}

function readConfigs(files: readonly string[], system: System): readonly Document[] | readonly Finding[] {
  const read = files.map((file) => decode(system.readFile(file), file, system));
  const failures = read.flat().filter((item): item is Finding => 'code' in item);
  return failures.length > 0 ? failures : (read as readonly (readonly Document[])[]).flat();
}

function decode(
  bytes: ReturnType<System['readFile']>,
  file: string,
  system: System,
): readonly Document[] | readonly Finding[] {
  if ('error' in bytes) return [unreadable('config/unreadable', file, bytes.error)];
  const documents = decodeConfig(bytes, file, system.bytes);
  return 'code' in documents ? [documents] : documents;
}

/** Names a config that was found, once; Helm 4 would not show it. */
function sayConfig(which: string, { errors }: Arguments, system: System): void {
  if (errors === 'stderr') system.note(inert(printable(`config ${which}`)));
}

const unreadable = (code: 'input/unreadable' | 'config/unreadable', file: string, error: string): Finding => ({
  code,
  severity: SEVERITIES[code],
  message: `${file} cannot be read: ${error}`,
});
