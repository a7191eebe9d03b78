import {
  dryRunOf,
  hasFlag,
  isElsewhere,
  isKnown,
  type KubectlLine,
  optionOf,
  readKubectlLine,
  type Subject,
  subjectsChanged,
  subjectsOf,
} from '../../scripts/kubectl-line.ts';
import { readManifests } from '../../scripts/piped.ts';

export interface Request {
  readonly verb: string;
  /** As people write it: `deploy`, `deployment.apps`; a kind with its group for manifests. */
  readonly type: string;
  readonly subresource?: string;
  /** Absent where the request names no object, or one that only the run tells. */
  readonly name?: string;
  /** True where the name is known only when it runs. */
  readonly isAnyName?: boolean;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  /** It is made only where this other verb is allowed on the same resource. */
  readonly where?: string;
  /** `kubectl rollout status` */
  readonly words: string;
}

type Verb = readonly [verb: string, subresource?: string];

const WAIT: readonly Verb[] = [['get'], ['list'], ['watch']];

/** Verbs by name, on each object that the words name. */
const BY_NAME: Readonly<Record<string, readonly Verb[]>> = {
  describe: [['get']],
  patch: [['get'], ['patch']],
  edit: [['get'], ['patch']],
  annotate: [['get'], ['patch']],
  label: [['get'], ['patch']],
  'set image': [['get'], ['patch']],
  'set env': [['get'], ['patch']],
  'set resources': [['get'], ['patch']],
  'set serviceaccount': [['get'], ['patch']],
  'set selector': [['get'], ['patch']],
  'set subject': [['get'], ['patch']],
  'rollout restart': [['get'], ['patch']],
  'rollout pause': [['get'], ['patch']],
  'rollout resume': [['get'], ['patch']],
  'rollout undo': [['get'], ['patch']],
  'rollout history': [['get']],
  'rollout status': WAIT,
  scale: [['get'], ['patch', 'scale']],
  expose: [['get']],
  autoscale: [['get']],
};

/** Verbs on the pods behind what the words name. */
const BY_POD: Readonly<Record<string, Verb>> = {
  logs: ['get', 'log'],
  log: ['get', 'log'],
  exec: ['create', 'exec'],
  attach: ['create', 'attach'],
  'port-forward': ['create', 'portforward'],
};

/** Objects that are still there after their deletion for a while: pods end, finalizers hold the others. */
const LINGERING =
  /^(?:po|pods?|pvc|persistentvolumeclaims?|pv|persistentvolumes?|ns|namespaces?|crds?|customresourcedefinitions?)(?:\.|$)/i;

/** `argv` is what follows `kubectl`; `input` is what it reads as a manifest. */
export function requestsOf(argv: readonly string[], input: string | undefined): readonly Request[] {
  const line = readKubectlLine(argv);
  if (isElsewhere(line) || !isKnown(line.verb)) return [];
  const namespace = optionOf(line, 'namespace');
  const base = {
    words: `kubectl ${line.verb.startsWith('create ') ? 'create' : line.verb}`,
    ...(isKnown(namespace) && { namespace }),
    ...(hasFlag(line, 'all-namespaces') && { allNamespaces: true }),
  };
  return sentBy(line, input).map((request) => ({ ...base, ...request }));
}

type Sent = Omit<Request, 'words'>;

function sentBy(line: KubectlLine, input: string | undefined): readonly Sent[] {
  const { verb, words } = line;
  if (hasFlag(line, 'local') || (dryRunOf(line) === 'client' && /^(?:create|run|expose)/.test(verb))) return [];
  const ofPods = BY_POD[verb];
  if (ofPods !== undefined) return podRequests(line, ofPods);
  switch (verb) {
    case 'get':
      return getRequests(line);
    case 'delete':
      return deleteRequests(line, input);
    case 'wait':
      return line.options.has('filename') ? manifestRequests(input, WAIT) : eachSubject(line, subjectsOf(words), WAIT);
    case 'apply':
      return manifestRequests(input, [['get'], ['create'], ['patch']]);
    case 'replace':
      return manifestRequests(
        input,
        hasFlag(line, 'force') ? [['get'], ['delete'], ['create']] : [['get'], ['update']],
      );
    case 'create':
      return manifestRequests(input, [['create']]);
    case 'run':
      return [{ verb: 'create', type: 'pods' }];
    case 'cp':
      return copyRequests(line);
  }
  if (verb.startsWith('create ')) return createRequests(line);
  const verbs = BY_NAME[verb];
  if (verbs === undefined) return [];
  // The objects are those of a file.
  if (line.options.has('filename')) return manifestRequests(input, verbs);
  const subjects = subjectsChanged(line);
  const found = eachSubject(line, subjects, verbs);
  if (found.length === 0) return [];
  if (verb === 'expose') return [...found, { verb: 'create', type: 'services' }];
  if (verb === 'autoscale') return [...found, { verb: 'create', type: 'horizontalpodautoscalers.autoscaling' }];
  return found;
}

/** A named object is asked for by its name; without one, all are listed, and then each by the name that it has. */
function eachSubject(line: KubectlLine, subjects: readonly Subject[] | undefined, verbs: readonly Verb[]): Sent[] {
  const isListed =
    line.options.has('selector') || hasFlag(line, 'all') || /^(?:get|describe|rollout .*)$/.test(line.verb);
  return (subjects ?? []).flatMap(({ type, name }): Sent[] => {
    const send = ([verb, subresource]: Verb, names: Pick<Sent, 'name' | 'isAnyName'>): Sent => ({
      verb,
      type,
      ...subresourceOf(subresource),
      ...names,
    });
    if (name !== undefined) return verbs.map((verb) => send(verb, nameOf(name)));
    if (!isListed) return [];
    const others = verbs.filter(([verb]) => verb !== 'get');
    return [send(['list'], {}), ...others.map((verb) => send(verb, line.verb === 'get' ? {} : { isAnyName: true }))];
  });
}

const subresourceOf = (subresource: string | undefined): { readonly subresource?: string } =>
  subresource === undefined ? {} : { subresource };
const nameOf = (name: string | undefined): { readonly name?: string; readonly isAnyName?: boolean } =>
  name === undefined ? {} : isKnown(name) ? { name } : { isAnyName: true };

function getRequests(line: KubectlLine): readonly Sent[] {
  if (line.options.has('raw') || line.options.has('filename')) return [];
  const isWatch = hasFlag(line, 'watch') || hasFlag(line, 'watch-only');
  return eachSubject(line, subjectsOf(line.words), isWatch ? [['get'], ['watch']] : [['get']]);
}

/** It waits until the object is gone, if it may see it [S delete.go: a forbidden get is no failure]. */
function deleteRequests(line: KubectlLine, input: string | undefined): readonly Sent[] {
  const isAwaited = optionOf(line, 'wait') !== 'false' && !hasFlag(line, 'force') && !hasFlag(line, 'now');
  const waits: Verb[] = [['list'], ['watch']];
  if (input !== undefined) return manifestRequests(input, [['delete']]);
  if (dryRunOf(line) === 'client') return [];
  const subjects = subjectsOf(line.words) ?? [];
  return subjects.flatMap((subject) => {
    const own = eachSubject(line, [subject], [['delete']]);
    const isFollowed = isAwaited && own.length > 0 && LINGERING.test(subject.type);
    return isFollowed
      ? [...own, ...eachSubject(line, [subject], waits).map((request) => ({ ...request, where: 'get' }))]
      : own;
  });
}

/** `logs job/migrate` finds the pods of the Job first; to follow one that is not there yet, it watches for it. */
function podRequests(line: KubectlLine, [verb, subresource]: Verb): readonly Sent[] {
  const subjects = line.options.has('selector') ? [{ type: 'pods' }] : subjectsOf(line.words.slice(0, 1), 'pods');
  return (subjects ?? []).flatMap(({ type, name }: Subject): Sent[] => {
    const own = { verb, type: 'pods', ...subresourceOf(subresource) };
    const isPod = /^po(?:ds?)?$/.test(type);
    if (name === undefined)
      return [
        { verb: 'list', type: 'pods' },
        { ...own, isAnyName: true },
      ];
    if (isPod)
      return [
        { verb: 'get', type: 'pods', ...nameOf(name) },
        { ...own, ...nameOf(name) },
      ];
    const follows = hasFlag(line, 'follow') ? [{ verb: 'watch', type: 'pods' }] : [];
    return [
      { verb: 'get', type, ...nameOf(name) },
      { verb: 'list', type: 'pods' },
      ...follows,
      { ...own, isAnyName: true },
    ];
  });
}

/** `cp web:/file .` runs tar in the pod. */
function copyRequests({ words }: KubectlLine): readonly Sent[] {
  const remote = words.find((word) => /^[^./\\][^:]*:/.test(word));
  const pod = remote?.slice(0, remote.indexOf(':'));
  if (pod === undefined) return [];
  const [namespace, name] = pod.includes('/') ? pod.split('/') : [undefined, pod];
  const where = { type: 'pods', ...nameOf(name), ...(isKnown(namespace) && { namespace }) };
  return [
    { verb: 'get', ...where },
    { verb: 'create', subresource: 'exec', ...where },
  ];
}

function createRequests(line: KubectlLine): readonly Sent[] {
  const type = line.verb.slice('create '.length);
  if (type === 'token') return [{ verb: 'create', type: 'serviceaccounts', subresource: 'token', isAnyName: true }];
  if (!isKnown(type)) return [];
  // `create job a --from=cronjob/b`
  const from = type === 'job' ? optionOf(line, 'from') : undefined;
  const source = from === undefined ? [] : eachSubject(line, subjectsOf([from]), [['get']]);
  return [...source, { verb: 'create', type }];
}

/** Objects are created without a name in the request, so only the others can be allowed by name. */
function manifestRequests(input: string | undefined, verbs: readonly Verb[]): readonly Sent[] {
  return readManifests(input ?? '').flatMap(({ group, kind, name, namespace }) =>
    verbs.map(([verb, subresource]) => ({
      verb,
      ...subresourceOf(subresource),
      type: group === '' ? kind : `${kind}.${group}`,
      ...(verb !== 'create' && (name === undefined ? { isAnyName: true } : nameOf(name))),
      ...(isKnown(namespace) && { namespace }),
    })),
  );
}
