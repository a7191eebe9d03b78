// The status of a Pod as a kubelet writes it.
export const now = () => new Date().toISOString().replace(/\.\d+Z/, 'Z');
/** What an annotation `plane/KEY` says. */
export const annotation = (pod, key, otherwise) => pod.metadata.annotations?.[`plane/${key}`] ?? otherwise;
export const isOver = (pod) => ['Succeeded', 'Failed'].includes(pod.status.phase);

const conditions = (ready, initialized = true) =>
  [
    ['Initialized', initialized],
    ['PodScheduled', true],
    ['ContainersReady', ready],
    ['Ready', ready],
  ].map(([type, holds]) => ({ type, status: holds ? 'True' : 'False', lastTransitionTime: now() }));

/** `state`: of all of them, or by their place. */
const containers = (list, state, ready, more = {}) =>
  (list ?? []).map(({ name, image }, at) => ({
    name,
    image,
    imageID: image,
    ready,
    restartCount: 0,
    started: true,
    state: typeof state === 'function' ? state(name, at) : state,
    ...more,
  }));

const done = () => ({ terminated: { exitCode: 0, reason: 'Completed', startedAt: now(), finishedAt: now() } });
const failed = (pod) => ({
  exitCode: Number(annotation(pod, 'exit', 1)),
  reason: annotation(pod, 'reason', 'Error'),
  startedAt: now(),
  finishedAt: now(),
});
const waiting = (reason, message) => ({ waiting: { reason, ...(message !== undefined && { message }) } });

const address = { hostIP: '127.0.0.1', podIP: '10.1.0.1', podIPs: [{ ip: '10.1.0.1' }] };

export function running(pod, ready) {
  const startedAt = now();
  return {
    phase: 'Running',
    reason: null,
    message: null,
    startTime: startedAt,
    ...address,
    conditions: conditions(ready),
    containerStatuses: containers(pod.spec.containers, { running: { startedAt } }, ready),
    initContainerStatuses: containers(pod.spec.initContainers, done(), true),
  };
}

/** It hangs in one of its init containers. */
export function initialising(pod, init) {
  const at = pod.spec.initContainers.findIndex(({ name }) => name === init);
  const state = (_, place) =>
    place < at ? done() : place === at ? { running: { startedAt: now() } } : waiting('PodInitializing');
  return {
    phase: 'Pending',
    startTime: now(),
    ...address,
    conditions: conditions(false, false),
    containerStatuses: containers(pod.spec.containers, waiting('PodInitializing'), false),
    initContainerStatuses: containers(pod.spec.initContainers, state, false),
  };
}

/** No container can be started. */
export const blocked = (pod, reason, message) => ({
  startTime: now(),
  ...address,
  conditions: conditions(false, (pod.spec.initContainers ?? []).length === 0),
  containerStatuses: containers(pod.spec.containers, waiting(reason, message), false),
});

export function over(pod, hasFailed) {
  const terminated = hasFailed ? failed(pod) : done().terminated;
  return {
    phase: hasFailed ? 'Failed' : 'Succeeded',
    conditions: conditions(false),
    containerStatuses: containers(pod.spec.containers, { terminated }, false),
  };
}

/** The first container has ended, the others run. */
export function sideRuns(pod) {
  const state = (_, at) => (at === 0 ? done() : { running: { startedAt: now() } });
  return { ...running(pod, false), containerStatuses: containers(pod.spec.containers, state, false) };
}

/** It has failed so many times, and waits before it is started again. */
export function backOff(pod, restarts) {
  const message = `back-off 10s restarting failed container=main pod=${pod.metadata.name}`;
  const more = { restartCount: restarts, lastState: { terminated: failed(pod) } };
  return {
    ...running(pod, false),
    containerStatuses: containers(pod.spec.containers, waiting('CrashLoopBackOff', message), false, more),
  };
}
