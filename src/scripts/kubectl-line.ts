/**
 * The command line of kubectl: its verb, its words, its options. Which options take a value depends on the verb: `-f` is a file for apply and
 * `--follow` for logs.
 *
 * In: what follows `kubectl`. Out: plain data; what the verb does is not known here.
 */
import { baseName } from './arguments.ts';
import type { Call } from './call.ts';
import { UNKNOWN } from './environment.ts';

export interface KubectlLine {
  /** `rollout status` and `set image` are one verb. */
  readonly verb: string;
  /** What stands behind it and is no option, up to `--`. */
  readonly words: readonly string[];
  /** By long name; a flag without a value has ''. */
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** Options with a value, of whatever verb [k8s.io/kubectl pkg/cmd]; those that take one only behind `=` are left out. */
const WITH_VALUE = new Set(
  (
    'namespace selector output filename kustomize container server for timeout context cluster user kubeconfig token template sort-by ' +
    'field-selector as as-group as-uid as-user-extra revision to-revision tail since since-time request-timeout chunk-size patch patch-file type ' +
    'subresource replicas current-replicas resource-version field-manager grace-period image labels env port target-port from-literal ' +
    'from-file from-env-file docker-server docker-username docker-password docker-email cert key verb resource resource-name ' +
    'non-resource-url clusterrole role serviceaccount group schedule class default-backend rule annotation tcp node-port external-name value ' +
    'description hard scopes duration audience bound-object-kind bound-object-name max-log-requests pod-running-timeout limits requests ' +
    'containers keys from min max cpu-percent cpu memory name protocol certificate-authority client-certificate client-key password username ' +
    'tls-server-name v cache-dir profile restart overrides override-type image-pull-policy raw label-columns applyset prune-allowlist ' +
    'copy-to target load-balancer-ip session-affinity cluster-ip generator min-available max-unavailable preemption-policy aggregation-rule ' +
    'pod-selector retries list'
  ).split(' '),
);

const SHORT: Readonly<Record<string, string>> = {
  n: 'namespace',
  l: 'selector',
  o: 'output',
  f: 'filename',
  k: 'kustomize',
  c: 'container',
  s: 'server',
  L: 'label-columns',
  v: 'v',
  p: 'patch',
  e: 'env',
  A: 'all-namespaces',
  w: 'watch',
  R: 'recursive',
};
/** What else a letter means for a verb; a flag of these has no value. */
const SHORT_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  logs: { f: 'follow', p: 'previous' },
  run: { l: 'labels' },
};
const FLAGS_OF: Readonly<Record<string, ReadonlySet<string>>> = {
  set: new Set(['list', 'all', 'local']),
  logs: new Set(['prefix', 'timestamps', 'previous', 'follow']),
};
const COMPOUND = new Set(['rollout', 'set', 'config', 'auth', 'certificate', 'top', 'create', 'apply', 'cluster-info']);
/** Words behind `create` and `apply` that are verbs of their own rather than files. */
const OWN_WORDS = /^(?:view-last-applied|set-last-applied|edit-last-applied)$/;

/** The command line of a call of kubectl or oc; undefined for other programs. */
export function kubectlLineOf({ argv }: Pick<Call, 'argv'>): KubectlLine | undefined {
  const [program = '', ...args] = argv.map(({ text }) => text);
  return /^(?:kubectl|oc)$/.test(baseName(program)) ? readKubectlLine(args) : undefined;
}

export function readKubectlLine(argv: readonly string[]): KubectlLine {
  const first = argv[verbIndex(argv)] ?? '';
  const words: string[] = [];
  const options = new Map<string, string[]>();
  const set = (name: string, value: string): void => {
    const known = options.get(name);
    if (known === undefined) options.set(name, [value]);
    else known.push(value);
  };
  for (let index = 0; index < argv.length; index++) {
    const text = argv[index] ?? '';
    if (text === '--') break;
    if (!text.startsWith('-') || text === '-') {
      words.push(text);
      continue;
    }
    const { name, value } = readOption(text, first);
    if (value !== undefined) set(name, value);
    else if (WITH_VALUE.has(name) && FLAGS_OF[first]?.has(name) !== true) set(name, argv[++index] ?? '');
    else set(name, '');
  }
  const [verb = '', ...rest] = words;
  const second = rest[0];
  const isCompound =
    COMPOUND.has(verb) && second !== undefined && (verb !== 'apply' || OWN_WORDS.test(second)) && !second.includes('/');
  return isCompound ? { verb: `${verb} ${second}`, words: rest.slice(1), options } : { verb, words: rest, options };
}

/** The verb is the first word; what stands before it are options of all verbs. */
function verbIndex(argv: readonly string[]): number {
  let index = 0;
  for (; index < argv.length; index++) {
    const text = argv[index] ?? '';
    if (!text.startsWith('-')) break;
    const { name, value } = readOption(text, '');
    if (value === undefined && WITH_VALUE.has(name)) index++;
  }
  return index;
}

/** `--name=value`, `--name`, `-nvalue`, `-n=value`, `-n`, and letters together: `-it`. */
function readOption(text: string, verb: string): { readonly name: string; readonly value?: string } {
  const long = /^--([\w-]+)(?:=(.*))?$/s.exec(text);
  if (long !== null) return { name: long[1] ?? '', ...(long[2] !== undefined && { value: long[2] }) };
  const letter = text[1] ?? '';
  const own = SHORT_OF[verb]?.[letter];
  const name = own ?? SHORT[letter] ?? letter;
  const isFlag = (own !== undefined && FLAGS_OF[verb]?.has(name) === true) || !WITH_VALUE.has(name);
  const rest = text.slice(2).replace(/^=/, '');
  if (text.length === 2) return { name };
  return isFlag ? { name, value: '' } : { name, value: rest };
}

export const optionOf = ({ options }: KubectlLine, name: string): string | undefined => options.get(name)?.at(-1);

/** True for a flag that is given and not switched off. */
export function hasFlag(line: KubectlLine, name: string): boolean {
  const value = optionOf(line, name);
  return value !== undefined && value !== 'false';
}

/** The words are another cluster's, or another account's. */
export const isElsewhere = ({ options }: KubectlLine): boolean =>
  ['kubeconfig', 'server', 'context', 'cluster', 'user', 'token', 'as', 'client-certificate', 'username'].some((name) =>
    options.has(name),
  );

/** With this nothing is sent that changes anything; `client` sends nothing at all. */
export const dryRunOf = (line: KubectlLine): 'none' | 'client' | 'server' => {
  const value = optionOf(line, 'dry-run');
  if (value === undefined || value === 'none' || value === 'false') return 'none';
  return value === 'server' ? 'server' : 'client';
};

export const isKnown = (text: string | undefined): text is string => text !== undefined && !text.includes(UNKNOWN);

/** What a verb is about: `deployment/web`, `pod web db`, `pods,services`, `pods -l app=web`, `pods --all`. */
export interface Subject {
  /** As people write it. */
  readonly type: string;
  /** Absent: all, or those with a label. */
  readonly name?: string;
}

/** What a verb that changes objects is about: `label pod web a=b team-`, `set image deployment/web c=image`. Undefined where that cannot be told. */
export function subjectsChanged({ verb, words }: KubectlLine): readonly Subject[] | undefined {
  if (!/^(?:annotate|label|set )/.test(verb)) return subjectsOf(words);
  const isValue = (word: string, index: number): boolean => index > 0 && (/=|-$/.test(word) || word.endsWith(UNKNOWN));
  const end = verb === 'set serviceaccount' ? words.length - 1 : words.findIndex(isValue);
  return subjectsOf(end < 0 ? words : words.slice(0, end));
}

/** Undefined where the type cannot be told. `fallback` is the type of a word alone: `logs web` is about a pod. */
export function subjectsOf(words: readonly string[], fallback?: string): readonly Subject[] | undefined {
  const subjects: Subject[] = [];
  if (words.length === 0) return fallback === undefined ? undefined : [{ type: fallback }];
  if (words.some((word) => word.includes('/'))) {
    for (const word of words) {
      const at = word.indexOf('/');
      const type = word.slice(0, at);
      if (at < 0 || !isKnown(type)) return undefined;
      subjects.push({ type, name: word.slice(at + 1) });
    }
    return subjects;
  }
  if (fallback !== undefined) return words.map((name) => ({ type: fallback, name }));
  const [types = '', ...names] = words;
  if (!isKnown(types)) return undefined;
  for (const type of types.split(',').filter((each) => each !== ''))
    subjects.push(...(names.length === 0 ? [{ type }] : names.map((name) => ({ type, name }))));
  return subjects;
}
