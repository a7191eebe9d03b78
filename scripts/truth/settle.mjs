// When a cluster comes to rest after an operation.
import { sleep } from '../plane/client.mjs';

/**
 * Waits until all Jobs and Pods that end soon have ended: how far they are at Helm's end is chance. `patient`: also until deleted Pods are
 * gone. Where claims of StatefulSets are watched, they are made.
 */
export async function settle({ api, run, scenario: { patient, watch }, fates, born, number }) {
  // `fates`: what operations brought upon what they made.
  const isHeld = (name, uid) => fates.get(born.get(uid) ?? number)?.[name]?.outcome === 'hang';
  const endsSoon = (annotations) =>
    (annotations?.['plane/outcome'] ?? 'succeed') !== 'hang' && Number(annotations?.['plane/seconds'] ?? 0) < 5;
  const openJob = ({ metadata, spec, status }) =>
    metadata.deletionTimestamp === undefined &&
    !isHeld(metadata.name, metadata.uid) &&
    !spec.suspend &&
    endsSoon(spec.template.metadata?.annotations) &&
    !status.conditions?.some(({ type }) => type === 'Complete' || type === 'Failed');
  const openPod = ({ metadata, spec, status }) =>
    metadata.deletionTimestamp === undefined &&
    spec.restartPolicy === 'Never' &&
    !isHeld(metadata.name, metadata.uid) &&
    !isHeld(metadata.labels?.['job-name'], metadata.labels?.['batch.kubernetes.io/controller-uid']) &&
    endsSoon(metadata.annotations) &&
    !['Succeeded', 'Failed'].includes(status.phase);
  const isGoing = ({ metadata }) => metadata.deletionTimestamp !== undefined && metadata.finalizers === undefined;
  // A first Pod is made after its claims.
  const isNew = ({ status }) => status.replicas === 0;
  for (let tries = 0; tries < (patient ? 100 : 40); tries++) {
    const pods = (await api('GET', `/api/v1/namespaces/${run}/pods`)).body.items;
    const jobs = (await api('GET', `/apis/batch/v1/namespaces/${run}/jobs`)).body.items;
    const sets =
      patient || watch?.length > 0 ? (await api('GET', `/apis/apps/v1/namespaces/${run}/statefulsets`)).body.items : [];
    // Whether what it lacks is there now is looked up every half second.
    const isBlocked = ({ status }) => patient && tries > 12 && status.phase === 'Pending';
    const isMoving = (patient && pods.some(isGoing)) || sets.some(isNew);
    const blocked = pods.filter(isBlocked).map(({ metadata }) => metadata.labels?.['job-name']);
    const isOpen = (job) => openJob(job) && !blocked.includes(job.metadata.name);
    if (!isMoving && !pods.some(openPod) && !jobs.some(isOpen)) return;
    await sleep(100);
  }
}
