// From the audit log of one operation to its steps: what Helm wrote, and for what it waited.
//
// A step is one line: what Helm did, the object, and how it ended unless it went well.
//   create Job/one           it was not there
//   apply ConfigMap/a        server-side, onto one that was there
//   patch ConfigMap/a        client-side, onto one that was there
//   delete Job/one           not there: `delete Job/one: not there`
//   create Job/one: 422      refused by the API server
//   wait Job/one             Helm did nothing more until it was over, ready or gone
//   wait Job/one: failed     … until it had failed;  `: timeout`  until Helm gave up;  `: gone`  until it was gone

const STATUS_WRITERS = new Set(['kubelet', 'manager']);

/** Helm's writes of the operation, in the order in which they were asked for. Dry runs and release records are none. */
export function writesOf(events, tag, kinds) {
  return events
    .filter((event) => event.impersonatedUser?.username === tag && event.stage === 'ResponseComplete')
    .filter((event) => event.objectRef && !event.objectRef.subresource && !/[?&]dryRun=All/.test(event.requestURI))
    .map((event) => {
      const { resource, apiGroup = '', name = '' } = event.objectRef;
      const kind = kinds.get(`${apiGroup}/${resource}`) ?? resource;
      const code = event.responseStatus?.code ?? 0;
      return { do: verbOf(event, code), kind, name, code, at: event.requestReceivedTimestamp };
    })
    .filter(({ kind, name }) => !(kind === 'Secret' && (name === '' || name.startsWith('sh.helm.release.'))))
    .filter(({ kind }) => !kind.startsWith('SelfSubject'))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}

function verbOf({ verb, requestURI }, code) {
  if (verb !== 'patch') return verb;
  if (!/[?&]force=/.test(requestURI)) return 'patch';
  return code === 201 ? 'create' : 'apply';
}

/** When objects of the namespace were over, ready or gone: `[{object, what, at}]`. */
export function happenings(events, namespace) {
  const found = [];
  for (const event of events) {
    const { objectRef, requestObject, user, verb, requestReceivedTimestamp: at } = event;
    // Its controller takes the last finalizer of a Namespace when all in it is gone.
    if (
      objectRef?.resource === 'namespaces' &&
      objectRef.subresource === 'finalize' &&
      objectRef.name.startsWith(`${namespace}-`)
    )
      found.push({ object: `Namespace/${objectRef.name.replace(namespace, 'RUN')}`, what: 'gone', at });
    if (objectRef?.namespace !== namespace || event.responseStatus?.code >= 300 || event.impersonatedUser) continue;
    const see = (kind, what) => found.push({ object: `${kind}/${objectRef.name}`, what, at });
    const status = requestObject?.status;
    if (STATUS_WRITERS.has(user.username) && objectRef.subresource === 'status') {
      if (objectRef.resource === 'pods') {
        if (status?.phase === 'Succeeded') see('Pod', 'over');
        if (status?.phase === 'Failed') see('Pod', 'failed');
        if (status?.phase === 'Running') see('Pod', 'started');
      }
      for (const { type, status: holds } of status?.conditions ?? []) {
        if (objectRef.resource === 'jobs' && holds === 'True' && type === 'Complete') see('Job', 'over');
        if (objectRef.resource === 'jobs' && holds === 'True' && type === 'Failed') see('Job', 'failed');
        if (objectRef.resource === 'deployments' && holds === 'True' && type === 'Available')
          see('Deployment', 'ready');
      }
      if (objectRef.resource === 'statefulsets' && status?.readyReplicas > 0) see('StatefulSet', 'ready');
    }
    const isHeld = /[?&]held=finalizer/.test(event.requestURI);
    if (verb === 'delete' && user.username === 'kubelet' && !isHeld) see('Pod', 'gone');
    // A scenario takes the finalizer away that held the object.
    if (user.username === 'admin' && /[?&]release=finalizer/.test(event.requestURI))
      see(KIND_OF[objectRef.resource] ?? objectRef.resource, 'gone');
  }
  return found;
}
const KIND_OF = { configmaps: 'ConfigMap', jobs: 'Job', pods: 'Pod', secrets: 'Secret' };

/**
 * The steps. `slow` says which objects take so long that a wait for them shows: `Kind/name` to the ends that count. `hooks` are the
 * objects that are hooks: they are written and awaited one by one, plain objects together. `ended` is when Helm was through, `world` what was there
 * then.
 */
export function stepsOf(writes, events, { slow, hooks, ended, timeout, world }) {
  const isHook = ({ kind, name }) => hooks.has(`${kind}/${name}`);
  const next = (write) => writes.find((other) => other.at > write.at && (isHook(write) || isHook(other)))?.at ?? ended;
  const wait = (write) => waitFor(write, events, { slow, next: next(write), timeout, isHook: isHook(write), world });
  const steps = [];
  let plain = [];
  const flush = () => {
    steps.push(...plain.map(wait).filter(Boolean));
    plain = [];
  };
  for (const write of ordered(writes, isHook)) {
    if (isHook(write)) flush();
    steps.push(`${write.do} ${write.kind}/${write.name}${suffix(write)}`);
    if (!isHook(write)) plain.push(write);
    else steps.push(...[wait(write)].filter(Boolean));
  }
  flush();
  return steps;
}

function suffix({ do: verb, code }) {
  if (verb === 'delete' && code === 404) return ': not there';
  return code >= 400 ? `: ${code}` : '';
}

/** Helm's next write, or its end, came after what it would have waited for, and that came after this write; or long after. */
function waitFor(write, events, { slow, next, timeout, isHook, world }) {
  const object = `${write.kind}/${write.name}`;
  if (write.code >= 400 || (!isHook && !slow.has(object))) return undefined;
  const ends = write.do === 'delete' ? ['gone'] : (slow.get(object) ?? []);
  const seen = events.find(
    (each) => each.object === object && ends.includes(each.what) && each.at > write.at && each.at <= next,
  );
  if (seen) return `wait ${object}${seen.what === 'over' || seen.what === 'ready' ? '' : `: ${seen.what}`}`;
  // Helm waits for something else when it is long idle after the deletion of what is gone.
  const isGone = write.do === 'delete' && !Object.keys(world).includes(object);
  if (isGone) return undefined;
  const idle = Date.parse(next) - Date.parse(write.at);
  return idle >= timeout * 1000 - 300 ? `wait ${object}: timeout` : undefined;
}

/** Helm writes plain objects of one kind at the same time: those are sorted by name. Hooks keep their order. */
function ordered(writes, isHook) {
  const group = (write) => (isHook(write) ? undefined : `${write.do === 'delete'} ${write.kind}`);
  const result = [...writes];
  for (let start = 0; start < result.length; ) {
    const name = group(result[start]);
    let end = start + 1;
    while (name !== undefined && end < result.length && group(result[end]) === name) end++;
    const sorted = result.slice(start, end).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    result.splice(start, end - start, ...sorted);
    start = end;
  }
  return result;
}
