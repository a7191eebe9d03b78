/**
 * Where other resources call a Job by its name, and which of these words can follow a rename without risk.
 *
 * Safe are: `resourceNames` of a rule about Jobs; in commands and arguments `job/NAME`, `job NAME`, and NAME as an argument of its own
 * after an argument that says `job` (`["job-wr", NAME]`). A name that only looks like it (labels, ServiceAccounts and images often
 * share the Job's name) is no mention at all.
 */
import {
  isObject,
  type Json,
  type JsonObject,
  listOf,
  type Operation,
  type Path,
  pointer,
  valueAt,
} from '../model/json.ts';
import { podSpecPath } from '../model/kubernetes.ts';
import type { Placement } from '../model/plan.ts';

export interface Mention {
  readonly job: Placement;
  /** The string that mentions it. */
  readonly path: Path;
  readonly rewritable: boolean;
}

/** Kinds that `findMentions` looks into. */
export const canMention = (kind: string): boolean =>
  kind === 'Role' || kind === 'ClusterRole' || kind === 'ConfigMap' || podSpecPath(kind) !== undefined;

export function findMentions(placement: Placement, jobs: readonly Placement[]): readonly Mention[] {
  const { kind } = placement.resource;
  const value = placement.value();
  if (kind === 'Role' || kind === 'ClusterRole') return mentionsInRules(value, jobs);
  if (kind === 'ConfigMap') return mentionsInText(entriesOf(value['data'], ['data']), jobs);
  const podSpec = podSpecPath(kind);
  if (podSpec === undefined) return [];
  return containersOf(value, podSpec).flatMap(({ container, path }) => [
    ...['command', 'args'].flatMap((key) => mentionsInWords(container[key], [...path, key], jobs)),
    ...mentionsInEnv(container['env'], [...path, 'env'], jobs),
  ]);
}

/** The operations that make the rewritable mentions follow their Jobs. */
export function rewriteMentions(
  value: JsonObject,
  mentions: readonly Mention[],
  newNames: ReadonlyMap<Placement, string>,
): readonly Operation[] {
  const texts = new Map<string, { before: string; after: string }>();
  for (const { job, path, rewritable } of mentions) {
    const name = newNames.get(job);
    if (!rewritable || name === undefined || name === job.resource.name) continue;
    const key = pointer(path);
    const before = String(valueAt(value, path));
    const text = texts.get(key) ?? { before, after: before };
    const old = job.resource.name;
    text.after = text.after === old ? name : text.after.replace(inWords(old), `$<before>${name}`);
    texts.set(key, text);
  }
  return [...texts]
    .filter(([, { before, after }]) => before !== after)
    .map(([path, { after }]) => ({ op: 'replace', path, value: after }));
}

const escapeRegExp = (name: string): string => name.replaceAll(/[.\\+*?^$()[\]{}|/-]/g, '\\$&');
const END = '(?![\\w-]|\\.\\w)';
/** `job/NAME`, `jobs.batch NAME`, `job --ignore-not-found "NAME"`. */
const inWords = (name: string): RegExp =>
  new RegExp(
    `(?<before>(?<![\\w-])jobs?(?:\\.batch|\\.v1\\.batch)?(?:/|\\s+(?:--?[\\w-]+(?:=\\S+)?\\s+){0,8})["']?)${escapeRegExp(name)}${END}`,
    'gi',
  );
/** The name as a word of its own. */
const asWord = (name: string): RegExp => new RegExp(`(?<![\\w.-])${escapeRegExp(name)}${END}`);
const saysJob = (word: Json | undefined): boolean =>
  typeof word === 'string' && /^jobs?(\.batch)?(-w\w+)?$/i.test(word);

function mentionsInRules(value: JsonObject, jobs: readonly Placement[]): readonly Mention[] {
  return listOf(value['rules']).flatMap((rule, at) => {
    const aboutJobs = listOf(valueAt(rule, ['resources'])).some(
      (name) => typeof name === 'string' && /^(jobs(\/.*)?|\*)$/.test(name),
    );
    if (!aboutJobs) return [];
    return listOf(valueAt(rule, ['resourceNames'])).flatMap((name, index) =>
      jobs
        .filter((job) => job.resource.name === name)
        .map((job) => ({ job, path: ['rules', at, 'resourceNames', index], rewritable: true })),
    );
  });
}

/** A command or an argument list. */
function mentionsInWords(list: Json | undefined, path: Path, jobs: readonly Placement[]): readonly Mention[] {
  const words = listOf(list);
  return words.flatMap((word, at) => {
    if (typeof word !== 'string') return [];
    return jobs.flatMap((job): readonly Mention[] => {
      const { name } = job.resource;
      const rewritable = word === name ? words.slice(0, at).some(saysJob) : inWords(name).test(word);
      return rewritable || talksOfJob(word, name) ? [{ job, path: [...path, at], rewritable }] : [];
    });
  });
}

/** Variables are read by programs that this file cannot see into: such a name is reported, never rewritten. */
function mentionsInEnv(env: Json | undefined, path: Path, jobs: readonly Placement[]): readonly Mention[] {
  return listOf(env).flatMap((variable, at) => {
    const name = valueAt(variable, ['name']);
    const value = valueAt(variable, ['value']);
    if (typeof name !== 'string' || typeof value !== 'string') return [];
    return jobs
      .filter((job) => (/job/i.test(name) && value === job.resource.name) || inWords(job.resource.name).test(value))
      .map((job) => ({ job, path: [...path, at, 'value'], rewritable: false }));
  });
}

/** Scripts in ConfigMaps: their checksums are rendered already, so their text is left alone. */
const mentionsInText = (texts: readonly (readonly [Path, string])[], jobs: readonly Placement[]): readonly Mention[] =>
  texts.flatMap(([path, text]) =>
    jobs.filter((job) => inWords(job.resource.name).test(text)).map((job) => ({ job, path, rewritable: false })),
  );

/** A line that has both the word "job" and the name as a word of its own. */
const talksOfJob = (text: string, name: string): boolean =>
  text.includes(name) &&
  text.split('\n').some((line) => /(?<![\w-])jobs?(?![\w-])/i.test(line) && asWord(name).test(line));

const entriesOf = (value: Json | undefined, path: Path): readonly (readonly [Path, string])[] =>
  isObject(value)
    ? Object.entries(value).flatMap(([key, text]) =>
        typeof text === 'string' ? [[[...path, key], text] as const] : [],
      )
    : [];

function containersOf(
  value: JsonObject,
  podSpec: Path,
): readonly { readonly container: JsonObject; readonly path: Path }[] {
  return ['initContainers', 'containers'].flatMap((key) =>
    listOf(valueAt(value, [...podSpec, key])).flatMap((container, at) =>
      isObject(container) ? [{ container, path: [...podSpec, key, at] }] : [],
    ),
  );
}
