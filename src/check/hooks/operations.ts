/**
 * Operations of Helm in which a Job or Pod runs: as its chart made it, and as the config leaves it. `job/runs-less-often` is the difference.
 */
import { findingOf } from '../../model/finding.ts';
import { HOOK, isAwaited, OPERATION_NAMES, OPERATIONS, type Operation, readHookEvents } from '../../model/helm.ts';
import { valueAt } from '../../model/json.ts';
import { enteredOf } from '../../model/leaving.ts';
import { annotationOf, formatResource, type Resource } from '../../model/manifest.ts';
import { tailOfResource } from '../../model/name-tail.ts';
import type { Check } from '../../release/release.ts';
import { nameKindOf, sameName } from './names.ts';

/**
 * Why an upgrade runs a plain Job or Pod of the chart: its name is another one then, or it is gone by then and Helm creates what is missing. Undefined
 * for a fixed name: an upgrade finds it there and runs nothing, or fails.
 */
export function whyUpgradesRun(resource: Resource): string | undefined {
  const { kind, tail } = tailOfResource(resource);
  if (resource.name === '') return 'each upgrade creates it anew';
  if (kind !== 'fixed') return `its name ends in "${tail}", so an upgrade creates another one`;
  const ttl = valueAt(resource.manifest().value, ['spec', 'ttlSecondsAfterFinished']);
  return resource.kind === 'Job' && typeof ttl === 'number'
    ? `it is removed ${ttl}s after it finishes, so an upgrade creates it again`
    : undefined;
}

/** `job/runs-less-often`. */
export const checkRunsLessOften: Check = (placement, release) => {
  const { resource, rule, hook } = placement;
  if (rule === undefined || placement.copyFor !== undefined || !isAwaited(resource.kind)) return [];
  // Under the name that the chart gave: one that `jobName` makes says nothing of what the chart did.
  const chart = enteredOf(resource);
  const annotation = annotationOf(chart, HOOK);
  // Without a hook before and after, nothing but the name may change.
  const why = annotation === undefined && hook !== undefined ? whyUpgradesRun(chart) : undefined;
  if (annotation === undefined && why === undefined) return [];
  const before = annotation === undefined ? (['upgrade'] as const) : operationsOf(readHookEvents(annotation).events);
  // A plain Job runs at install, and again where it has another name then.
  // A hook with a weight for each event stands in the release once for each weight.
  const parts = sameName(placement, release).filter((other) => other.rule?.name === rule.name && other.hook);
  if (hook !== undefined && parts.length > 1 && parts[0] !== placement) return [];
  const after = hook
    ? operationsOf([hook, ...parts.flatMap((part) => part.hook ?? [])].flatMap(({ events }) => events))
    : (['install', ...(nameKindOf(placement) === 'fixed' ? [] : ['upgrade'])] as readonly Operation[]);
  const lost = before.filter((operation) => !after.includes(operation));
  if (lost.length === 0) return [];
  const job = formatResource(resource);
  const isEarly = hook?.events.every((event) => event.startsWith('pre-')) === true;
  return [
    findingOf(
      'job/runs-less-often',
      resource,
      ['metadata', 'name'],
      `${job} no longer runs at ${lost.join(' and ')}, as the chart has it: ${why ?? `its chart makes it a hook of ${annotation}`}`,
      {
        hint: hook
          ? `add ${lost.map((operation) => OPERATIONS[operation].at(isEarly ? 0 : -1)).join(' and ')} to the \`events\` of this hook, unless it is meant to run once`
          : 'leave it a hook, or set `jobName: hash`, which runs it again when it changed',
        config: { ...rule.placeOf('events'), hook: rule.name },
      },
    ),
  ];
};

const operationsOf = (events: readonly string[]): readonly Operation[] =>
  OPERATION_NAMES.filter((operation) => OPERATIONS[operation].some((event) => events.includes(event)));
