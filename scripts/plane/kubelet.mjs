// A stand-in for scheduler and kubelet: binds every Pod to one node, sets its status as a kubelet would, serves logs, and runs
// nothing. Claims are bound as soon as they are there. It ends when its standard input ends.
//
//   node kubelet.mjs PORT CERTIFICATES
//
// Annotations of a Pod decide how it goes:
//   plane/outcome   succeed, fail, hang (runs, never ends), run (runs, ready). Default: what its restart policy says
//   plane/seconds   how long a Pod that ends runs; default 0.3
//   plane/ready     after how many seconds a Pod that runs is ready; default 0
//   plane/grace     how many seconds a running Pod takes to stop when it is deleted; default 0
// As with a real kubelet a Pod stays pending while a ConfigMap, Secret, key or claim that it needs is missing.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { connect, MERGE, sleep, watch } from './client.mjs';

const [port, certificates] = process.argv.slice(2);
const api = connect(port, 'kubelet');
process.stdin.resume().on('end', () => process.exit(0));

const now = () => new Date().toISOString().replace(/\.\d+Z/, 'Z');
const pathOf = (pod) => `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`;
const setStatus = (pod, status) => api('PATCH', `${pathOf(pod)}/status`, { status }, MERGE);
const annotation = (pod, key, otherwise) => pod.metadata.annotations?.[`plane/${key}`] ?? otherwise;
const seconds = (pod, key, otherwise) => Number(annotation(pod, key, otherwise)) * 1000;
const isOver = (pod) => ['Succeeded', 'Failed'].includes(pod.status.phase);

/** The UIDs of Pods that were started, and of those that are stopping. */
const started = new Set();
const stopping = new Set();

/** What the Pod needs and is not there: `secrets/db key password`. */
async function missing(pod) {
  const found = [];
  const need = async (plural, reference, key) => {
    if (!reference?.name || reference.optional) return;
    const { code, body } = await api('GET', `/api/v1/namespaces/${pod.metadata.namespace}/${plural}/${reference.name}`);
    if (code === 404) found.push(`${plural}/${reference.name}`);
    else if (key && code === 200 && !(key in { ...body.data, ...body.binaryData }))
      found.push(`${plural}/${reference.name} key ${key}`);
  };
  for (const volume of pod.spec.volumes ?? []) {
    await need('configmaps', volume.configMap);
    await need('secrets', volume.secret && { name: volume.secret.secretName, optional: volume.secret.optional });
    await need('persistentvolumeclaims', { name: volume.persistentVolumeClaim?.claimName });
    for (const source of volume.projected?.sources ?? []) {
      // The API server projects this one into every Pod; its controller does not run here.
      if (source.configMap?.name !== 'kube-root-ca.crt') await need('configmaps', source.configMap);
      await need('secrets', source.secret);
    }
  }
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    for (const source of container.envFrom ?? []) {
      await need('configmaps', source.configMapRef);
      await need('secrets', source.secretRef);
    }
    for (const { valueFrom } of container.env ?? []) {
      await need('configmaps', valueFrom?.configMapKeyRef, valueFrom?.configMapKeyRef?.key);
      await need('secrets', valueFrom?.secretKeyRef, valueFrom?.secretKeyRef?.key);
    }
  }
  return found;
}

const conditions = (ready) =>
  [
    ['Initialized', true],
    ['PodScheduled', true],
    ['ContainersReady', ready],
    ['Ready', ready],
  ].map(([type, holds]) => ({ type, status: holds ? 'True' : 'False', lastTransitionTime: now() }));
const containers = (list, state, ready) =>
  (list ?? []).map(({ name, image }) => ({
    name,
    image,
    imageID: image,
    ready,
    restartCount: 0,
    started: true,
    state,
  }));

function running(pod, ready) {
  const startedAt = now();
  const done = { terminated: { exitCode: 0, reason: 'Completed', startedAt, finishedAt: startedAt } };
  return {
    phase: 'Running',
    reason: null,
    message: null,
    startTime: startedAt,
    hostIP: '127.0.0.1',
    podIP: '10.1.0.1',
    podIPs: [{ ip: '10.1.0.1' }],
    conditions: conditions(ready),
    containerStatuses: containers(pod.spec.containers, { running: { startedAt } }, ready),
    initContainerStatuses: containers(pod.spec.initContainers, done, true),
  };
}

function over(pod, failed) {
  const reason = failed ? 'Error' : 'Completed';
  const terminated = { exitCode: failed ? 1 : 0, reason, startedAt: now(), finishedAt: now() };
  return {
    phase: failed ? 'Failed' : 'Succeeded',
    conditions: conditions(false),
    containerStatuses: containers(pod.spec.containers, { terminated }, false),
  };
}

async function stop(pod) {
  const { uid } = pod.metadata;
  if (stopping.has(uid)) return;
  stopping.add(uid);
  if (!isOver(pod)) await sleep(seconds(pod, 'grace', 0));
  await api('DELETE', pathOf(pod), { gracePeriodSeconds: 0, preconditions: { uid } });
}

async function start(pod) {
  const { name, uid } = pod.metadata;
  if (isOver(pod) || started.has(uid)) return;
  started.add(uid);
  if (!pod.spec.nodeName) {
    const target = { apiVersion: 'v1', kind: 'Node', name: 'plane' };
    await api('POST', `${pathOf(pod)}/binding`, { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target });
  }
  const needs = await missing(pod);
  if (needs.length > 0) {
    if (pod.status.reason !== 'Missing')
      await setStatus(pod, { phase: 'Pending', reason: 'Missing', message: needs.join(', ') });
    await sleep(500);
    started.delete(uid);
    const { code, body } = await api('GET', pathOf(pod));
    if (code === 200 && body.metadata.uid === uid && !body.metadata.deletionTimestamp) await start(body);
    return;
  }
  const ends = pod.spec.restartPolicy !== 'Always';
  const outcome = annotation(pod, 'outcome', ends ? 'succeed' : 'run');
  const delay = seconds(pod, 'ready', 0);
  await setStatus(pod, running(pod, delay === 0));
  if (outcome === 'hang') return;
  if (outcome === 'run') {
    if (delay === 0) return;
    await sleep(delay);
    if (!stopping.has(uid)) await setStatus(pod, running(pod, true));
    return;
  }
  await sleep(seconds(pod, 'seconds', 0.3));
  if (!stopping.has(uid)) await setStatus(pod, over(pod, outcome === 'fail'));
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
    await sleep(1000);
  }
}

/** The log of every container is its own address. */
function serveLogs() {
  const read = (file) => readFileSync(join(certificates, file));
  const server = https.createServer(
    { key: read('apiserver.key'), cert: read('apiserver.crt') },
    (request, response) => {
      response.end(`log of ${request.url}\n`);
    },
  );
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

async function registerNode() {
  const size = { cpu: '1000', memory: '1000Gi', pods: '10000' };
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
