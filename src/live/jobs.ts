/** How far a Job, a Pod or a workload is, and why it does not get on. */
import type { Cause, Reading } from './cause.ts';
import type { Cluster } from './cluster.ts';
import { readMessage } from './messages.ts';
import { type Happening, numberAt, objectsAt, type Seen, textAt, timeAt, titleOf } from './observations.ts';
import { conditionOf, logOf, notReady, readPod } from './pods.ts';

export interface Look {
  readonly is: 'running' | 'succeeded' | 'failed';
  readonly cause?: Cause;
  /** What it does, where nothing is wrong: `Pod/migrate-x runs`. */
  readonly doing?: string;
  /** Unix seconds. */
  readonly started?: number;
  readonly ended?: number;
}

const about = (seen: Seen, reading: Reading): Cause => ({ about: titleOf(seen), ...reading });

export function lookAtJob(job: Seen, cluster: Cluster): Look {
  const started = timeAt(job.value, 'status', 'startTime') ?? job.created;
  const complete = trueCondition(job, 'Complete') ?? trueCondition(job, 'SuccessCriteriaMet');
  const base = started === undefined ? {} : { started };
  if (complete !== undefined) {
    const ended = timeAt(job.value, 'status', 'completionTime') ?? timeAt(complete, 'lastTransitionTime');
    return { is: 'succeeded', ...base, ...(ended !== undefined && { ended }) };
  }
  const pods = cluster.podsOf(job).length > 0 ? cluster.podsOf(job) : podsByLabel(job, cluster);
  const failed = trueCondition(job, 'Failed') ?? trueCondition(job, 'FailureTarget');
  if (failed !== undefined) {
    const ended = timeAt(failed, 'lastTransitionTime');
    return {
      is: 'failed',
      ...base,
      ...(ended !== undefined && { ended }),
      cause: failureOf(job, failed, pods, cluster),
    };
  }
  const cause = troubleOf(job, pods, cluster);
  return { is: 'running', ...base, ...(cause && { cause }), doing: doingOf(pods, cluster) };
}

const podsByLabel = (job: Seen, cluster: Cluster): readonly Seen[] =>
  cluster
    .podsOfJob(job.name, job.namespace)
    .filter((pod) => pod.owners.length === 0 || pod.owners.includes(job.uid) || job.uid === '');

const trueCondition = (seen: Seen, type: string) => {
  const condition = conditionOf(seen, type);
  return condition !== undefined && textAt(condition, 'status') === 'True' ? condition : undefined;
};

/** Why a Job has failed for good. */
function failureOf(
  job: Seen,
  condition: NonNullable<ReturnType<typeof conditionOf>>,
  pods: readonly Seen[],
  cluster: Cluster,
): Cause {
  const reason = textAt(condition, 'reason');
  const since = timeAt(condition, 'lastTransitionTime');
  const trouble = podTrouble(pods, cluster);
  if (reason === 'DeadlineExceeded') {
    const seconds = numberAt(job.value, 'spec', 'activeDeadlineSeconds');
    const why = trouble === undefined ? '' : `, when ${trouble.about} had not ended: ${trouble.text}`;
    return about(job, {
      code: 'run/deadline',
      text: `it ran longer than its activeDeadlineSeconds${seconds === undefined ? '' : ` of ${seconds}s`}${why}`,
      ...(trouble?.said !== undefined && { said: trouble.said }),
      state: 'over',
      fix: 'find out what takes so long, or raise the deadline',
      ...(since !== undefined && { since }),
      ...(trouble?.log ? { log: trouble.log } : pods.length > 0 ? logOf(pods.at(-1) as Seen) : {}),
    });
  }
  if (trouble !== undefined) return { ...trouble, state: 'over', text: trouble.text + attempts(job, pods) };
  const said = textAt(condition, 'message');
  return about(job, {
    code: 'run/crash',
    text: `it has failed (${reason})${pods.length === 0 ? '; its pods and their logs are gone' : ''}`,
    ...(said !== '' && { said }),
    state: 'over',
    ...(since !== undefined && { since }),
    ...(pods.length > 0 && logOf(pods.at(-1) as Seen)),
  });
}

/** `, in all of its 3 pods`. */
function attempts(job: Seen, pods: readonly Seen[]): string {
  const failed = Math.max(numberAt(job.value, 'status', 'failed') ?? 0, pods.length);
  return failed > 1 ? `, in each of ${failed} pods` : '';
}

/** What holds up a Job that has not ended. */
function troubleOf(job: Seen, pods: readonly Seen[], cluster: Cluster): Cause | undefined {
  if (job.deleting !== undefined)
    return about(job, { code: 'run/still-deleted', text: 'it is being deleted', state: 'slow', since: job.deleting });
  if (job.value && isSuspended(job))
    return about(job, {
      code: 'run/suspended',
      text: 'the Job is suspended, so no pod is made',
      state: 'stuck',
      fix: 'take `suspend: true` away, or let the controller that sets it go on',
    });
  const trouble = podTrouble(pods, cluster);
  if (trouble !== undefined) return withAttempts(trouble, job);
  const hasLivePod = pods.some(({ value }) => !isOver(textAt(value, 'status', 'phase')));
  return hasLivePod ? undefined : notMade(job, cluster.eventsOf(job));
}

const isSuspended = ({ value }: Seen): boolean => {
  const spec = value['spec'];
  return typeof spec === 'object' && spec !== null && !Array.isArray(spec) && spec['suspend'] === true;
};

const isOver = (phase: string): boolean => phase === 'Succeeded' || phase === 'Failed';

/** A pod that failed while the Job may still make another. */
function withAttempts(trouble: Cause, job: Seen): Cause {
  const failed = numberAt(job.value, 'status', 'failed') ?? 0;
  if (trouble.state !== 'over' || failed === 0) return trouble;
  const limit = numberAt(job.value, 'spec', 'backoffLimit') ?? 6;
  return { ...trouble, state: 'slow', text: `${trouble.text}; pod ${failed} of at most ${limit + 1} has failed` };
}

/** Nobody could make its pods: only events tell. */
function notMade(owner: Seen, events: readonly Happening[]): Cause | undefined {
  const event = events.findLast(({ reason }) => reason === 'FailedCreate');
  if (event === undefined) return undefined;
  const known = readMessage('admission', event.message);
  return about(owner, {
    ...(known ?? { code: 'run/rejected', text: 'its pod cannot be made', state: 'stuck', said: event.message }),
    ...(owner.created !== undefined && { since: owner.created }),
  });
}

/** The newest pod that is in trouble; one that runs well hides the failed ones before it. */
function podTrouble(pods: readonly Seen[], cluster: Cluster): Cause | undefined {
  for (const pod of pods.toReversed()) {
    const reading = readPod(pod, cluster.eventsOf(pod));
    if (reading !== undefined) return about(pod, reading);
    if (textAt(pod.value, 'status', 'phase') !== 'Failed') return undefined;
  }
  return undefined;
}

function doingOf(pods: readonly Seen[], { state }: Cluster): string {
  const pod = pods.at(-1);
  if (pod === undefined)
    return state.unseen.some((kind) => kind.startsWith('pods')) ? 'its pods cannot be seen' : 'no pod yet';
  const phase = textAt(pod.value, 'status', 'phase').toLowerCase();
  return `${titleOf(pod)} ${phase === 'running' ? 'runs' : phase === 'pending' ? 'is pending' : `has ${phase}`}`;
}

export function lookAtPod(pod: Seen, cluster: Cluster): Look {
  const phase = textAt(pod.value, 'status', 'phase');
  const started = timeAt(pod.value, 'status', 'startTime') ?? pod.created;
  const base = started === undefined ? {} : { started };
  const ends = [...objectsAt(pod.value, 'status', 'containerStatuses')].flatMap(
    (status) => timeAt(status, 'state', 'terminated', 'finishedAt') ?? [],
  );
  const ended = ends.length > 0 && isOver(phase) ? { ended: Math.max(...ends) } : {};
  if (phase === 'Succeeded') return { is: 'succeeded', ...base, ...ended };
  const reading = readPod(pod, cluster.eventsOf(pod));
  const cause = reading && { cause: about(pod, reading) };
  if (phase === 'Failed') return { is: 'failed', ...base, ...ended, ...cause };
  return { is: 'running', ...base, ...cause, doing: phase === 'Running' ? 'runs' : 'is pending' };
}

/** Why a workload or claim is not ready; undefined where it is. */
export function lookAtWorkload(seen: Seen, cluster: Cluster): Cause | undefined {
  if (seen.kind === 'PersistentVolumeClaim') return unbound(seen, cluster.eventsOf(seen));
  const [ready, wanted] = readiness(seen);
  if (ready >= wanted && isObserved(seen)) return undefined;
  const pods = cluster.podsOf(seen);
  for (const pod of pods.toReversed()) {
    const events = cluster.eventsOf(pod);
    const reading = readPod(pod, events) ?? notReady(pod, events);
    if (reading !== undefined) return about(pod, reading);
  }
  const owners = [...cluster.state.objects.filter(({ owners }) => owners.includes(seen.uid)), seen];
  for (const owner of owners) {
    const found = pods.length < wanted ? notMade(owner, cluster.eventsOf(owner)) : undefined;
    if (found !== undefined) return found;
  }
  return about(seen, { code: 'run/not-ready', text: `${ready} of ${wanted} pods are ready`, state: 'slow' });
}

/** Its controller has seen what Helm applied last. */
const isObserved = ({ value }: Seen): boolean =>
  (numberAt(value, 'status', 'observedGeneration') ?? 0) >= (numberAt(value, 'metadata', 'generation') ?? 0);

/** Pods that are ready and up to date, and how many there should be. */
function readiness({ kind, value }: Seen): readonly [number, number] {
  if (kind === 'DaemonSet')
    return [
      Math.min(numberAt(value, 'status', 'numberReady') ?? 0, numberAt(value, 'status', 'updatedNumberScheduled') ?? 0),
      numberAt(value, 'status', 'desiredNumberScheduled') ?? 0,
    ];
  const wanted = numberAt(value, 'spec', 'replicas') ?? 1;
  const ready = numberAt(value, 'status', 'readyReplicas') ?? 0;
  const updated = numberAt(value, 'status', 'updatedReplicas') ?? 0;
  return [Math.min(ready, updated), wanted];
}

function unbound(claim: Seen, events: readonly Happening[]): Cause | undefined {
  if (textAt(claim.value, 'status', 'phase') === 'Bound') return undefined;
  if (claim.deleting !== undefined)
    return about(claim, {
      code: 'run/still-deleted',
      text: 'the claim is being deleted',
      state: 'slow',
      since: claim.deleting,
    });
  const event = events.findLast(({ reason }) => reason === 'ProvisioningFailed' || reason === 'FailedBinding');
  // A claim of such a class is bound when a pod mounts it.
  if (event === undefined && events.some(({ reason }) => reason === 'WaitForFirstConsumer')) return undefined;
  return about(claim, {
    code: 'run/claim-unbound',
    text: 'the claim has no volume',
    ...(event !== undefined && { said: event.message }),
    state: 'slow',
    fix: 'see its events: its StorageClass may be missing or its provisioner may not run',
  });
}
