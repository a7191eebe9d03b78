/**
 * Waits in the words of kubectl and of the image k8s-wait-for: which objects and pods they ask the API server for.
 */
import { readKubectlLine } from '../scripts/kubectl-line.ts';
import type { Patience } from '../scripts/patience.ts';

export type Target =
  /** `kind` as people write it: `job`, `jobs.batch`, `sts`. */
  | { readonly type: 'object'; readonly kind: string; readonly name: string; readonly namespace?: string }
  | {
      readonly type: 'selected';
      readonly kind: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly namespace?: string;
    };

/** What one program call asks for. */
export interface Reading {
  readonly targets: readonly Target[];
  /** Objects whose content it changes. */
  readonly writes?: readonly Target[];
  /** Present when the program itself waits. */
  readonly waits?: Patience;
}

interface CommandLine {
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

function readCommandLine(argv: readonly string[]): CommandLine {
  const { verb, words, options } = readKubectlLine(argv);
  return {
    words: [...verb.split(' '), ...words],
    options: new Map([...options].map(([name, values]) => [name, values.at(-1) ?? ''])),
  };
}

/** `argv` is what follows `kubectl`. */
export function readKubectl(argv: readonly string[]): Reading {
  const line = readCommandLine(argv);
  const [verb, ...words] = line.words;
  const timeout = line.options.get('timeout');
  switch (verb) {
    case 'wait':
      if (line.options.get('for')?.startsWith('delete')) return { targets: [] };
      return { targets: resourcesOf(words, line), waits: timeout?.startsWith('-') ? 'for-ever' : 'then-fails' };
    case 'rollout':
      if (words[0] !== 'status') return { targets: [] };
      // `kubectl wait` ends at once when the object does not exist, whatever the timeout.
      return { targets: resourcesOf(words.slice(1), line), waits: 'then-fails' };
    case 'get':
    case 'describe':
      return { targets: resourcesOf(words, line) };
    case 'exec':
    case 'logs': {
      const [name] = words;
      if (name === undefined) return { targets: resourcesOf(['pod'], line) };
      return { targets: resourcesOf([name.includes('/') ? name : `pod/${name}`], line) };
    }
  }
  if (/^(?:patch|edit|replace|annotate|label)$/.test(verb ?? ''))
    return { targets: [], writes: resourcesOf(words, line) };
  return { targets: [] };
}

/** groundnuty/k8s-wait-for: `pod -lapp=db`, `job migrate`, `job-wr migrate`, `service db`. */
export function readWaitFor(argv: readonly string[]): Reading {
  const line = readCommandLine(argv);
  const [word, ...names] = line.words;
  const kind = /^(pod|job|service)(?:-wr|-we)?$/.exec(word ?? '')?.[1];
  return kind === undefined ? { targets: [] } : { targets: resourcesOf([kind, ...names], line), waits: 'for-ever' };
}

function resourcesOf(words: readonly string[], line: CommandLine): Target[] {
  const namespace = line.options.get('namespace');
  const where = namespace === undefined || namespace.includes('\0') ? {} : { namespace };
  const targets: Target[] = [];
  const paired = words.filter((word) => word.includes('/'));
  for (const word of paired) {
    const [kind = '', name = ''] = word.split('/');
    if (name !== '') targets.push({ type: 'object', kind, name, ...where });
  }
  if (paired.length > 0) return targets;
  const [kinds = '', ...names] = words;
  for (const kind of kinds.split(',').filter((word) => word !== '')) {
    for (const name of names) targets.push({ type: 'object', kind, name, ...where });
    const labels = names.length === 0 ? readSelector(line.options.get('selector') ?? '') : undefined;
    if (labels !== undefined) targets.push({ type: 'selected', kind, labels, ...where });
  }
  return targets;
}

/** The equalities of a selector; undefined without any, which selects too much to mean something. */
function readSelector(text: string): Readonly<Record<string, string>> | undefined {
  const pairs = text
    .split(',')
    .map((part) => /^\s*([\w./-]+)\s*==?\s*([\w.-]+)\s*$/.exec(part))
    .flatMap((match) => (match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const]));
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

const SHORT: Readonly<Record<string, string>> = {
  po: 'pod',
  deploy: 'deployment',
  sts: 'statefulset',
  ds: 'daemonset',
  rs: 'replicaset',
  rc: 'replicationcontroller',
  svc: 'service',
  ep: 'service',
  endpoint: 'service',
  endpointslice: 'service',
  cm: 'configmap',
  pvc: 'persistentvolumeclaim',
  sa: 'serviceaccount',
  crd: 'customresourcedefinition',
  cj: 'cronjob',
  ing: 'ingress',
};

/** The kind that a word of kubectl means, in lower case and the singular. */
export function kindOf(word: string): string {
  const kind = word.toLowerCase().split('.')[0] ?? '';
  const singular = /(?:ss|x|ch)es$/.test(kind) ? kind.slice(0, -2) : /[^s]s$/.test(kind) ? kind.slice(0, -1) : kind;
  return SHORT[singular] ?? SHORT[kind] ?? singular;
}
