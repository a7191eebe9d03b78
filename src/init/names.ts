/**
 * What of a name belongs to the release and what to the resource: globs that still match when the release has another name.
 *
 * In comes the stream's resources, out come matchers, each held against all of them: a matcher claims its resource and nothing else.
 */
import { compileMatch } from '../config/matcher.ts';
import type { MatcherShape } from '../config/shape.ts';
import { compareBytes } from '../model/helm.ts';
import { stemOf } from '../model/kubernetes.ts';
import type { Resource } from '../model/manifest.ts';

export interface ReleaseNames {
  /** Absent when the stream does not tell. */
  readonly release?: string;
  /** The chart at the top. */
  readonly chart?: string;
}

export function releaseNamesOf(resources: readonly Resource[]): ReleaseNames {
  const chart =
    mostFrequent(resources.flatMap(({ template }) => /^([^/]+)\//.exec(template ?? '')?.[1] ?? [])) ??
    mostFrequent(
      resources.flatMap(
        ({ labels }) => /^(.+)-v?\d/.exec(textOf(labels['helm.sh/chart'] ?? labels['chart']))?.[1] ?? [],
      ),
    );
  const release =
    mostFrequent(
      resources.flatMap(
        ({ labels }) => textOf(labels['app.kubernetes.io/instance']) || textOf(labels['release']) || [],
      ),
    ) ?? commonPrefix(resources.map(({ name }) => name));
  return { ...(release !== undefined && { release }), ...(chart !== undefined && { chart }) };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Of equally frequent words the first by name, so that the order of the stream does not count. */
function mostFrequent(words: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || compareBytes(a, b))[0]?.[0];
}

/** The first word of the names, when most of them begin with it. */
function commonPrefix(names: readonly string[]): string | undefined {
  const first = mostFrequent(names.map((name) => name.split('-')[0] ?? ''));
  const share = names.filter((name) => name === first || name.startsWith(`${first}-`)).length;
  return first !== undefined && share >= 3 && share * 2 > names.length ? first : undefined;
}

export interface Match {
  readonly matcher: MatcherShape;
  /** What tells the resource apart, for the name of its hook: `db-migrate`. */
  readonly label: string;
}

/** The shortest matcher that claims this resource alone; `others` are the resources of the stream. */
export function matchFor(resource: Resource, names: ReleaseNames, others: readonly Resource[]): Match {
  const { kind } = resource;
  for (const { glob, label } of globsFor(resource, names)) {
    const matcher = { kind, name: glob };
    if (isAlone(matcher, resource, others)) return { matcher, label };
  }
  const label = labelOf(resource, names);
  const inside = resource.template === undefined ? undefined : insideOf(resource.template);
  const file = inside?.slice(inside.lastIndexOf('/') + 1);
  const { chart, namespace, labels } = resource;
  const literal = escapeGlob(resource.baseName || (resource.generateName ?? ''));
  const component = textOf(labels['app.kubernetes.io/component']);
  const candidates: MatcherShape[] = [
    ...(component === '' ? [] : [{ kind, labels: { 'app.kubernetes.io/component': escapeGlob(component) } }]),
    ...(file === undefined || inside === undefined
      ? []
      : [
          { kind, template: escapeGlob(file) },
          { kind, template: escapeGlob(inside), ...(chart !== undefined && { chart: escapeGlob(chart) }) },
        ]),
    { kind, name: literal },
    ...(namespace === undefined ? [] : [{ kind, name: literal, namespace: escapeGlob(namespace) }]),
    ...(inside === undefined ? [] : [{ kind, name: literal, template: escapeGlob(inside) }]),
  ];
  const matcher = candidates.find((candidate) => isAlone(candidate, resource, others)) ?? { kind, name: literal };
  return { matcher, label };
}

const isSame = (a: Resource, b: Resource): boolean =>
  a.kind === b.kind && a.name === b.name && a.namespace === b.namespace && a.apiVersion === b.apiVersion;

const isAlone = (matcher: MatcherShape, resource: Resource, others: readonly Resource[]): boolean => {
  const matches = compileMatch(matcher);
  return others.every((other) => matches(other) === isSame(other, resource));
};

interface Glob {
  readonly glob: string;
  readonly label: string;
}

/** Globs for a name, the one that survives most first. */
function globsFor(resource: Resource, { release, chart }: ReleaseNames): readonly Glob[] {
  const { core, suffix } = cutSuffix(resource);
  const tail = suffix ? '*' : '';
  const globs: Glob[] = [];
  const add = (head: string, rest: string): void => {
    if (/[a-z]{2}/.test(rest)) globs.push({ glob: `${head}${escapeGlob(rest)}${tail}`, label: rest.replace(/-$/, '') });
  };
  const rest = release === undefined ? undefined : stripPrefix(core, release);
  if (rest !== undefined) {
    const short = chart === undefined ? undefined : stripPrefix(rest, chart);
    if (short !== undefined && short !== '') add('*-', short);
    if (rest !== '') add('*-', rest);
  } else if (release !== undefined && core.endsWith(`-${release}`) && tail === '') {
    const front = core.slice(0, -release.length - 1);
    if (/[a-z]{2}/.test(front)) globs.push({ glob: `${escapeGlob(front)}-*`, label: front });
  }
  if (rest === undefined || rest !== '') if (!core.includes(`${release}`)) add('', core);
  return globs;
}

/** `shop-db` without `shop` is `db`; undefined when it does not begin with that word. */
function stripPrefix(name: string, word: string): string | undefined {
  if (name === word) return '';
  return name.startsWith(`${word}-`) ? name.slice(word.length + 1) : undefined;
}

/**
 * A name less what changes from render to render: a clock that the chart appends (globs match such a name by its stem), random letters, a
 * hash, a revision. `suffix`: something has to match in its place.
 */
function cutSuffix(resource: Resource): { readonly core: string; readonly suffix: boolean } {
  if (resource.name === '') return { core: resource.generateName ?? '', suffix: false };
  if (stemOf(resource.name) !== undefined || resource.baseName !== resource.name)
    return { core: resource.baseName, suffix: false };
  const end = changingEnd(resource.name);
  return end === undefined
    ? { core: resource.name, suffix: false }
    : { core: resource.name.slice(0, -end.length), suffix: true };
}

/** `x7k2p` of `shop-migrate-x7k2p`, `1` of `shop-migrate-1`, `v1-2-3`: what another render may give another value. */
export function changingEnd(name: string): string | undefined {
  const version = /-(v?\d+(?:[.-]\d+)*)$/.exec(name)?.[1];
  if (version !== undefined) return version;
  const last = /-([a-z0-9]{5,64})$/.exec(name)?.[1];
  if (last === undefined) return undefined;
  const isMixed = /\d/.test(last) && /[a-z]/.test(last) && !/^[a-z]+\d{1,2}$/.test(last) && !ABBREVIATIONS.test(last);
  return isMixed ? last : undefined;
}
/** Words with a number in them. */
const ABBREVIATIONS = /^(?:[a-z]*(?:s3|k8s|e2e|i18n|l10n|h2|db2|oauth2|ipv[46]|x509|md5|sha\d+|log4j|base64)[a-z]*)$/;

function labelOf(resource: Resource, { release, chart }: ReleaseNames): string {
  const { core } = cutSuffix(resource);
  const rest = (release === undefined ? undefined : stripPrefix(core, release)) ?? core;
  const short = (chart === undefined ? undefined : stripPrefix(rest, chart)) || rest;
  return (short || resource.kind.toLowerCase()).replace(/-$/, '');
}

const insideOf = (template: string): string => template.replace(/^[^/]+(?:\/charts\/[^/]+)*\//, '');
const escapeGlob = (text: string): string => text.replaceAll(/[*?[\]{}\\]/g, '\\$&');
