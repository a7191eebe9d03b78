// Runs one scenario with one Helm on a control plane, in a namespace of its own, and says what really happened.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MERGE, sleep } from '../plane/client.mjs';
import { configFor } from '../plane/start.mjs';
import { FINALIZER } from './documents.mjs';
import { openGate } from './gate.mjs';
import { intervene, pathOf } from './meanwhile.mjs';
import { chartDocumentsOf, documentsOf, hooksOf, named, objectsOf, plain, slowOf } from './objects.mjs';
import { happenings, stepsOf, writesOf } from './observe.mjs';
import { settle } from './settle.mjs';
import { collectionOf, discover, releaseOf, worldOf } from './world.mjs';

const DEFAULT_TIMEOUT = 60;
let runs = 0;

/**
 * `{operations: [{do, exit, steps, world, release, error, runs}]}`. `helms(version)` gives the path of a Helm, `events` collects
 * the audit log of the whole plane.
 */
export async function runScenario(scenario, version, { plane, events, helms }) {
  const run = `truth${++runs}x`;
  const folder = join(plane.folder, run);
  const context = {
    ...plane,
    scenario,
    version,
    run,
    folder,
    events,
    helms,
    born: new Map(),
    fates: new Map(),
    number: 0,
  };
  context.kinds = await discover(plane.api);
  await plane.api('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: run } });
  await account(context);
  for (const [name, chart] of Object.entries(scenario.charts)) writeChart(join(folder, name), chart, run);
  try {
    const operations = [];
    for (const operation of scenario.run) {
      const result = await perform(operation, context);
      if (result !== undefined) operations.push(result);
    }
    return { operations };
  } finally {
    await tidy(context);
  }
}

/** A Pod needs the ServiceAccount that a controller makes. */
async function account({ api, run }) {
  while ((await api('GET', `/api/v1/namespaces/${run}/serviceaccounts/default`)).code !== 200) await sleep(50);
}

function writeChart(folder, chart, run) {
  const { documents, crds = [] } = Array.isArray(chart) ? { documents: chart } : chart;
  const write = (name, texts) => {
    mkdirSync(join(folder, name), { recursive: true });
    for (const [at, text] of texts.entries()) writeFileSync(join(folder, name, `${at}.yaml`), text);
  };
  write('.', []);
  writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: demo\nversion: 0.1.0\n');
  write(
    'templates',
    documents.map((each) => templateOf(each, run)),
  );
  write(
    'crds',
    crds.map((each) => named(JSON.stringify(each), run)),
  );
}

/** JSON is YAML in which every YAML library reads the same. What a document has in braces is no template. */
const templateOf = (document, run) => named(JSON.stringify(document, undefined, 1), run).replaceAll('{{', '{{ "{{" }}');

async function perform(operation, context) {
  if (operation.helm === undefined) return intervene(operation, context);
  context.number++;
  const { api, run, born, number, scenario } = context;
  const timeout = operation.timeout ?? DEFAULT_TIMEOUT;
  const began = context.events().length;
  const started = Date.now();
  if (operation.fates !== undefined) {
    context.fates.set(number, operation.fates);
    context.fate(run, operation.fates);
  }
  const { exit, stderr, ended } = await runHelm(operation, timeout, context);
  // The log of what Helm asked for last may come a little after Helm's end.
  await sleep(200);
  await settle(context);
  if (operation.fates !== undefined) context.fate(run, {});
  context.kinds = await discover(api);
  const seen = context.events().slice(began);
  const happened = happenings(seen, run);
  const kinds = new Map([...context.kinds].map(([kind, { plural, group }]) => [`${group}/${plural}`, kind]));
  const writes = writesOf(seen, tagOf(context), kinds).map((write) => ({ ...write, name: plain(write.name, run) }));
  const there = await worldOf(api, context.kinds, {
    namespace: run,
    objects: objectsOf(chartDocumentsOf(scenario), scenario, run),
    born,
    number,
  });
  const world = Object.fromEntries(Object.entries(there).map(([key, value]) => [plain(key, run), value]));
  const steps = stepsOf(writes, happened, { slow: slowOf(scenario), hooks: hooksOf(scenario), ended, timeout, world });
  return {
    do: titleOf(operation, timeout),
    exit,
    ...(exit !== 0 && { error: errorOf(stderr, run) }),
    steps,
    runs: countRuns(happened, scenario),
    world,
    release: await releaseOf(api, run),
    seconds: Math.round((Date.now() - started) / 1000),
  };
}

const tagOf = ({ run, number }) => `${run}-${number}`;

function titleOf({ helm, chart, to, flags = [], with: other }, timeout) {
  const words = [helm, chart, to, ...flags, ...(timeout === DEFAULT_TIMEOUT ? [] : [`--timeout ${timeout}s`])];
  return words.filter((word) => word !== undefined).join(' ') + (other === undefined ? '' : ` (Helm ${other})`);
}

/** Under Helm 3 some flags have other names. */
const HELM_3_FLAGS = {
  '--rollback-on-failure': '--atomic',
  '--server-side=false': undefined,
  '--force-conflicts': undefined,
};

async function runHelm(operation, timeout, context) {
  const { folder, run, version, kubeconfig, helms } = context;
  const { helm, chart, to, flags = [], meanwhile = [] } = operation;
  const used = operation.with ?? version;
  const known = used.startsWith('3.') ? flags.map((flag) => (flag in HELM_3_FLAGS ? HELM_3_FLAGS[flag] : flag)) : flags;
  const args = [
    ...[helm, 'shop', ...(chart === undefined ? [] : [join(folder, chart)]), ...(to === undefined ? [] : [String(to)])],
    ...['-n', run, '--timeout', `${timeout}s`, ...known.filter((flag) => flag !== undefined)],
    ...['--kube-as-user', tagOf(context), '--kube-as-group', 'system:masters'],
  ];
  const home = join(folder, `home-${used}`);
  let child;
  const gate = operation.gate && (await gateOf(operation.gate, () => child.kill('SIGKILL'), context));
  child = spawn(helms(used), args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      KUBECONFIG: gate?.kubeconfig ?? kubeconfig,
      KUBECACHEDIR: join(home, 'kube'),
      HELM_CACHE_HOME: home,
      HELM_CONFIG_HOME: home,
      HELM_DATA_HOME: home,
    },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const exited = new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
  let over = false;
  const others = meanwhile.map((each) => intervene(each, { ...context, child, isOver: () => over }));
  const exit = await exited;
  const ended = new Date().toISOString();
  over = true;
  await Promise.all(others);
  await gate?.close();
  return { exit, stderr, ended };
}

/** A kubeconfig with which one write of Helm goes wrong. */
async function gateOf({ object, ...rule }, kill, context) {
  const path = pathOf(object, context);
  const held = { metadata: { finalizers: [FINALIZER] } };
  const hold = () => context.api('PATCH', path, held, MERGE);
  const { port, close } = await openGate(context.port, { ...rule, path }, { kill, hold });
  const kubeconfig = join(context.folder, `gate-${context.number}`);
  writeFileSync(kubeconfig, configFor(`http://127.0.0.1:${port}`, 'helm'));
  return { kubeconfig, close };
}

/** The whole message, in one line. */
function errorOf(stderr, run) {
  const at = stderr.lastIndexOf('Error: ');
  const text = at === -1 ? stderr.trim().split('\n').at(-1) : stderr.slice(at + 'Error: '.length);
  return plain(
    text
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/[0-9a-f-]{36}/g, 'UID')
      .trim(),
    run,
  ).slice(0, 300);
}

/** How often each Job or Pod of the scenario was started. */
function countRuns(happened, scenario) {
  const pods = [...new Set(happened.filter(({ what }) => what === 'started').map(({ object }) => object.slice(4)))];
  const counts = documentsOf(scenario)
    .filter(({ kind }) => kind === 'Job' || kind === 'Pod')
    .map(({ kind, metadata: { name } }) => {
      const own = kind === 'Pod' ? (pod) => pod === name : (pod) => pod.replace(/-[a-z0-9]{5}$/, '') === name;
      return [`${kind}/${name}`, pods.filter(own).length];
    });
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** Nothing of a run may disturb the next: finalizers go, then all that belongs to the whole cluster, then the namespace. */
async function tidy({ api, kinds, run, folder, scenario }) {
  for (const [object, namespace] of objectsOf(documentsOf(scenario), scenario, run)) {
    const [kind, name] = object.split('/');
    const place = kinds.get(kind);
    if (place === undefined) continue;
    const path = `${collectionOf(place, namespace)}/${name}`;
    const { code, body } = await api('GET', path);
    if (code === 200 && body.metadata.finalizers?.includes(FINALIZER))
      await api('PATCH', path, { metadata: { finalizers: null } }, MERGE);
    if (code !== 200 || place.namespaced) continue;
    await api('DELETE', path);
    for (let tries = 0; tries < 30 && (await api('GET', path)).code === 200; tries++) await sleep(100);
  }
  await api('DELETE', `/api/v1/namespaces/${run}`);
  rmSync(folder, { recursive: true, force: true });
}
