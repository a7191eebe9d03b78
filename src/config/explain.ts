/**
 * Says in words what a config breaks of the schema: one finding's code, message and hint for each problem.
 *
 * Every word about a key comes from schema.json: its title is the noun, its first example
 * the advice.
 */
import { type FindingCode, isIgnorableWithReason, SEVERITIES } from '../model/finding.ts';
import { DELETE_POLICIES, EVENTS, KEEP_POLICY } from '../model/helm.ts';
import { isObject, type Json, type Path, valueAt } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import { type Problem, resolve, type Schema } from './validate.ts';

export interface Explanation {
  readonly code: FindingCode;
  readonly message: string;
  readonly hint?: string;
  /** What to point at. */
  readonly path: Path;
  /** True: at the key itself and not at its value. */
  readonly atKey: boolean;
}

/** One explanation for each mistake: a key that is missing because it is misspelt is one mistake. */
export function explainProblems(problems: readonly Problem[], config: Json, root: Schema): readonly Explanation[] {
  const unknown = problems.filter((problem) => problem.keyword === 'unknown');
  return problems
    .filter(
      ({ keyword, path, key }) =>
        keyword !== 'missing' || !unknown.some((other) => samePath(other.path, path) && meantKey(other) === key),
    )
    .map((problem) => explain(problem, config, root));
}

const samePath = (a: Path, b: Path): boolean => a.length === b.length && a.every((step, index) => step === b[index]);

function explain(problem: Problem, config: Json, root: Schema): Explanation {
  const { keyword, path, schema, value, key = '' } = problem;
  const finding = (message: string, hint?: string): Explanation => ({
    code: 'config/invalid-value',
    message,
    ...(hint !== undefined && { hint }),
    path,
    atKey: false,
  });
  const subject = nameValue(path);
  switch (keyword) {
    case 'unknown': {
      const meant = meantKey(problem);
      const owner = meant === undefined ? ownerOf(key, root) : undefined;
      const hint = owner ? `move it: it is a key of ${owner}` : didYouMean(meant, Object.keys(schema.properties ?? {}));
      return {
        ...finding(`"${key}" is no key of ${nameMapping(path)}`, hint),
        code: 'config/unknown-key',
        path: [...path, key],
        atKey: true,
      };
    }
    case 'missing': {
      const property = schema.properties?.[key];
      const example = property ? exampleOf(key, { ...resolve(property, root), ...property }) : `"${key}"`;
      return {
        ...finding(`${nameMapping(path, config)} has no "${key}"`, `add ${example}`),
        code: 'config/missing-key',
      };
    }
    case 'excluded':
      return {
        ...finding(`"${key}" has no meaning with ${excluder(path, value)}`, 'take one of the two out'),
        path: [...path, key],
        atKey: true,
      };
    case 'type':
      return finding(...explainType(problem, subject));
    case 'const':
      return finding(`${subject} must be ${schema.title ?? schema.const}, not ${show(value)}`, suggestConst(problem));
    case 'enum':
      return finding(...explainEnum(value, schema));
    case 'minLength':
    case 'pattern':
      return finding(`${show(value)} is no ${schema.title ?? 'value'}`, forExample(path, schema));
    case 'minimum':
      return finding(`${subject} must be at least ${schema.minimum}, not ${show(value)}`);
    case 'maximum':
      return finding(`${subject} must be at most ${schema.maximum}, not ${show(value)}`);
    case 'minItems':
    case 'minProperties':
      return finding(`${subject} is empty`, forExample(path, schema));
    case 'maxItems':
      return finding(`${subject} has "keep" beside other policies`, 'take "keep" out, or the others');
    case 'uniqueItems': {
      const twin = (value as Json[]).find((item, index, items) => items.indexOf(item) < index);
      return finding(`${subject} has ${show(twin ?? null)} twice`, 'take one of them out');
    }
    default:
      throw new Error(`schema.json uses ${keyword}, which has no words yet`);
  }
}

/** The mapping that has this very key, for keys that stand in the wrong one. */
function ownerOf(key: string, root: Schema): string | undefined {
  const { hook, matcher, job, pod, helm, argocd } = root.definitions ?? {};
  const owners = {
    'a hook': hook,
    'a matcher': matcher,
    '"job"': job,
    '"pod"': pod,
    'the config': root,
    '"helm"': helm,
    '"argocd"': argocd,
  };
  return Object.entries(owners).find(([, schema]) => Object.hasOwn(schema?.properties ?? {}, key))?.[0];
}

const meantKey = ({ key = '', schema }: Problem): string | undefined =>
  nearest(
    key,
    Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => (inner === false ? [] : [name])),
  );

const didYouMean = (meant: string | undefined, words: readonly string[]): string =>
  meant === undefined ? `use one of ${words.join(', ')}` : `did you mean "${meant}"?`;

function explainEnum(value: Json, schema: Schema): [message: string, hint: string] {
  const words = (schema.enum ?? []).map(String);
  const noun = schema.title ?? 'value';
  if (typeof value === 'string' && Object.hasOwn(SEVERITIES, value))
    return isIgnorableWithReason(value as FindingCode)
      ? [`"${value}" is an error, and to ignore one takes a reason`, `write \`{ code: ${value}, because: "…" }\``]
      : [`"${value}" is an error, and errors cannot be ignored`, `use the ${noun}`];
  return [`${show(value)} is no ${noun}`, didYouMean(nearest(String(value), words), words)];
}

function suggestConst(problem: Problem): string | undefined {
  const meant = nearest(String(problem.value), [String(problem.schema.const)]);
  return meant === undefined ? rewrite(problem) : didYouMean(meant, []);
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  object: 'a mapping',
  string: 'text',
};

function explainType(problem: Problem, subject: string): [message: string, hint: string | undefined] {
  const { value, schema, path } = problem;
  const types = [schema.type ?? []].flat().map((type) => TYPES[type] ?? type);
  const hint = rewrite(problem) ?? forExample(path, schema);
  if (value === null) return [`${subject} has no value`, hint];
  return [
    `${subject} must be ${types.join(' or ')}, not ${typeof value === 'string' ? 'the text ' : ''}${show(value)}`,
    hint,
  ];
}

/** What `deletePolicy` takes. */
const POLICIES: readonly string[] = [...DELETE_POLICIES, KEEP_POLICY];

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** What was meant, written the way the schema wants it, where that can be told. */
function rewrite({ value, schema, path }: Problem): string | undefined {
  const { examples: [example] = [] } = schema;
  const takes = (type: string): boolean => [schema.type ?? []].flat().includes(type);
  const write = (meant: Json): string => `write ${formatEntry(path, meant)}`;
  if (typeof value === 'string') {
    if (Array.isArray(example) && typeof example[0] === 'string') {
      const words = schema.items?.enum?.map(String) ?? (schema.const === KEEP_POLICY ? POLICIES : undefined);
      const meant = value
        .split(/\s*,\s*/)
        .filter(Boolean)
        .flatMap((word) => (words ? (nearest(word, words) ?? []) : word));
      return meant.length > 0 ? write(meant) : `use ${(words ?? []).join(', ')}`;
    }
    const [, kind, name] = /^([A-Z]\w*)\/(\S+)$/.exec(value) ?? [];
    if (path.at(-1) === 'match' && kind !== undefined && name !== undefined) return write({ kind, name });
    const events = value.split(/\s*,\s*/).flatMap((word) => nearest(word, EVENTS) ?? []);
    if (path.at(-1) === 'hook' && events.length > 0)
      return `write ${formatEntry(['events'], events)}: \`hook\` only takes a hook out`;
    const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(value) ?? [];
    if (takes('integer') && count !== undefined && String(path.at(-1)).endsWith('Seconds'))
      return write(Number(count) * (SECONDS[unit] ?? 1));
    if (takes('integer') && /^[-+]?\d{1,15}$/.test(value)) return write(Number(value));
    if (takes('boolean') && /^(?:y|yes|on|true)$/i.test(value)) return write(true);
    if (takes('boolean') && /^(?:n|no|off|false)$/i.test(value)) return write(false);
  }
  if (schema.type === 'string' && typeof value === 'number' && path.at(-1) === 'timeout') return write(`${value}s`);
  if (schema.enum) return didYouMean(undefined, schema.enum.map(String));
  if (schema.type === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return `put it in quotes: ${formatEntry(path, String(value))}`;
  return undefined;
}

const forExample = (path: Path, schema: Schema): string | undefined => {
  const example = schema.examples?.[0];
  return example === undefined ? undefined : `for example ${formatEntry(path, example)}`;
};

const exampleOf = (key: string, schema: Schema): string =>
  `\`${key}: ${formatFlow(schema.const ?? schema.examples?.[0] ?? '…')}\``;

/** The entry at a path as one would write it: with its key, or bare in a list. */
function formatEntry(path: Path, value: Json): string {
  const key = path.at(-1);
  return `\`${typeof key === 'string' ? `${formatFlow(key)}: ` : ''}${formatFlow(value)}\``;
}

/** YAML on one line. */
function formatFlow(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(formatFlow).join(', ')}]`;
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, inner]) => `${formatFlow(key)}: ${formatFlow(inner)}`);
    return `{ ${entries.join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  return /^[A-Za-z/][\w./~ -]*$/.test(value) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(value)
    ? value
    : JSON.stringify(value);
}

/** A value as messages show it. */
function show(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'a mapping';
  if (value === null) return 'nothing';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** How a value is called: by its key, or as an entry of its list. */
function nameValue(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the config';
  if (typeof last === 'string') return `"${last}"`;
  return `an entry of "${path.at(-2)}"`;
}

/** How a mapping is called as the owner of keys; with the config given, the one hook that it is. */
function nameMapping(path: Path, config?: Json): string {
  const last = path.at(-1);
  if (last === undefined) return 'the config';
  if (path.length === 2 && path[0] === 'hooks' && typeof last === 'number') {
    const name = config === undefined ? undefined : valueAt(config, [...path, 'name']);
    if (typeof name === 'string') return `hook "${name}"`;
    return config === undefined ? 'a hook' : `hook ${last + 1}`;
  }
  if (path.includes('match')) return path.includes('labels') ? '"labels"' : 'a matcher';
  if (path.includes('patch')) return 'a patch operation';
  return nameValue(path);
}

/** What rules a key out. */
function excluder(path: Path, value: Json): string {
  const owner = isObject(value) ? value : {};
  if (path.includes('patch')) return `\`op: ${owner['op']}\``;
  if (path.at(-1) === 'jobName') return `\`suffix: ${owner['suffix']}\``;
  return owner['drop'] === true ? '`drop: true`' : '`hook: false`';
}
