/**
 * `live/deleted-by-hook`: a hook deletes a workload of the release or scales it to nothing, and goes on while its pods still run.
 *
 * `kubectl scale` and `kubectl delete deployment` come back at once; the pods have their grace period after that.
 */
import { findingOf } from '../../model/finding.ts';
import { hasEventOf, OPERATIONS } from '../../model/helm.ts';
import { compareRuns, formatPlacement, type Placement } from '../../model/plan.ts';
import type { Check, Release } from '../../release/release.ts';
import { baseName } from '../../scripts/arguments.ts';
import type { Call } from '../../scripts/call.ts';
import { dryRunOf, hasFlag, isElsewhere, kubectlLineOf, optionOf } from '../../scripts/kubectl-line.ts';
import { runsOf } from '../../waits/find.ts';
import { objectsOfLine } from './named.ts';
import { LASTING_KINDS } from './users.ts';

/** `live/deleted-by-hook`. */
export const checkStopped: Check = (placement, release) => {
  const { resource, hook, rule } = placement;
  if (hook === undefined || (resource.kind !== 'Job' && resource.kind !== 'Pod')) return [];
  if (!hasEventOf(hook.events, 'upgrade', 'rollback')) return [];
  const calls = runsOf(placement, release).flatMap((run) => run.calls.map(({ call }) => call));
  for (const [index, call] of calls.entries()) {
    const stopped = stoppedBy(call, placement, release);
    if (stopped === undefined || calls.slice(index + 1).some(isWait)) continue;
    if (laterHooks(placement, release).some((other) => waits(other, release))) continue;
    const words = call.argv.map(({ source }) => source).join(' ');
    return [
      findingOf(
        'live/deleted-by-hook',
        resource,
        call.path,
        `${formatPlacement(placement)} stops ${formatPlacement(stopped)} (\`${words}\`), and nothing waits until its pods have ended: what comes next runs beside them`,
        {
          hint: `wait in the script, after it: \`${waitFor(stopped)}\``,
          ...(rule && { config: { ...rule.place, hook: rule.name } }),
        },
      ),
    ];
  }
  return [];
};

/** Events in which an app of the release runs, or should. */
export const STOPS_A_RUNNING_APP: ReadonlySet<string> = new Set([...OPERATIONS.upgrade, ...OPERATIONS.rollback]);

/** The workload of the release whose pods a call ends without waiting for it. */
export function stoppedBy(call: Call, hook: Placement, release: Release): Placement | undefined {
  const line = kubectlLineOf(call);
  if (line === undefined || call.isForgiven || isElsewhere(line) || dryRunOf(line) !== 'none') return undefined;
  const isScaled = line.verb === 'scale' && optionOf(line, 'replicas') === '0' && !hasFlag(line, 'timeout');
  // In the foreground, kubectl waits for the pods too; orphans run on, and are meant to.
  const isDeleted = line.verb === 'delete' && !/^(?:foreground|orphan|false)$/.test(optionOf(line, 'cascade') ?? '');
  if (!isScaled && !isDeleted) return undefined;
  return objectsOfLine(line, hook, release).find(
    (one) => one.hook === undefined && LASTING_KINDS.has(one.resource.kind),
  );
}

/** Whatever lets time pass, or looks how things are. */
function isWait(call: Call): boolean {
  if (call.patience !== undefined || baseName(call.argv[0]?.text ?? '') === 'sleep') return true;
  return /^(?:wait|rollout status|get)$/.test(kubectlLineOf(call)?.verb ?? '');
}

const waits = (other: Placement, release: Release): boolean =>
  runsOf(other, release).some((run) => run.calls.some(({ call }) => isWait(call)));

/** Hooks of the same events that run after this one. */
const laterHooks = (hook: Placement, release: Release): readonly Placement[] =>
  release
    .byKind('Job', 'Pod')
    .filter(
      (other) =>
        other !== hook &&
        other.hook?.events.some((event) => hook.hook?.events.includes(event)) === true &&
        compareRuns(hook, other) < 0,
    );

const waitFor = ({ resource: { kind }, name, value }: Placement): string => {
  const labels = (value()['spec'] as { selector?: { matchLabels?: Record<string, unknown> } } | undefined)?.selector
    ?.matchLabels;
  const [first] = Object.entries(labels ?? {});
  return first === undefined
    ? `kubectl rollout status ${kind.toLowerCase()}/${name}`
    : `kubectl wait --for=delete pod -l ${first.join('=')} --timeout=120s`;
};
