/**
 * Workloads that wait for what a hook does, while Helm makes the hook wait for the workloads or deletes the hook: `refs/wait-cycle`
 * and `refs/waits-for-deleted-hook`.
 *
 * Called for the hook, because that is what a config may move; the finding points into the workload.
 */
import { type Event, isAwaited } from '../../model/helm.ts';
import { valueAt } from '../../model/json.ts';
import type { Placement } from '../../model/plan.ts';
import type { Check, CheckContext } from '../context.ts';
import { containersOf } from '../needs/references.ts';
import { type Wait, waitsOf } from './find.ts';
import { nameOf, selectedBy } from './obstacles.ts';
import { formatPlace, reportWait } from './report.ts';
import { bootstrappedBy, migrates, schemaWaitsOf } from './schema.ts';

interface Waiter {
  readonly placement: Placement;
  readonly wait: Pick<Wait, 'container' | 'path' | 'file' | 'words'>;
  /** `Job/migrate`, or `the schema of Job/migrate`. */
  readonly for: string;
}

const LASTING = ['Deployment', 'StatefulSet', 'DaemonSet'];
const POSTS: readonly Event[] = ['post-install', 'post-upgrade'];
const MAX_NAMES = 3;

/** Helm waits for the workloads before it runs post hooks; they wait for the hook. */
export const checkWaitCycle: Check = (placement, context) => {
  const { hook, resource } = placement;
  const events = POSTS.filter(
    (event) => hook?.events.includes(event) && !hook.events.includes(event.replace('post', 'pre') as Event),
  );
  if (events.length === 0) return [];
  const targets = [placement, ...servicesOf(placement, context)];
  const waiters = workloads(context).flatMap((workload) => waiterOf(workload, placement, targets, context) ?? []);
  const [first] = waiters;
  if (first === undefined) return [];
  const [place, ...names] = waiters.map((waiter) => nameOf(waiter.placement));
  const shown = [`${place} (${formatPlace(first.wait)})`, ...names];
  const are = waiters.length > 1 ? 'they are' : 'it is';
  const plain =
    resource.kind === 'Job'
      ? 'a plain Job with a name of its own for each run (`hook: false`, `jobName: hash`)'
      : 'a plain resource (`hook: false`)';
  return [
    reportWait({
      code: 'refs/wait-cycle',
      severity: context.wait ? 'error' : undefined,
      message: `${listNames(shown)} ${waiters.length > 1 ? 'wait' : 'waits'} for ${first.for}, which \`helm --wait\` runs ${events.join(' and ')}, when ${are} ready`,
      hint: `make ${nameOf(placement)} ${plain}, or install without --wait`,
      hook: placement,
      resource: first.placement.resource,
      wait: first.wait,
    }),
  ];
};

/** Who waits for a Job by its name when hook-succeeded or a TTL has removed it. */
export const checkDeletedHook: Check = (placement, context) => {
  const { hook, resource } = placement;
  if (hook === undefined || resource.kind !== 'Job') return [];
  const ttl = valueAt(placement.value(), ['spec', 'ttlSecondsAfterFinished']);
  const isDeleted = hook.deletes.includes('hook-succeeded');
  if (!isDeleted && typeof ttl !== 'number') return [];
  const users = [...workloads(context), ...(isDeleted ? laterRuns(placement, context) : [])];
  for (const user of users) {
    if (!mentions(user, placement)) continue;
    const wait = waitsOf(user, context).find(({ targets }) => targets.includes(placement));
    if (wait === undefined) continue;
    const gone = isDeleted
      ? 'which hook-succeeded deletes when it is done'
      : `which its TTL removes ${String(ttl)} s after it is done`;
    const effect =
      user.hook === undefined && LASTING.includes(user.resource.kind) ? ': a pod that starts later waits for ever' : '';
    return [
      reportWait({
        code: 'refs/waits-for-deleted-hook',
        message: `${nameOf(user)} (${formatPlace(wait)}) waits for ${nameOf(placement)}, ${gone}${effect}`,
        hint: isDeleted
          ? `give ${nameOf(placement)} the delete policy before-hook-creation alone, or let ${nameOf(user)} wait for what the Job does instead`
          : `let ${nameOf(user)} wait for what the Job does, not for the Job`,
        hook: placement,
        resource: user.resource,
        wait,
      }),
    ];
  }
  return [];
};

const workloads = (context: CheckContext): readonly Placement[] =>
  LASTING.flatMap(context.byKind).filter(({ hook }) => hook === undefined);

/** Plain Jobs, and hooks of other events: in its own event the hook is still there. */
function laterRuns(placement: Placement, context: CheckContext): readonly Placement[] {
  const own = placement.hook?.events ?? [];
  return [...context.byKind('Job'), ...context.byKind('Pod')].filter(
    (other) =>
      other !== placement && (other.hook === undefined || other.hook.events.some((event) => !own.includes(event))),
  );
}

function waiterOf(
  workload: Placement,
  hook: Placement,
  targets: readonly Placement[],
  context: CheckContext,
): Waiter | undefined {
  if (targets.some((target) => mentions(workload, target))) {
    const wait = waitsOf(workload, context).find(
      (one) => one.patience !== 'then-goes-on' && one.targets.every((target) => targets.includes(target)),
    );
    if (wait !== undefined) return { placement: workload, wait, for: nameOf(wait.targets[0] ?? hook) };
  }
  if (!isAwaited(hook.resource.kind)) return undefined;
  if (bootstrappedBy(hook, context).some((service) => selectedBy(service, context).includes(workload))) {
    const probed = containersOf(workload).find(({ value }) => value['readinessProbe'] !== undefined);
    if (probed !== undefined) {
      const wait = { container: probed, path: [...probed.path, 'readinessProbe'], words: '' };
      return { placement: workload, wait, for: nameOf(hook) };
    }
  }
  if (!MAY_ASK.test(textOfDocument(workload)) || !migrates(hook, context)) return undefined;
  const [wait] = schemaWaitsOf(workload, hook, context);
  return wait && { placement: workload, wait, for: `${wait.about} of ${nameOf(hook)}` };
}
const MAY_ASK = /wait|check|migrat|schema|until|keyspace/i;

/** The Services behind which there is nothing but this hook. */
const servicesOf = (hook: Placement, context: CheckContext): readonly Placement[] =>
  LASTING.includes(hook.resource.kind)
    ? context
        .byKind('Service')
        .filter(
          (service) =>
            selectedBy(service, context).every((one) => one === hook) && selectedBy(service, context).length > 0,
        )
    : [];

const texts = new WeakMap<Placement, string>();
/** A look at the bytes spares parsing: most workloads name no hook. */
function mentions(user: Placement, hook: Placement): boolean {
  const { baseName } = hook.resource;
  return baseName !== '' && textOfDocument(user).includes(baseName);
}
function textOfDocument(placement: Placement): string {
  let text = texts.get(placement);
  if (text === undefined) {
    const { stream, start, end } = placement.resource.document;
    text = new TextDecoder().decode(stream.bytes.subarray(start, end));
    texts.set(placement, text);
  }
  return text;
}

function listNames(names: readonly string[]): string {
  if (names.length > MAX_NAMES) return `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more`;
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ');
}
