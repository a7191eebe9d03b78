// What keeps a Pod from its node, and its containers from starting: the status and the event that tell it, in the words of a real
// scheduler and kubelet. Undefined where nothing does.
import { annotation, blocked, now } from './status.mjs';

/** Of the one node. */
export const CPUS = 1000;

const unplaced = (message) => ({
  status: {
    conditions: [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: now() },
    ],
  },
  event: { reason: 'FailedScheduling', message, source: 'default-scheduler' },
});

const NO_VICTIMS = 'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';

/** Why the Pod gets no node. */
export async function unplacedFor(api, pod) {
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
    const name = persistentVolumeClaim?.claimName;
    if (name === undefined) continue;
    const { code } = await api('GET', `${home(pod)}/persistentvolumeclaims/${name}`);
    if (code === 404)
      return unplaced(`0/1 nodes are available: persistentvolumeclaim "${name}" not found. ${NO_VICTIMS}`);
  }
  if (Object.keys(pod.spec.nodeSelector ?? {}).length > 0)
    return unplaced(`0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. ${NO_VICTIMS}`);
  const cpus = pod.spec.containers.map(({ resources }) => Number(resources?.requests?.cpu ?? 0) || 0);
  if (cpus.reduce((sum, each) => sum + each, 0) > CPUS)
    return unplaced(`0/1 nodes are available: 1 Insufficient cpu. ${NO_VICTIMS}`);
  return undefined;
}

const home = (pod) => `/api/v1/namespaces/${pod.metadata.namespace}`;

/** Why its containers do not start: volumes first, then images, then settings, then the program. */
export async function troubleOf(api, pod) {
  const volume = await missingVolume(api, pod);
  if (volume !== undefined)
    return {
      status: blocked(pod, 'ContainerCreating'),
      event: { reason: 'FailedMount', message: volume, source: 'kubelet' },
    };
  const pull = annotation(pod, 'pull');
  if (pull !== undefined) {
    const image = pod.spec.containers[0].image;
    const message = `Back-off pulling image "${image}": ErrImagePull: ${pull}`;
    return {
      status: blocked(pod, 'ImagePullBackOff', message),
      event: { reason: 'Failed', message: `Failed to pull image "${image}": ${pull}`, source: 'kubelet' },
    };
  }
  const setting = await missingSetting(api, pod);
  if (setting !== undefined)
    return {
      status: blocked(pod, 'CreateContainerConfigError', setting),
      event: { reason: 'Failed', message: `Error: ${setting}`, source: 'kubelet' },
    };
  const start = annotation(pod, 'start');
  return start === undefined
    ? undefined
    : {
        status: blocked(pod, 'RunContainerError', start),
        event: { reason: 'Failed', message: `Error: ${start}`, source: 'kubelet' },
      };
}

/** The object, or undefined where there is none. */
async function read(api, pod, plural, name) {
  const { code, body } = await api('GET', `${home(pod)}/${plural}/${name}`);
  return code === 404 ? undefined : body;
}

async function missingVolume(api, pod) {
  for (const { name: volume, configMap, secret, projected } of pod.spec.volumes ?? []) {
    const sources = [
      ...(configMap ? [['configmap', configMap.name, configMap]] : []),
      ...(secret ? [['secret', secret.secretName, secret]] : []),
      ...(projected?.sources ?? []).flatMap((source) => [
        // The API server projects this one into every Pod; its controller does not run here.
        ...(source.configMap && source.configMap.name !== 'kube-root-ca.crt'
          ? [['configmap', source.configMap.name, source.configMap]]
          : []),
        ...(source.secret ? [['secret', source.secret.name, source.secret]] : []),
      ]),
    ];
    for (const [kind, name, { optional, items = [] }] of sources) {
      if (optional) continue;
      const object = await read(api, pod, `${kind}s`, name);
      const failed = `MountVolume.SetUp failed for volume "${volume}" :`;
      if (object === undefined) return `${failed} ${kind} "${name}" not found`;
      const key = items.find((item) => !hasKey(object, item.key))?.key;
      if (key !== undefined)
        return `${failed} references non-existent ${kind === 'secret' ? 'secret' : 'config'} key: ${key}`;
    }
  }
  return undefined;
}

const hasKey = (object, key) => key in { ...object.data, ...object.binaryData };

async function missingSetting(api, pod) {
  const need = async (kind, reference) => {
    if (!reference?.name || reference.optional) return undefined;
    const object = await read(api, pod, `${kind.toLowerCase()}s`, reference.name);
    if (object === undefined) return `${kind.toLowerCase()} "${reference.name}" not found`;
    return reference.key === undefined || hasKey(object, reference.key)
      ? undefined
      : `couldn't find key ${reference.key} in ${kind} ${pod.metadata.namespace}/${reference.name}`;
  };
  for (const { envFrom = [], env = [] } of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    const references = [
      ...envFrom.flatMap(({ configMapRef, secretRef }) => [
        ['ConfigMap', configMapRef],
        ['Secret', secretRef],
      ]),
      ...env.flatMap(({ valueFrom }) => [
        ['ConfigMap', valueFrom?.configMapKeyRef],
        ['Secret', valueFrom?.secretKeyRef],
      ]),
    ];
    for (const [kind, reference] of references) {
      const found = await need(kind, reference);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
