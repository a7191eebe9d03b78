/** From a command line and the world to what the pipeline wants: the stream, the config that is found first, the clock. */

import { decodeConfig } from '../config/load.ts';
import { NEWEST_HELM } from '../engines/helm/versions.ts';
import { type Finding, SEVERITIES, type Severity } from '../model/finding.ts';
import type { Document, Source } from '../model/manifest.ts';
import { readTime, TIMES } from '../model/time.ts';
import type { PipelineInput } from '../pipeline.ts';
import type { Arguments } from './arguments.ts';
import { Refusal, UsageError } from './failures.ts';
import { EXIT } from './outcome.ts';
import type { System } from './system.ts';

const CONFIG_NAMES = ['hookorder.yaml', '.hookorder.yaml'];

/** Reads the stream that a command works on. `file` is `-` or absent for standard input. */
export function readStream(file: string | undefined, system: System): Source | Finding {
  if (file === undefined || file === '-') {
    if (file === undefined && system.stdinIsTerminal())
      throw new UsageError('there is no stream: give a FILE, or pipe one in, as in `helm template … | hookorder`');
    let bytes: Uint8Array | undefined;
    return {
      file: '<stdin>',
      read: (look) => {
        bytes ??= readStdin(system, look);
        return bytes;
      },
    };
  }
  const bytes = system.readFile(file);
  if ('error' in bytes) return unreadable('input/unreadable', file, bytes.error);
  return { file, read: () => bytes };
}

function readStdin(system: System, look: ((soFar: Uint8Array) => void) | undefined): Uint8Array {
  const bytes = system.readStdin(look);
  if ('error' in bytes)
    throw new Refusal([unreadable('input/unreadable', 'standard input', bytes.error)], EXIT.unusable);
  return bytes;
}

export function makeRequest(
  source: Source,
  args: Arguments,
  system: System,
  wants: Pick<PipelineInput, 'needsConfig' | 'scope' | 'onlyChanges'> & { readonly severity: Severity },
): PipelineInput {
  return {
    ...source,
    ...wants,
    findConfig: (inStream) => findConfig(inStream, args, system),
    ...(system.isUtf8 && { isUtf8: system.isUtf8 }),
    version: NEWEST_HELM,
    timeoutSeconds: args.timeout,
    wait: args.wait,
    now: () => args.now ?? readClock(system) ?? system.clock(),
    digest: (text) => system.sha256(text).slice(0, 8),
    unsureReader: () => undefined,
  };
}

/** `$HOOKORDER_NOW`. Helm 4.3 has `$SOURCE_DATE_EPOCH` for itself: CI systems set it once for all runs of a commit. */
function readClock({ env }: System): number | undefined {
  const value = env['HOOKORDER_NOW'] ?? '';
  if (value === '') return undefined;
  const seconds = readTime(value);
  if (seconds === undefined) throw new UsageError(`$HOOKORDER_NOW cannot be "${value}": it takes ${TIMES}`);
  return seconds;
}

/** `--config`, then `$HOOKORDER_CONFIG`, then the stream's own documents, then the working directory: the first found wins. */
function findConfig(
  inStream: readonly Document[],
  args: Arguments,
  system: System,
): readonly Document[] | readonly Finding[] | undefined {
  const named =
    args.config.length > 0 ? args.config : [system.env['HOOKORDER_CONFIG'] ?? ''].filter((file) => file !== '');
  if (named.length > 0) {
    const read = named.map((file) => readConfigFile(file, system));
    const failures = read.filter((item): item is Finding => 'code' in item);
    return failures.length > 0 ? failures : (read as readonly (readonly Document[])[]).flat();
  }
  if (inStream.length > 0) return inStream;
  for (const name of CONFIG_NAMES) {
    const bytes = system.readFile(name);
    if (!('error' in bytes)) {
      const documents = decodeConfig(bytes, name, system.isUtf8);
      return 'code' in documents ? [documents] : documents;
    }
  }
  return undefined;
}

function readConfigFile(file: string, system: System): readonly Document[] | Finding {
  const bytes = system.readFile(file);
  if ('error' in bytes) return unreadable('config/unreadable', file, bytes.error);
  return decodeConfig(bytes, file, system.isUtf8);
}

const unreadable = (code: 'input/unreadable' | 'config/unreadable', file: string, error: string): Finding => ({
  code,
  severity: SEVERITIES[code],
  message: `${file} cannot be read: ${error}`,
});
