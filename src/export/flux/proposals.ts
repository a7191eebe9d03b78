/** The lines that an order needs of a HelmRelease besides its patches, each with its reason. What the user wrote stays. */
import { isAwaited, OPERATIONS } from '../../model/helm.ts';
import { type Json, type JsonObject, valueAt } from '../../model/json.ts';
import type { Plan } from '../../model/plan.ts';
import { type Action, settingsOf, specOf } from './settings.ts';

export interface Proposal {
  /** Below `spec`. */
  readonly path: readonly string[];
  readonly value: Json;
  /** A clause: `Job/shop-migrate may run for 10 minutes`. */
  readonly because: string;
}

export interface Needs {
  readonly plan: Plan;
  /** The HelmRelease; absent: one that says nothing. */
  readonly value?: JsonObject | undefined;
  /** A workload that waits for a post hook, for which Helm waits until all workloads are ready. */
  readonly waitCycle?: string | undefined;
  /** An object stands as a hook and as a plain object. */
  readonly sharesNames: boolean;
}

export function proposalsOf(needs: Needs): readonly Proposal[] {
  return [...strategy(needs), ...timeout(needs), ...noWait(needs), ...retry(needs)];
}

/** Written also where it is the default: a controller whose post-renderers see no hooks does not know the field, and refuses it. */
function strategy({ value = {}, sharesNames }: Needs): readonly Proposal[] {
  const path = ['postRenderStrategy'];
  if (specOf(value, ...path) !== undefined) return [];
  return [
    sharesNames
      ? {
          path,
          value: 'separate',
          because: 'an object stands as a hook and as a plain one, which kustomize takes in two streams only',
        }
      : {
          path,
          value: 'combined',
          because: 'the patches have to reach hooks, and Flux before 2.9, which does not know this line, refuses it',
        },
  ];
}

/** A minute more than the longest deadline of a hook, in the place that counts. */
function timeout({ plan, value = {} }: Needs): readonly Proposal[] {
  const deadlines = plan.placements
    .filter(({ rule, hook, resource }) => rule !== undefined && hook !== undefined && isAwaited(resource.kind))
    .map((placement) => valueAt(placement.value(), ['spec', 'activeDeadlineSeconds']))
    .filter((deadline) => typeof deadline === 'number');
  const longest = Math.max(0, ...deadlines);
  if (settingsOf(value).timeoutSeconds >= longest + MARGIN) return [];
  const wanted = `${Math.ceil((longest + MARGIN) / 60)}m`;
  const because = `a hook may run for ${longest} seconds`;
  const own = (['install', 'upgrade'] as const).filter((action) => specOf(value, action, 'timeout') !== undefined);
  const places =
    own.length === 2
      ? own.map((action) => [action, 'timeout'])
      : [['timeout'], ...own.map((action) => [action, 'timeout'])];
  return places.map((path) => ({ path, value: wanted, because }));
}

/** Seconds for a Job to be seen, and for its end to be seen. */
const MARGIN = 60;

const RELEASING: readonly Action[] = ['install', 'upgrade'];

function noWait({ waitCycle, value = {} }: Needs): readonly Proposal[] {
  if (waitCycle === undefined) return [];
  return RELEASING.filter((action) => specOf(value, action, 'disableWait') !== true).map((action) => ({
    path: [action, 'disableWait'],
    value: true,
    because: waitCycle,
  }));
}

/** Only where nothing is said about failures: a release whose hook failed once stays failed otherwise. */
function retry({ plan, value = {} }: Needs): readonly Proposal[] {
  const isSaid =
    specOf(value, 'upgrade', 'strategy') !== undefined || specOf(value, 'upgrade', 'remediation') !== undefined;
  const runs = plan.placements.some(
    ({ rule, hook, resource }) =>
      rule !== undefined &&
      isAwaited(resource.kind) &&
      OPERATIONS.upgrade.some((event) => hook?.events.includes(event)),
  );
  if (isSaid || !runs) return [];
  return [
    {
      path: ['upgrade', 'strategy', 'name'],
      value: 'RetryOnFailure',
      because: 'without it an upgrade whose hook failed is not tried again before something changes',
    },
  ];
}
