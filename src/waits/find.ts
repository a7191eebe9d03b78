/**
 * The waits of a resource: which containers hold on until which things of the release are there.
 *
 * In comes a placement, out come waits in the order in which its containers run. Whether what it waits for ever comes is not
 * known here (see obstacles.ts). What is not in the stream is assumed to exist outside, so it is no wait.
 */
import { type Path, valueAt } from '../model/json.ts';
import { podSpecPath } from '../model/kubernetes.ts';
import { mayShareNamespace } from '../model/manifest.ts';
import { getOrMake } from '../model/maps.ts';
import type { Placement } from '../model/plan.ts';
import { Lookup } from '../release/lookup.ts';
import { type Container, containersOf, podSpecOf, textOf } from '../release/references.ts';
import { indexBy, once, type Release } from '../release/release.ts';
import { baseName } from '../scripts/arguments.ts';
import type { Call, Item, ScriptFile } from '../scripts/call.ts';
import { type Environment, expandReferences, readEnvironment } from '../scripts/environment.ts';
import { entrypointOf, filesOf } from '../scripts/files.ts';
import type { Patience } from '../scripts/patience.ts';
import { callsOf } from '../scripts/run.ts';
import { Variables } from '../scripts/variables.ts';
import { kindOf, type Target } from './kubectl.ts';
import { isAwaitedContainer, mayWait } from './may-wait.ts';
import { type CallReading, isHostVariable, readCall } from './programs.ts';
import { servicesIn } from './services.ts';

export interface Wait {
  readonly container: Container;
  /** The item of `command` or `args` that waits. */
  readonly path: Path;
  readonly file?: ScriptFile;
  /** The words that wait, as written. */
  readonly words: string;
  readonly patience: Patience;
  /** What of the stream it may mean, one or more of the same name. */
  readonly targets: readonly Placement[];
  /** It looks up a name and asks for nothing more. */
  readonly dns: boolean;
}

/** What one container runs, for every check that has to know. */
export interface ContainerRun {
  readonly container: Container;
  readonly environment: Environment;
  readonly calls: readonly { readonly call: Call; readonly reading: CallReading }[];
}

/** Who waits for whom: the waits of a resource, init containers first. */
export const waitsOf = once((placement: Placement, release: Release): readonly Wait[] =>
  mayWait(placement, release) ? readWaits(placement, release) : [],
);

/** The same without a look at the words first. */
export const readWaits = (placement: Placement, release: Release): readonly Wait[] =>
  runsOf(placement, release).flatMap((run) =>
    run.calls.flatMap(({ call, reading }) => waitsIn(run, call, reading, placement, release)),
  );

/** Objects of the stream whose content a resource's pods change with kubectl. */
export const writesOf = (placement: Placement, release: Release): readonly Placement[] =>
  runsOf(placement, release).flatMap(({ calls }) =>
    calls.flatMap(({ reading }) =>
      (reading.writes ?? []).flatMap((target) => objectsOf(target, placement.resource.namespace, release)),
    ),
  );

/** What the containers of a resource run, init containers first. */
export const runsOf = once((placement: Placement, release: Release): readonly ContainerRun[] => {
  const pod = podSpecOf(placement);
  if (pod === undefined) return [];
  const { namespace } = placement.resource;
  return containersOf(placement)
    .filter(isAwaitedContainer)
    .map((container) => {
      const environment = readEnvironment(container.value, container.path, namespace, release);
      const variables = new Variables();
      for (const [name, { value }] of environment) variables.set(name, value);
      const entrypoint = entrypointOf(container.value, pod.spec, namespace, release);
      const items = itemsRunBy(container, variables, entrypoint);
      const calls = callsOf(items, variables, filesOf(container.value, pod.spec, namespace, release));
      return { container, environment, calls: calls.map((call) => ({ call, reading: readCall(call) })) };
    });
});

/** Images whose entrypoint is the tool: then `args` are the tool's. */
const TOOL_IMAGE = /^(?:.*wait.*|kubectl|netcat|nc|curl|dockerize|depends-on|.*-certgen)$/;

function itemsRunBy(container: Container, variables: Variables, entrypoint: string | undefined): Item[] {
  const lookUp = (name: string): string | undefined => variables.get(name);
  const read = (key: 'command' | 'args'): Item[] => {
    const list = container.value[key];
    return (Array.isArray(list) ? list : []).map((item, index) => {
      const source = typeof item === 'string' ? item : String(item);
      return { text: expandReferences(source, lookUp), source, path: [...container.path, key, index] };
    });
  };
  const command = read('command');
  const args = read('args');
  if (command.length > 0) return [...command, ...args];
  // Mounted over the image's own entrypoint, a script of the stream is what runs.
  if (entrypoint !== undefined)
    return [{ text: entrypoint, source: entrypoint, path: [...container.path, 'volumeMounts'] }, ...args];
  const image = textOf(container.value['image'])?.replace(/@.*$|:[^/]*$/g, '') ?? '';
  const tool = baseName(image);
  const first = args[0]?.text ?? '';
  if (!TOOL_IMAGE.test(tool) || first.startsWith('/') || /^(?:ba|a|da)?sh$/.test(first)) return args;
  // `wait` itself is a builtin of shells.
  const program = tool === 'wait' ? 'wait-for' : tool;
  return args.length === 0 ? [] : [{ text: program, source: tool, path: args[0]?.path ?? container.path }, ...args];
}

function waitsIn(
  { container }: ContainerRun,
  call: Call,
  reading: CallReading,
  placement: Placement,
  release: Release,
): Wait[] {
  const patience = patienceIn(call, reading, container);
  if (patience === undefined) return [];
  const { namespace } = placement.resource;
  const found: Wait[] = [];
  const add = (targets: readonly Placement[], words: string, dns: boolean): void => {
    if (targets.length === 0) return;
    const { path, file } = call;
    found.push({ container, path, words, patience, targets, dns, ...(file && { file }) });
  };
  for (const target of reading.targets) {
    const name = target.type === 'object' ? target.name : Object.values(target.labels)[0];
    const word = call.argv.find(({ text }) => name !== undefined && hasWord(text, name));
    add(objectsOf(target, namespace, release), word?.source ?? wordsOf(call), false);
  }
  const hosts = [...hostsMeant(reading, call.variables, namespace, release)];
  for (const { services, word } of hosts) add(services, word ?? wordsOf(call), reading.dns);
  // Which of several hosts in the environment a program speaks to is not known.
  const isGuess = reading.fromEnvironment === 'all' && new Set(found.map(({ targets }) => targets[0])).size > 1;
  return isGuess ? found.map((wait) => ({ ...wait, patience: 'then-goes-on' })) : found;
}

/** `job/db`, `-lapp=db`: the name with nothing before or behind it that would make another name of it. */
const hasWord = (text: string, name: string): boolean => text.split(/[^\w.-]/).includes(name);

/** A check that stands alone in an init container is a wait too: the pod starts again until it succeeds, or the Job fails. */
function patienceIn(call: Call, reading: CallReading, container: Container): Patience | undefined {
  if (call.conditional) return call.patience === undefined && reading.waits === undefined ? undefined : 'then-goes-on';
  const own = reading.waits === 'then-fails' && call.mayFail ? 'then-goes-on' : reading.waits;
  if (call.patience !== undefined) return call.patience === 'then-goes-on' && own !== undefined ? own : call.patience;
  if (own !== undefined || !container.init || call.mayFail || call.goesOn) return own;
  const isCheck = reading.isCheck || (reading.fromEnvironment !== 'all' && NAMED_AFTER_WAIT.test(container.name));
  return isCheck ? 'then-fails' : undefined;
}

/** Names of init containers that only wait, whatever program they use. */
const NAMED_AFTER_WAIT =
  /(?:^|-)(?:wait|await)|(?:^|-)ready(?:-|$)|^(?:check|ping)-(?:db|database|postgres|mysql|mongo|redis|kafka)/;

function* hostsMeant(
  reading: CallReading,
  variables: Variables,
  namespace: string | undefined,
  release: Release,
): Generator<{ readonly services: readonly Placement[]; readonly word?: string }> {
  for (const { text, bare, source } of reading.hosts)
    for (const { services } of servicesIn(text, bare, namespace, release)) yield { services, word: source };
  const { fromEnvironment } = reading;
  if (fromEnvironment === undefined) return;
  for (const [name, value] of variables)
    if (fromEnvironment === 'all' ? isHostVariable(name) : fromEnvironment(name))
      yield* servicesIn(value, true, namespace, release);
}

/** The call as it stands in the script, as far as one line shows it. */
function wordsOf({ argv }: Call): string {
  return argv.map(({ source }) => source).join(' ');
}

/** Objects of the stream that a kubectl word means. A pod's name means the workload that makes it. The same list for the same question. */
const objectsOf = once(findObjects, (target, own) => JSON.stringify([target, own]));

function findObjects(target: Target, own: string | undefined, release: Release): readonly Placement[] {
  const kind = kindOf(target.kind);
  const namespace = target.namespace ?? own;
  const isNear = ({ resource }: Placement): boolean => mayShareNamespace(resource.namespace, namespace);
  if (target.type === 'object') {
    const stem = kind === 'pod' ? /^(.+)-\d+$/.exec(target.name)?.[1] : undefined;
    const byName = (index: ReadonlyMap<string, readonly Placement[]>): readonly Placement[] =>
      (index.get(`${kind}/${target.name}`) ?? []).filter(isNear);
    const present = byName(objectsByName(release));
    const named = present.length > 0 ? present : byName(goneByName(release));
    return named.length > 0 || stem === undefined ? named : release.find('StatefulSet', stem, namespace);
  }
  return labelled(kind, target.labels, release).filter(isNear);
}

function labelled(kind: string, labels: Readonly<Record<string, string>>, release: Release): readonly Placement[] {
  if (kind !== 'pod') return objectsByLabel(release)(kind).find(labels);
  const job = labels['job-name'] ?? labels['batch.kubernetes.io/job-name'];
  return job === undefined ? podsByLabel(release).find(labels) : release.find('Job', job, undefined);
}

/** Objects by the word that kubectl has for their kind, and by that and their name. */
const objectsByName = once(({ placements }) =>
  indexBy(
    placements.filter(({ copyFor }) => copyFor === undefined),
    wordAndName,
  ),
);
const goneByName = once(({ gone }) => indexBy(gone, wordAndName));
const wordAndName = ({ resource }: Placement): string => `${resource.kind.toLowerCase()}/${resource.name}`;
const objectsByWord = once(({ placements }) => indexBy(placements, ({ resource }) => resource.kind.toLowerCase()));

const objectsByLabel = once((release) => {
  const lookups = new Map<string, Lookup>();
  const make = (word: string): Lookup =>
    new Lookup(objectsByWord(release).get(word) ?? [], ({ resource }, key) => valueAt(resource.labels, [key]));
  return (word: string): Lookup => getOrMake(lookups, word, () => make(word));
});

const podsByLabel = once((release) =>
  lookupOfPods(release.placements.filter(({ resource }) => podSpecPath(resource.kind) !== undefined)),
);

/** Finds workloads by the labels of the pods that they make. */
export const lookupOfPods = (workloads: readonly Placement[]): Lookup =>
  new Lookup(workloads, ({ resource: { kind }, value }, key) => {
    const path = podSpecPath(kind);
    return path && valueAt(value(), [...path.slice(0, -1), 'metadata', 'labels', key]);
  });
