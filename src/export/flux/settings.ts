/**
 * What a HelmRelease tells helm-controller, as far as it decides what becomes of an order. [S] read in the API of helm-controller 1.7.1
 * (api/v2/helmrelease_types.go) and in internal/action.
 */
import type { Operation as HelmOperation } from '../../model/helm.ts';
import { type Json, type JsonObject, type Path, valueAt } from '../../model/json.ts';
import { readDuration } from '../../model/time.ts';

/** Where the settings of each of Helm's operations stand in `spec`. */
export const ACTIONS = ['install', 'upgrade', 'rollback', 'uninstall'] as const satisfies readonly HelmOperation[];
export type Action = (typeof ACTIONS)[number];

export const GROUP = 'helm.toolkit.fluxcd.io';
/** Its post-renderers see hooks. */
export const API_VERSION = `${GROUP}/v2`;

/** Flux waits unless it is told not to, five minutes for each thing. */
export const DEFAULTS = { wait: true, timeoutSeconds: 300 } as const;

export interface FluxSettings {
  /** Whether Helm waits for what it installs or upgrades. */
  readonly wait: boolean;
  /** Of plain Jobs too, that they end: the default where it waits. */
  readonly waitForJobs: boolean;
  /** Whether it takes over objects that exist and are not the release's: the default. */
  readonly takeOwnership: boolean;
  /** The shorter one of install and upgrade. */
  readonly timeoutSeconds: number;
}

export const specOf = (value: JsonObject, ...path: Path): Json | undefined => valueAt(value, ['spec', ...path]);

export function settingsOf(value: JsonObject): FluxSettings {
  const timeoutOf = (action: Action): number =>
    secondsOf(specOf(value, action, 'timeout')) ?? secondsOf(specOf(value, 'timeout')) ?? DEFAULTS.timeoutSeconds;
  const isOn = (action: Action, off: string): boolean => specOf(value, action, off) !== true;
  const waits = (action: Action): boolean => isOn(action, 'disableWait');
  return {
    wait: waits('install') || waits('upgrade'),
    waitForJobs: (['install', 'upgrade'] as const).some(
      (action) => waits(action) && isOn(action, 'disableWaitForJobs'),
    ),
    takeOwnership: (['install', 'upgrade'] as const).every((action) => isOn(action, 'disableTakeOwnership')),
    timeoutSeconds: Math.min(timeoutOf('install'), timeoutOf('upgrade')),
  };
}

const secondsOf = (value: Json | undefined): number | undefined =>
  typeof value === 'string' ? readDuration(value) : undefined;

/** What it calls the release: its own word, or its names (`HelmRelease.GetReleaseName`). Longer ones are cut and hashed. */
export function releaseNameOf(value: JsonObject): string | undefined {
  const text = (found: Json | undefined): string | undefined =>
    typeof found === 'string' && found !== '' ? found : undefined;
  const own = text(specOf(value, 'releaseName'));
  if (own !== undefined) return own;
  const name = text(valueAt(value, ['metadata', 'name']));
  const target = text(specOf(value, 'targetNamespace'));
  return name === undefined ? undefined : target === undefined ? name : `${target}-${name}`;
}
