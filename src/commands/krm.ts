/**
 * `hookorder krm`: `render` as a function of KRM, for `kustomize build` and kpt. A `ResourceList` comes on stdin, its `functionConfig` is the ordering
 * config, and findings leave as its `results`.
 */
import { decodeConfig } from '../config/load.ts';
import { asNewObjects, isFaithful, type ResourceList, readResourceList, writeResourceList } from '../export/krm.ts';
import { concat } from '../model/bytes.ts';
import type { Source } from '../model/manifest.ts';
import { editStream, orderRelease, type PipelineInput } from '../pipeline.ts';
import { mergeCauses } from '../report/findings/merge.ts';
import { formatRefusal } from '../report/findings/refusal.ts';
import { inert } from '../report/safe-text.ts';
import type { Arguments } from './arguments.ts';
import { Refusal, UsageError } from './failures.ts';
import { EXIT, statusOf } from './outcome.ts';
import { deliver } from './output.ts';
import { makeRequest, readStream } from './request.ts';
import type { System } from './system.ts';

export function run(args: Arguments, system: System): number {
  const source = readStream(args.files[0], args, system);
  if ('code' in source) throw new Refusal([source], EXIT.unusable);
  return runOn(source, args, system);
}

export function runOn(source: Source, args: Arguments, system: System): number {
  const list = readResourceList(source.read(), system.bytes);
  if (typeof list === 'string')
    throw new UsageError(`\`hookorder krm\` reads a ResourceList, as kustomize and kpt send it: ${list}`);
  const bytes = system.bytes.encode(list.stream);
  const request = requestOf({ file: 'ResourceList', read: () => bytes }, list, args, system);
  const { stream, plan, findings } = orderRelease(request);
  const told =
    bytes.length === 0 ? [] : mergeCauses(orderRelease({ ...request, scope: 'all', severity: 'info' }).findings);
  const status = bytes.length === 0 ? EXIT.ok : statusOf(findings, args.failOn, plan !== undefined);
  if (status !== EXIT.ok) {
    system.writeStderr(`${inert(formatRefusal(findings))}\n`);
    return deliver(writeResourceList(list, undefined, told, system.bytes), status, system);
  }
  const rendered = stream && plan ? concat(editStream(stream, asNewObjects(plan))) : bytes;
  const text = writeResourceList(list, rendered, told, system.bytes);
  if (!isFaithful(text, rendered, list, system.bytes))
    throw new Error('the items of the ResourceList cannot be proven');
  return deliver(text, EXIT.ok, system);
}

function requestOf(source: Source, { config }: ResourceList, args: Arguments, system: System): PipelineInput {
  const severity = args.failOn === 'never' ? 'error' : args.failOn;
  const request = makeRequest(source, args, system, { needsConfig: true, scope: 'claimed', severity });
  if (config === undefined) return request;
  const own = decodeConfig(system.bytes.encode(config), 'functionConfig', system.bytes);
  return { ...request, findConfig: () => ('code' in own ? [own] : own) };
}
