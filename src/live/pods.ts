/**
 * Why a pod does not get on: not placed, not mounted, not started, waiting in an init container, crashed, not ready.
 *
 * Read from its status as the kubelet and the scheduler write it, and from the events about it, which alone tell of volumes and networks.
 */
import type { JsonObject } from '../model/json.ts';
import type { LogRef, Reading } from './cause.ts';
import { readMessage } from './messages.ts';
import { type Happening, numberAt, objectsAt, type Seen, textAt, timeAt } from './observations.ts';

/** Of a pod: what is wrong, or undefined while nothing is. */
export function readPod(pod: Seen, events: readonly Happening[]): Reading | undefined {
  const phase = textAt(pod.value, 'status', 'phase');
  if (phase === 'Succeeded') return undefined;
  if (phase === 'Failed') return failed(pod);
  return (
    notPlaced(pod, events) ?? notStarted(pod) ?? notMounted(pod, events) ?? waiting(pod) ?? sideRuns(pod) ?? ending(pod)
  );
}

/** All containers' statuses, init containers first. */
export const statusesOf = (pod: Seen): readonly JsonObject[] => [
  ...objectsAt(pod.value, 'status', 'initContainerStatuses'),
  ...objectsAt(pod.value, 'status', 'containerStatuses'),
];

/** The pod as a whole has failed. */
function failed(pod: Seen): Reading {
  const reason = textAt(pod.value, 'status', 'reason');
  const said = textAt(pod.value, 'status', 'message');
  const ended = statusesOf(pod).find((status) => (exitCodeOf(status) ?? 0) !== 0);
  if (reason === 'DeadlineExceeded')
    return { code: 'run/deadline', text: 'the pod ran longer than its deadline', said, state: 'over', ...logOf(pod) };
  if (reason === 'Evicted' || disruptedBy(pod) !== undefined)
    return {
      code: 'run/evicted',
      text: `the node put the pod out (${disruptedBy(pod) ?? reason})`,
      ...(said !== '' && { said }),
      state: 'over',
      fix: 'give it requests and limits that fit the node, or run it when the cluster is quiet',
    };
  if (ended !== undefined) return crashed(pod, ended, 'over');
  return {
    code: 'run/crash',
    text: `the pod has failed${reason === '' ? '' : ` (${reason})`}`,
    ...(said !== '' && { said }),
    state: 'over',
    ...logOf(pod),
  };
}

/** Why others ended it [Kubernetes, pod condition DisruptionTarget]. */
function disruptedBy(pod: Seen): string | undefined {
  const condition = conditionOf(pod, 'DisruptionTarget');
  return condition !== undefined && textAt(condition, 'status') === 'True' ? textAt(condition, 'reason') : undefined;
}

export const conditionOf = ({ value }: Seen, type: string): JsonObject | undefined =>
  objectsAt(value, 'status', 'conditions').find((condition) => condition['type'] === type);

const exitCodeOf = (status: JsonObject): number | undefined => numberAt(status, 'state', 'terminated', 'exitCode');

function notPlaced(pod: Seen, events: readonly Happening[]): Reading | undefined {
  if (textAt(pod.value, 'spec', 'nodeName') !== '') return undefined;
  const condition = conditionOf(pod, 'PodScheduled');
  const event = events.findLast(({ reason }) => reason === 'FailedScheduling');
  const said = textAt(condition, 'message') || (event?.message ?? '');
  if (said === '') return undefined;
  const since = timeAt(condition, 'lastTransitionTime');
  return {
    ...(readMessage('scheduler', said) ?? {
      code: 'run/unschedulable',
      text: 'no node takes the pod',
      said,
      state: 'slow',
    }),
    ...(since !== undefined && { since }),
  };
}

/** A container waits for something, or has ended badly. */
function notStarted(pod: Seen): Reading | undefined {
  for (const status of statusesOf(pod)) {
    const found = containerTrouble(pod, status);
    if (found !== undefined) return found;
  }
  return undefined;
}

function containerTrouble(pod: Seen, status: JsonObject): Reading | undefined {
  const reason = textAt(status, 'state', 'waiting', 'reason');
  const said = textAt(status, 'state', 'waiting', 'message');
  const name = textAt(status, 'name');
  if (reason === 'CrashLoopBackOff') return crashed(pod, status, 'slow');
  if (/^(?:ErrImage|ImagePull|InvalidImageName|ImageInspect|RegistryUnavailable)/.test(reason)) {
    const text = said === '' ? reason : said;
    const known = readMessage('image', text);
    const image = textAt(status, 'image');
    return {
      ...(known ?? { code: 'run/image', state: 'stuck', said: text }),
      text: `the image ${image} of container ${name} cannot be pulled${known === undefined ? '' : `: ${known.text}`}`,
    };
  }
  if (/^(?:CreateContainer|RunContainerError|StartError|PostStartHook|PreCreateHook|PreStartHook)/.test(reason))
    return (
      readMessage('container', said) ?? {
        code: 'run/start-failed',
        text: `container ${name} cannot be started (${reason})`,
        ...(said !== '' && { said }),
        state: 'stuck',
      }
    );
  const code = exitCodeOf(status);
  return code !== undefined && code !== 0 ? crashed(pod, status, 'slow') : undefined;
}

/** A container that has ended badly, now or in its last run. */
function crashed(pod: Seen, status: JsonObject, state: Reading['state']): Reading {
  const isNow = exitCodeOf(status) !== undefined;
  const where = isNow ? ['state', 'terminated'] : ['lastState', 'terminated'];
  const reason = textAt(status, ...where, 'reason');
  const said = textAt(status, ...where, 'message');
  const exit = numberAt(status, ...where, 'exitCode');
  const name = textAt(status, 'name');
  const restarts = numberAt(status, 'restartCount') ?? 0;
  const since = timeAt(status, ...where, 'finishedAt');
  const more = {
    state,
    ...(said !== '' && { said }),
    ...(since !== undefined && { since }),
    log: { namespace: pod.namespace, pod: pod.name, container: name, previous: !isNow },
  };
  if (reason === 'OOMKilled')
    return {
      code: 'run/out-of-memory',
      text: `container ${name} needed more memory than its limit${times(restarts)}`,
      fix: 'raise its memory limit',
      ...more,
    };
  const start = reason === 'StartError' || reason === 'ContainerCannotRun' ? readMessage('container', said) : undefined;
  if (start !== undefined) return { ...more, ...start };
  return {
    code: 'run/crash',
    text: `container ${name} ended with exit code ${exit ?? '?'}${times(restarts)}`,
    ...more,
  };
}

const times = (restarts: number): string => (restarts === 0 ? '' : `, ${restarts + 1} times by now`);

/** Volumes and networks are told by events only, and only by them. */
function notMounted(pod: Seen, events: readonly Happening[]): Reading | undefined {
  const hasStarted = statusesOf(pod).some(
    (status) => status['state'] !== undefined && textAt(status, 'state', 'waiting', 'reason') === '',
  );
  if (hasStarted) return undefined;
  const event = events.findLast(({ reason }) =>
    /^Failed(?:Mount|AttachVolume|MapVolume|CreatePodSandBox)/.test(reason),
  );
  if (event === undefined) return undefined;
  const since = event.last === undefined ? {} : { since: event.last };
  if (event.reason === 'FailedCreatePodSandBox')
    return {
      code: 'run/sandbox',
      text: 'the node cannot make the network or sandbox of the pod',
      said: event.message,
      state: 'slow',
      ...since,
    };
  // A timeout comes after the reason, and does not repeat it.
  const told = events
    .filter(({ reason }) => reason === event.reason)
    .flatMap(({ message }) => readMessage('volume', message) ?? []);
  return {
    ...(told.at(-1) ?? {
      code: 'run/volume',
      text: 'a volume of the pod cannot be mounted',
      said: event.message,
      state: 'slow',
    }),
    ...since,
  };
}

/** An init container runs: all others wait for it. */
function waiting(pod: Seen): Reading | undefined {
  const running = objectsAt(pod.value, 'status', 'initContainerStatuses').find(
    (status) => status['state'] !== undefined && textAt(status, 'state', 'running', 'startedAt') !== '',
  );
  if (running === undefined || isSidecar(pod, textAt(running, 'name'))) return undefined;
  const name = textAt(running, 'name');
  const since = timeAt(running, 'state', 'running', 'startedAt');
  return {
    code: 'run/init-waits',
    text: `init container ${name} has not ended`,
    state: 'slow',
    ...(since !== undefined && { since }),
    log: { namespace: pod.namespace, pod: pod.name, container: name, previous: false },
  };
}

/** An init container that restarts always. */
const isSidecar = (pod: Seen, name: string): boolean =>
  objectsAt(pod.value, 'spec', 'initContainers').some(
    (container) => container['name'] === name && container['restartPolicy'] === 'Always',
  );

/** One container has ended well and another still runs: a pod that should end does not. */
function sideRuns(pod: Seen): Reading | undefined {
  const statuses = objectsAt(pod.value, 'status', 'containerStatuses');
  const done = statuses.find((status) => exitCodeOf(status) === 0);
  const runs = statuses.find((status) => textAt(status, 'state', 'running', 'startedAt') !== '');
  if (done === undefined || runs === undefined || textAt(pod.value, 'spec', 'restartPolicy') === 'Always')
    return undefined;
  const since = timeAt(done, 'state', 'terminated', 'finishedAt');
  return {
    code: 'run/side-container',
    text: `container ${textAt(done, 'name')} has ended, and container ${textAt(runs, 'name')} still runs`,
    fix: `make ${textAt(runs, 'name')} a sidecar (an init container with restartPolicy Always), or end it from the script`,
    state: 'stuck',
    ...(since !== undefined && { since }),
  };
}

function ending(pod: Seen): Reading | undefined {
  if (pod.deleting === undefined) return undefined;
  return {
    code: 'run/still-deleted',
    text: 'the pod is being deleted',
    since: pod.deleting,
    state: 'slow',
  };
}

/** The log of the container that says most: one that failed, else the first. */
export function logOf(pod: Seen): { readonly log?: LogRef } {
  const statuses = statusesOf(pod);
  const status =
    statuses.find((each) => (exitCodeOf(each) ?? 0) !== 0) ??
    objectsAt(pod.value, 'status', 'containerStatuses')[0] ??
    statuses[0];
  const container = textAt(status, 'name') || textAt(objectsAt(pod.value, 'spec', 'containers')[0], 'name');
  return container === '' ? {} : { log: { namespace: pod.namespace, pod: pod.name, container, previous: false } };
}

/** Not ready, of a pod that should serve. */
export function notReady(pod: Seen, events: readonly Happening[]): Reading | undefined {
  const condition = conditionOf(pod, 'Ready');
  if (textAt(pod.value, 'status', 'phase') !== 'Running' || textAt(condition, 'status') === 'True') return undefined;
  const event = events.findLast(({ reason }) => reason === 'Unhealthy');
  const since = timeAt(condition, 'lastTransitionTime');
  const which = objectsAt(pod.value, 'status', 'containerStatuses').filter((status) => status['ready'] !== true);
  const names = which.map((status) => textAt(status, 'name')).join(', ');
  return {
    code: 'run/not-ready',
    text: `container ${names} runs and is not ready`,
    ...(event !== undefined && { said: event.message }),
    state: 'slow',
    ...(since !== undefined && { since }),
    ...(which[0] !== undefined && {
      log: { namespace: pod.namespace, pod: pod.name, container: textAt(which[0], 'name'), previous: false },
    }),
  };
}
