// A stand-in for scheduler and kubelet: binds every Pod to one node, sets its status as a kubelet would, serves logs, and runs
// nothing. Claims are bound as soon as they are there. It ends when its standard input ends. A line there, `{"namespace": …, "fates":
// {"NAME": {"outcome": "fail"}}}`, says besides the annotations how Pods go that start from then on, by the name of their Job, their Deployment, or
// their own.
//
//   node kubelet.mjs PORT CERTIFICATES
//
// Annotations of a Pod decide how it goes:
//   plane/outcome   succeed, fail, hang (runs, never ends), run (runs, ready), loop (fails, and is started again and again),
//                   side (the first container ends, the others run on). Default: what its restart policy says
//   plane/seconds   how long a Pod that ends runs; default 0.3
//   plane/ready     after how many seconds a Pod that runs is ready; default 0
//   plane/grace     how many seconds a running Pod takes to stop when it is deleted; default 0
//   plane/exit      the exit code of a container that fails; default 1. plane/reason: its reason; default Error
//   plane/init      the init container in which it hangs
//   plane/start     why no container starts: what the kubelet says, like `exec: "migrate": executable file not found in $PATH`
//   plane/pull      why the image cannot be pulled: what the runtime says
//   plane/log       what its containers print
// As with a real cluster a Pod is not placed while a claim is missing or no node fits (cpu, nodeSelector), and its containers do not start while
// a ConfigMap, Secret or key is missing; conditions, statuses and events say so in the words of the scheduler and the kubelet.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect, MERGE, sleep, watch } from './client.mjs';
import { annotation, backOff, initialising, isOver, now, over, running, sideRuns } from './kubelet/status.mjs';
import { CPUS, troubleOf, unplacedFor } from './kubelet/trouble.mjs';

const [port, certificates] = process.argv.slice(2);
const api = connect(port, 'kubelet');
/** By namespace and name. */
const fates = new Map();
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const said = JSON.parse(line);
    fates.set(said.namespace, said.fates);
  })
  .on('close', () => process.exit(0));

/** With what a line says of it. */
function fated(pod) {
  const { name, namespace, labels, annotations, ownerReferences } = pod.metadata;
  const workload = ownerReferences?.[0]?.name.replace(/-[a-z0-9]+$/, '');
  const said = fates.get(namespace) ?? {};
  const own = said[labels?.['job-name']] ?? said[workload] ?? said[name];
  if (own === undefined) return pod;
  const told = Object.entries(own).map(([key, value]) => [`plane/${key}`, String(value)]);
  return { ...pod, metadata: { ...pod.metadata, annotations: { ...annotations, ...Object.fromEntries(told) } } };
}

const pathOf = (pod) => `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`;
const setStatus = (pod, status) => api('PATCH', `${pathOf(pod)}/status`, { status }, MERGE);
const seconds = (pod, key, otherwise) => Number(annotation(pod, key, otherwise)) * 1000;

/** The UIDs of Pods that were started, and of those that are stopping. */
const started = new Set();
const stopping = new Set();
/** By UID, what was said last of what keeps a Pod from starting. */
const told = new Map();

async function stop(pod) {
  const { uid, finalizers } = pod.metadata;
  if (stopping.has(uid)) return;
  stopping.add(uid);
  if (!isOver(pod)) await sleep(seconds(pod, 'grace', 0));
  // The mark is for readers of the audit log: the Pod is not gone yet.
  await api('DELETE', `${pathOf(pod)}${finalizers ? '?held=finalizer' : ''}`, {
    gracePeriodSeconds: 0,
    preconditions: { uid },
  });
}

async function start(bare) {
  const { name, uid } = bare.metadata;
  if (isOver(bare) || started.has(uid)) return;
  const pod = fated(bare);
  started.add(uid);
  const unplaced = pod.spec.nodeName ? undefined : await unplacedFor(api, pod);
  if (unplaced !== undefined) return await tryAgain(pod, unplaced);
  if (!pod.spec.nodeName) {
    const target = { apiVersion: 'v1', kind: 'Node', name: 'plane' };
    await api('POST', `${pathOf(pod)}/binding`, { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target });
  }
  const trouble = await troubleOf(api, pod);
  if (trouble !== undefined) return await tryAgain(pod, trouble);
  const ends = pod.spec.restartPolicy !== 'Always';
  const outcome = annotation(pod, 'outcome', ends ? 'succeed' : 'run');
  const delay = seconds(pod, 'ready', 0);
  const init = annotation(pod, 'init');
  if (init !== undefined) return await setStatus(pod, initialising(pod, init));
  await setStatus(pod, running(pod, delay === 0));
  if (outcome === 'hang') return;
  if (outcome === 'run') {
    if (delay === 0) return;
    await sleep(delay);
    if (!stopping.has(uid)) await setStatus(pod, running(pod, true));
    return;
  }
  await sleep(seconds(pod, 'seconds', 0.3));
  if (stopping.has(uid)) return;
  if (outcome === 'side') await setStatus(pod, sideRuns(pod));
  else if (outcome === 'loop') await loop(pod);
  else await setStatus(pod, over(pod, outcome === 'fail'));
}

/** Fails and is started again, the pauses shorter than a kubelet's. */
async function loop(pod) {
  for (let restarts = 1; !stopping.has(pod.metadata.uid); restarts++) {
    const { code } = await setStatus(pod, backOff(pod, restarts));
    if (code !== 200) return;
    await sleep(2000);
  }
}

/** Says what is in the way, in the status and in an event, and looks again a little later. */
async function tryAgain(pod, { status, event }) {
  const { uid } = pod.metadata;
  const said = `${event.reason} ${event.message}`;
  if (told.get(uid) !== said) {
    told.set(uid, said);
    await setStatus(pod, { phase: 'Pending', ...status });
    await tell(pod, event);
  }
  await sleep(500);
  started.delete(uid);
  const { code, body } = await api('GET', pathOf(pod));
  if (code === 200 && body.metadata.uid === uid && !body.metadata.deletionTimestamp) await start(body);
}

function tell({ metadata: { name, namespace, uid } }, { reason, message, source }) {
  const at = now();
  return api('POST', `/api/v1/namespaces/${namespace}/events`, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: `${name}.`, namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace, uid },
    type: 'Warning',
    reason,
    message,
    source: { component: source },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  });
}

const see = (pod) =>
  (pod.metadata.deletionTimestamp ? stop(pod) : start(pod)).catch((error) => {
    console.error(pathOf(pod), error.message);
    started.delete(pod.metadata.uid);
  });

async function watchPods() {
  for (;;) {
    const list = await api('GET', '/api/v1/pods').catch(() => undefined);
    for (const pod of list?.body.items ?? []) see(pod);
    const since = list?.body.metadata?.resourceVersion ?? '0';
    await watch(port, 'kubelet', `/api/v1/pods?watch=1&resourceVersion=${since}&timeoutSeconds=600`, (event) => {
      if (event.type === 'ADDED' || event.type === 'MODIFIED') see(event.object);
    });
    await sleep(200);
  }
}

async function bindClaims() {
  for (;;) {
    const list = await api('GET', '/api/v1/persistentvolumeclaims').catch(() => undefined);
    for (const { metadata, spec, status } of list?.body.items ?? []) {
      if (status.phase === 'Bound' || metadata.deletionTimestamp) continue;
      const bound = { phase: 'Bound', capacity: spec.resources.requests, accessModes: spec.accessModes };
      const path = `/api/v1/namespaces/${metadata.namespace}/persistentvolumeclaims/${metadata.name}/status`;
      await api('PATCH', path, { status: bound }, MERGE).catch(() => {});
    }
    await freeVolumes();
    await sleep(1000);
  }
}

/** No claim is bound to a volume here, so nothing holds one that is deleted. */
async function freeVolumes() {
  const list = await api('GET', '/api/v1/persistentvolumes').catch(() => undefined);
  for (const { metadata } of list?.body.items ?? []) {
    if (!metadata.deletionTimestamp || !metadata.finalizers?.includes('kubernetes.io/pv-protection')) continue;
    const path = `/api/v1/persistentvolumes/${metadata.name}`;
    await api('PATCH', path, { metadata: { finalizers: null } }, MERGE).catch(() => {});
  }
}

/** The log of a container is what its Pod says, else its own address. */
function serveLogs() {
  const read = (file) => readFileSync(join(certificates, file));
  const server = https.createServer(
    { key: read('apiserver.key'), cert: read('apiserver.crt') },
    async (request, response) => {
      const [, , namespace, pod] = request.url.split('/');
      const found = await api('GET', `/api/v1/namespaces/${namespace}/pods/${pod}`).catch(() => undefined);
      const log = found?.code === 200 ? annotation(found.body, 'log') : undefined;
      response.end(log === undefined ? `log of ${request.url}\n` : `${log}\n`);
    },
  );
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

async function registerNode() {
  const size = { cpu: String(CPUS), memory: '1000Gi', pods: '10000' };
  await api('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'plane' } });
  const status = {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: await serveLogs() } },
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: now() }],
    capacity: size,
    allocatable: size,
  };
  await api('PATCH', '/api/v1/nodes/plane/status', { status }, MERGE);
}

await registerNode();
watchPods();
bindClaims();
