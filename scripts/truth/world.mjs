// The objects of a scenario as they are, and the release as Helm remembers it.

/** `{kind: {plural, base, namespaced, group}}` of all that the server has; asked anew when a scenario brought a definition. */
export async function discover(api) {
  const kinds = new Map();
  const add = ({ groupVersion, resources }) => {
    // A group that another scenario brought may go while it is read.
    if (resources === undefined) return;
    const group = groupVersion.includes('/') ? groupVersion.split('/')[0] : '';
    const base = group === '' ? `/api/${groupVersion}` : `/apis/${groupVersion}`;
    for (const { name, kind, namespaced } of resources)
      if (!name.includes('/') && !kinds.has(kind)) kinds.set(kind, { plural: name, base, namespaced, group });
  };
  const get = async (path) => (await api('GET', path)).body;
  add(await get('/api/v1'));
  const { groups } = await get('/apis');
  // First things first: `Job` is that of batch, `Event` that of the core.
  for (const { preferredVersion } of groups) add(await get(`/apis/${preferredVersion.groupVersion}`));
  return kinds;
}

export const collectionOf = ({ plural, base, namespaced }, namespace) =>
  namespaced ? `${base}/namespaces/${namespace}/${plural}` : `${base}/${plural}`;

/**
 * `{'Kind/name': {made, state, v, going}}`: `made` is the number of the operation that made it, `v` the mark of its chart.
 * `born` keeps the UIDs that were seen, with that number, between calls.
 */
export async function worldOf(api, kinds, { namespace, objects, born, number }) {
  const world = {};
  const pods = (await api('GET', `/api/v1/namespaces/${namespace}/pods`)).body.items;
  for (const [object, where] of objects) {
    const [kind, name] = object.split('/');
    const place = kinds.get(kind);
    if (place === undefined) continue;
    const { code, body } = await api('GET', `${collectionOf(place, where)}/${name}`);
    if (code !== 200) continue;
    const { uid, annotations, deletionTimestamp } = body.metadata;
    if (!born.has(uid)) born.set(uid, number);
    const v = body.data?.v ?? annotations?.['truth/v'];
    world[`${kind}/${name}`] = {
      made: born.get(uid),
      ...(stateOf(kind, body) !== undefined && { state: stateOf(kind, body) }),
      ...(v !== undefined && { v }),
      ...(deletionTimestamp !== undefined && { going: true }),
    };
  }
  // Pods that outlive their Job still do its work.
  for (const { metadata, status } of pods) {
    const owner = metadata.labels?.['job-name'];
    if (owner === undefined || !isActive(status)) continue;
    const job = world[`Job/${owner}`];
    const uid = metadata.labels['batch.kubernetes.io/controller-uid'];
    if (job === undefined || born.get(uid) !== job.made)
      world[`Pod/${owner}-?`] = {
        made: born.get(uid) ?? number,
        state: 'running',
        ...(metadata.deletionTimestamp && { going: true }),
      };
  }
  return world;
}

const isActive = ({ phase }) => phase === 'Running' || phase === 'Pending';

function stateOf(kind, { status }) {
  if (kind === 'Pod') return status.phase.toLowerCase();
  if (kind !== 'Job') return undefined;
  const holds = (type) =>
    status.conditions?.some((condition) => condition.type === type && condition.status === 'True');
  return holds('Complete') ? 'succeeded' : holds('Failed') ? 'failed' : 'running';
}

/** `['1 superseded', '2 deployed']`. */
export async function releaseOf(api, namespace) {
  const { body } = await api('GET', `/api/v1/namespaces/${namespace}/secrets?labelSelector=owner%3Dhelm%2Cname%3Dshop`);
  return (body.items ?? [])
    .map(({ metadata }) => [Number(metadata.labels.version), metadata.labels.status])
    .sort(([a], [b]) => a - b)
    .map((entry) => entry.join(' '));
}
