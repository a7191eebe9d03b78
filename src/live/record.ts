/**
 * A revision of a release as Helm stores it: the shape of `helm status -o json`, which `helm get all --template` writes too (template.ts).
 *
 * Helm writes down each hook before it creates it, and what became of it when the next one begins [S pkg/action/hooks.go]. So the last hook of a pending revision
 * is always `Running` there, also when it has ended.
 */
import type { Operation } from '../model/helm.ts';
import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { numberAt, objectsAt, textAt, timeAt } from './observations.ts';

export type Phase = 'Unknown' | 'Running' | 'Succeeded' | 'Failed';

export interface HookRecord {
  readonly name: string;
  readonly kind: string;
  /** The template: `shop/templates/migrate.yaml`. */
  readonly path: string;
  readonly manifest: string;
  readonly phase?: Phase;
  /** Unix seconds. */
  readonly started?: number;
  readonly completed?: number;
}

export interface Stored {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  /** `pending-upgrade`, `deployed`, `failed`, … */
  readonly status: string;
  /** What Helm says of it: the error of a failed revision. */
  readonly description: string;
  /** When the operation began, unix seconds. */
  readonly began?: number;
  readonly manifest: string;
  readonly hooks: readonly HookRecord[];
  /** How objects are applied; undefined where Helm does not say it. */
  readonly serverSide?: boolean;
}

/** True for what `helm status -o json` prints. */
export const isRecord = (value: Json): value is JsonObject =>
  isObject(value) && textAt(value, 'name') !== '' && isObject(value['info']) && textAt(value, 'info', 'status') !== '';

export function readRecord(value: JsonObject): Stored {
  const status = textAt(value, 'info', 'status');
  const deployed = timeAt(value, 'info', 'last_deployed');
  const began = isUninstall(status) ? (timeAt(value, 'info', 'deleted') ?? deployed) : deployed;
  const method = textAt(value, 'apply_method');
  return {
    name: textAt(value, 'name'),
    namespace: textAt(value, 'namespace'),
    revision: numberAt(value, 'version') ?? 0,
    status,
    description: textAt(value, 'info', 'description'),
    ...(began !== undefined && { began }),
    manifest: textAt(value, 'manifest'),
    hooks: objectsAt(value, 'hooks').map(readHook),
    ...(method !== '' && { serverSide: method === 'ssa' }),
  };
}

function readHook(value: JsonObject): HookRecord {
  const phase = textAt(value, 'last_run', 'phase');
  const started = timeAt(value, 'last_run', 'started_at');
  const completed = timeAt(value, 'last_run', 'completed_at');
  return {
    name: textAt(value, 'name'),
    kind: textAt(value, 'kind'),
    path: textAt(value, 'path'),
    manifest: textAt(value, 'manifest'),
    ...(isPhase(phase) && { phase }),
    ...(started !== undefined && { started }),
    ...(completed !== undefined && { completed }),
  };
}

const isPhase = (text: string): text is Phase => ['Unknown', 'Running', 'Succeeded', 'Failed'].includes(text);

const isUninstall = (status: string): boolean => status === 'uninstalling' || status === 'uninstalled';

/** An operation is under way, or Helm has gone without an end. */
export const isPending = ({ status }: Pick<Stored, 'status'>): boolean =>
  status.startsWith('pending-') || status === 'uninstalling';

/** Which operation made a revision. A failed or deployed one says it in its description, where Helm's own words are there. */
export function operationOf({ status, description, revision }: Stored): Operation {
  if (status === 'pending-install') return 'install';
  if (status === 'pending-rollback' || /^Rollback /.test(description)) return 'rollback';
  if (isUninstall(status)) return 'uninstall';
  if (status === 'pending-upgrade') return 'upgrade';
  return revision <= 1 || /^(?:Install complete|Initial install)/.test(description) ? 'install' : 'upgrade';
}

/** The stream of all that a revision has: hooks first, each in a document with the name of its template. */
export const streamOf = ({ manifest, hooks }: Stored): string =>
  [...hooks.map((hook) => `---\n# Source: ${hook.path}\n${hook.manifest}\n`), `${manifest}\n`].join('');
