/**
 * What of a name belongs to the release and what to the resource: globs that still match when the release has another name.
 *
 * In comes the stream's resources, out come matchers, each held against all of them: a matcher claims its resource and nothing else.
 */
import { compileMatch } from '../config/matcher.ts';
import type { MatcherShape } from '../config/shape.ts';
import { compareBytes } from '../model/helm.ts';
import type { Resource } from '../model/manifest.ts';
import { tailOf, tailOfResource } from '../model/name-tail.ts';

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

/** The shortest matcher that claims this resource alone; `others` are the resources of the stream. Never by letters that each render draws anew. */
export function matchFor(resource: Resource, names: ReleaseNames, others: readonly Resource[]): Match {
  const { kind } = resource;
  const globs = globsFor(resource, names).map(({ glob, label }) => ({ matcher: { kind, name: glob }, label }));
  const label = labelOf(resource, names);
  const places = placesOf(resource).map((matcher) => ({ matcher, label }));
  const isRandom = tailOfResource(resource).kind === 'random';
  const candidates = isRandom ? [...places, ...globs] : [...globs, ...places];
  const name = literalOf(resource);
  const { namespace, template } = resource;
  const literals: MatcherShape[] = [
    { kind, name },
    ...(namespace === undefined ? [] : [{ kind, name, namespace: escapeGlob(namespace) }]),
    ...(template === undefined ? [] : [{ kind, name, template: escapeGlob(insideOf(template)) }]),
  ];
  return (
    [...candidates, ...literals.map((matcher) => ({ matcher, label }))].find(({ matcher }) =>
      isAlone(matcher, resource, others),
    ) ?? { matcher: { kind, name }, label }
  );
}

/** Matchers by what is not the name: its component, the file of its template. */
function placesOf({ kind, template, chart, labels, name }: Resource): readonly MatcherShape[] {
  const { tail } = tailOf(name);
  const component = textOf(labels['app.kubernetes.io/component']);
  const isDrawn = tail !== '' && component.endsWith(tail);
  const inside = template === undefined ? undefined : insideOf(template);
  const file = inside?.slice(inside.lastIndexOf('/') + 1);
  return [
    ...(component === '' || isDrawn
      ? []
      : [{ kind, labels: { 'app.kubernetes.io/component': escapeGlob(component) } }]),
    ...(file === undefined || inside === undefined
      ? []
      : [
          { kind, template: escapeGlob(file) },
          { kind, template: escapeGlob(inside), ...(chart !== undefined && { chart: escapeGlob(chart) }) },
        ]),
  ];
}

/** Its whole name as a glob, with `*` where another render may write something else. */
function literalOf(resource: Resource): string {
  const { core, suffix } = cutSuffix(resource);
  return suffix ? `${escapeGlob(core)}*` : escapeGlob(resource.baseName || (resource.generateName ?? ''));
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
  if (resource.baseName !== resource.name) return { core: resource.baseName, suffix: false };
  const { kind, tail } = tailOfResource(resource);
  return kind === 'fixed'
    ? { core: resource.name, suffix: false }
    : { core: resource.name.slice(0, -tail.length), suffix: true };
}

function labelOf(resource: Resource, { release, chart }: ReleaseNames): string {
  const { core } = cutSuffix(resource);
  const rest = (release === undefined ? undefined : stripPrefix(core, release)) ?? core;
  const short = (chart === undefined ? undefined : stripPrefix(rest, chart)) || rest;
  return (short || resource.kind.toLowerCase()).replace(/-$/, '');
}

const insideOf = (template: string): string => template.replace(/^[^/]+(?:\/charts\/[^/]+)*\//, '');
const escapeGlob = (text: string): string => text.replaceAll(/[*?[\]{}\\]/g, '\\$&');
