// What happens in the cluster besides Helm, while it works or between two operations.
import { APPLY, MERGE, sleep } from '../plane/client.mjs';
import { named, namespaceOf } from './objects.mjs';
import { collectionOf } from './world.mjs';

/** What happens besides Helm: `when` a state is reached, `after` some seconds, and then one of kill, apply, patch, release, remove, finish. */
export async function intervene(deed, context) {
  const { api, run, child } = context;
  if (deed.when !== undefined) await until(deed.when, context);
  if (deed.after !== undefined) await sleep(deed.after * 1000);
  if (deed.kill !== undefined) child.kill(deed.kill);
  const path = (object) => pathOf(object, context);
  if (deed.apply !== undefined) {
    const object = JSON.parse(named(JSON.stringify(deed.apply), run));
    const name = `${object.kind}/${object.metadata.name}`;
    await sure(api('PATCH', `${path(name)}?fieldManager=kubectl&force=true`, object, APPLY));
  }
  if (deed.patch !== undefined) await sure(api('PATCH', `${path(deed.patch)}?fieldManager=kubectl`, deed.with, MERGE));
  if (deed.release !== undefined)
    await sure(api('PATCH', `${path(deed.release)}?release=finalizer`, { metadata: { finalizers: null } }, MERGE));
  if (deed.remove !== undefined) await sure(api('DELETE', `${path(deed.remove)}?propagationPolicy=Background`));
  if (deed.finish !== undefined) await finish(deed.finish, context);
  return undefined;
}

/** The Pods of a Job end well. */
async function finish(object, { api, run }) {
  const pods = `/api/v1/namespaces/${run}/pods`;
  const { items } = (await api('GET', `${pods}?labelSelector=job-name%3D${object.split('/')[1]}`)).body;
  for (const { metadata } of items)
    await sure(api('PATCH', `${pods}/${metadata.name}/status`, { status: { phase: 'Succeeded' } }, MERGE));
}

async function sure(answer) {
  const { code, body } = await answer;
  if (code >= 300) throw new Error(`an intervention failed: ${code} ${body.message}`);
}

export function pathOf(object, { kinds, run, scenario }) {
  const [kind, name] = named(object, run).split('/');
  return `${collectionOf(kinds.get(kind), namespaceOf(object, scenario, run))}/${name}`;
}

/** `Job/one running`, `Job/one succeeded`, `Pod/x there`, `Pod/x gone`, `Pod/x going`. */
async function until(when, context) {
  const [object, state] = when.split(' ');
  const [kind] = object.split('/');
  for (let tries = 0; tries < 600 && !context.isOver?.(); tries++) {
    const { code, body } = await context.api('GET', pathOf(object, context));
    const there = code === 200;
    const holds = {
      there: () => there,
      gone: () => !there,
      going: () => there && body.metadata.deletionTimestamp !== undefined,
      running: () => there && (kind === 'Job' ? body.status.ready === 1 : body.status.phase === 'Running'),
      succeeded: () => there && (kind === 'Job' ? body.status.succeeded > 0 : body.status.phase === 'Succeeded'),
      failed: () => there && (kind === 'Job' ? body.status.failed > 0 : body.status.phase === 'Failed'),
    }[state]();
    if (holds) return undefined;
    await sleep(100);
  }
  if (context.isOver === undefined) throw new Error(`${when} did not come`);
  return undefined;
}
