/**
 * Tools that ask the API server for what a pod depends on: kubernetes-entrypoint, which is told by its environment, and depends-on.
 */
import type { Call } from '../scripts/call.ts';
import type { Reading, Target } from './kubectl.ts';

/** By the variable of kubernetes-entrypoint: the kind of what its list names as `name` or `namespace:name`. */
const LISTS: Readonly<Record<string, string>> = {
  DEPENDENCY_SERVICE: 'service',
  DEPENDENCY_JOBS: 'job',
  DEPENDENCY_DAEMONSET: 'daemonset',
};
/** The same as JSON: `[{"namespace": "shop", "name": "migrate"}]`, or with `labels`. */
const JSON_LISTS: Readonly<Record<string, string>> = { DEPENDENCY_JOBS_JSON: 'job', DEPENDENCY_POD_JSON: 'pod' };

/** What kubernetes-entrypoint waits for. */
export function readEntrypoint({ variables }: Call): Reading {
  const listed = Object.entries(LISTS).flatMap(([variable, kind]) =>
    namesIn(variables.get(variable)).map((name) => objectOf(kind, name)),
  );
  const described = Object.entries(JSON_LISTS).flatMap(([variable, kind]) => readJson(kind, variables.get(variable)));
  return { targets: [...listed, ...described], waits: 'for-ever' };
}

/** What `depends-on -service=db -job=migrate` waits for. */
export function readDependsOn(args: readonly string[]): Reading {
  const text = args.join(' ');
  const targets = [...text.matchAll(/(?:^|\s)--?(service|job)[= ]([\w.-]+)/g)].map(([, kind = '', name = '']) =>
    objectOf(kind, name),
  );
  return { targets, waits: 'for-ever' };
}

const namesIn = (list: string | undefined): readonly string[] =>
  (list ?? '').split(',').flatMap((name) => name.trim() || []);

function objectOf(kind: string, text: string): Target {
  const [name = '', namespace] = text.split(':').reverse();
  return { type: 'object', kind, name, ...(namespace !== undefined && { namespace }) };
}

function readJson(kind: string, text: string | undefined): readonly Target[] {
  const found: Target[] = [];
  for (const [item] of (text ?? '').matchAll(/\{(?:[^{}]|\{[^{}]*\})*\}/g)) {
    const namespace = /"namespace"\s*:\s*"([^"]+)"/.exec(item)?.[1];
    const where = namespace === undefined ? {} : { namespace };
    const name = /"name"\s*:\s*"([^"]+)"/.exec(item)?.[1];
    const labels = /"labels"\s*:\s*\{([^}]*)\}/.exec(item)?.[1];
    if (labels !== undefined) {
      const pairs = [...labels.matchAll(/"([^"]+)"\s*:\s*"([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]);
      if (pairs.length > 0) found.push({ type: 'selected', kind, labels: Object.fromEntries(pairs), ...where });
    } else if (name !== undefined) found.push({ type: 'object', kind, name, ...where });
  }
  return found;
}
