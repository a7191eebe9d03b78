/**
 * Workloads that wait for what a hook does, while Helm makes the hook wait for the workloads or deletes the hook: `refs/wait-cycle`
 * and `refs/waits-for-deleted-hook`.
 *
 * Called for the hook, because that is what a config may move; the finding points into the workload.
 */
import { type Event, isAwaited } from '../model/helm.ts';
import { isObject, valueAt } from '../model/json.ts';
import type { Placement } from '../model/plan.ts';
import type { Check, CheckContext } from './context.ts';
import { nameOf, selectedBy } from './wait-obstacles.ts';
import { formatPlace, reportWait } from './wait-report.ts';
import { type Wait, waitsOf } from './waits/find.ts';
import { migrates, schemaWaitsOf } from './waits/schema.ts';

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
  const { hook } = placement;
  const events = POSTS.filter((event) => hook?.events.includes(event));
  if (hook === undefined || events.length === 0 || !isAwaited(placement.resource.kind)) return [];
  const waiters = workloads(context).flatMap((workload) => waiterOf(workload, placement, context) ?? []);
  const [first] = waiters;
  if (first === undefined) return [];
  const [place, ...names] = waiters.map((waiter) => nameOf(waiter.placement));
  const shown = [`${place} (${formatPlace(first.wait)})`, ...names];
  return [
    reportWait({
      code: 'refs/wait-cycle',
      severity: context.wait ? 'error' : undefined,
      message: `${listNames(shown)} ${waiters.length > 1 ? 'wait' : 'waits'} for ${first.for}, which \`helm --wait\` runs ${events.join(' and ')}, when ${waiters.length > 1 ? 'they are' : 'it is'} ready`,
      hint: `make ${nameOf(placement)} a plain Job with a name of its own for each run (\`hook: false\`, \`jobName: hash\`), or install without --wait`,
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

function waiterOf(workload: Placement, hook: Placement, context: CheckContext): Waiter | undefined {
  const isNamed = mentions(workload, hook);
  if (isNamed || servesPods(hook, context)) {
    const wait = waitsOf(workload, context).find(
      ({ targets, patience }) =>
        patience !== 'then-goes-on' && targets.length > 0 && targets.every((target) => means(target, hook, context)),
    );
    if (wait !== undefined) return { placement: workload, wait, for: nameOf(hook) };
  }
  if (!migrates(hook, context)) return undefined;
  const wait = schemaWaitsOf(workload, hook, context)[0];
  return wait && { placement: workload, wait, for: `${wait.about} of ${nameOf(hook)}` };
}

const means = (target: Placement, hook: Placement, context: CheckContext): boolean =>
  target === hook || (target.resource.kind === 'Service' && isOnly(selectedBy(target, context), hook));
const isOnly = (list: readonly Placement[], one: Placement): boolean =>
  list.length > 0 && list.every((item) => item === one);

/** Only pods with labels can be behind a Service. */
const servesPods = (hook: Placement, context: CheckContext): boolean =>
  context.byKind('Service').length > 0 && isObject(valueAt(hook.value(), ['spec', 'template', 'metadata', 'labels']));

const decoder = new TextDecoder();
const texts = new WeakMap<Placement, string>();
/** A look at the bytes spares parsing: most workloads name no hook. */
function mentions(user: Placement, hook: Placement): boolean {
  return textOfDocument(user).includes(hook.resource.baseName);
}
export function textOfDocument(placement: Placement): string {
  let text = texts.get(placement);
  if (text === undefined) {
    const { stream, bytes } = placement.resource.document;
    text = decoder.decode(stream.bytes.subarray(bytes.start, bytes.end));
    texts.set(placement, text);
  }
  return text;
}

function listNames(names: readonly string[]): string {
  if (names.length > MAX_NAMES) return `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more`;
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ');
}
