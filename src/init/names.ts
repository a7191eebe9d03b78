/**
 * What of a name belongs to the release and what to the resource: globs that still match when the release has another name.
 *
 * In comes the stream's resources, out come matchers, each held against all of them: a matcher claims its resource and nothing else.
 */
import { compileMatch } from '../config/matcher.ts';
import type { MatcherShape } from '../config/shape.ts';
import { compareBytes, HOOK } from '../model/helm.ts';
import type { Resource } from '../model/manifest.ts';
import { tailOf, tailOfResource } from '../model/name-tail.ts';
import type { Rendered } from './render.ts';
import type { Subject } from './subject.ts';

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
  /** False where no matcher claims it alone. */
  readonly isAlone: boolean;
}

/** The shortest matcher that claims this subject alone, in each render. Never by letters that each render draws anew. */
export function matchFor(subject: Subject, names: ReleaseNames, renders: readonly Rendered[]): Match {
  const { resource } = subject.placement;
  const { kind, namespace, template } = resource;
  const form = formOf(subject);
  const globs = globsFor(form, names).map(({ glob, label }) => ({ matcher: { kind, name: glob }, label }));
  const label = labelOf(form, kind, names);
  const places = placesOf(resource).map((matcher) => ({ matcher, label }));
  const isDrawn = subject.parts !== undefined || tailOfResource(resource).kind === 'random';
  const candidates = isDrawn ? [...places, ...globs] : [...globs, ...places];
  const name = globOf(form);
  const literals: MatcherShape[] = [
    { kind, name },
    ...(namespace === undefined ? [] : [{ kind, name, namespace: escapeGlob(namespace) }]),
    ...(template === undefined ? [] : [{ kind, name, template: escapeGlob(insideOf(template)) }]),
  ];
  const found = [...candidates, ...literals.map((matcher) => ({ matcher, label }))].find(({ matcher }) =>
    isAlone(matcher, subject, renders),
  );
  return found === undefined ? { matcher: { kind, name }, label, isAlone: false } : { ...found, isAlone: true };
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

const isSame = (a: Resource, b: Resource): boolean =>
  a.kind === b.kind && a.name === b.name && a.namespace === b.namespace && a.apiVersion === b.apiVersion;

const isAlone = (matcher: MatcherShape, subject: Subject, renders: readonly Rendered[]): boolean => {
  const matches = compileMatch(matcher);
  return renders.every(({ resources }, at) => {
    const own = subject.in[at]?.resource;
    return resources.every((other) => matches(other) === (own !== undefined && isSame(other, own)));
  });
};

/** What claims this document and not its twin of the same name: the hook of the two, or the one of its template. */
export function strictMatcher(subject: Subject, renders: readonly Rendered[]): MatcherShape | undefined {
  const { resource, hook } = subject.placement;
  const { kind, name, template } = resource;
  const candidates: readonly MatcherShape[] = [
    ...(hook === undefined ? [] : [{ kind, name, annotations: { [HOOK]: '*' } }]),
    ...(template === undefined ? [] : [{ kind, name, template: template.slice(template.lastIndexOf('/') + 1) }]),
  ];
  return candidates.find((matcher) => {
    const matches = compileMatch(matcher);
    return renders.every(({ resources }, at) =>
      resources.every((one) => matches(one) === (one === subject.in[at]?.resource)),
    );
  });
}

/** Stands in a name for what another render may write there. */
const CHANGES = '\u0000';
const globOf = (form: string): string => escapeGlob(form).replaceAll(CHANGES, '*');
const wordsIn = (form: string): string =>
  form.replaceAll(CHANGES, '').replaceAll(/-{2,}/g, '-').replaceAll(/^-|-$/g, '');

/** A name with a mark in place of what changes from render to render: random letters, a hash, a revision. A clock that the chart appends is left out, because globs match such a name by its stem. */
function formOf({ placement: { resource }, parts }: Subject): string {
  if (resource.name === '') return resource.generateName ?? '';
  if (resource.baseName !== resource.name) return resource.baseName;
  if (parts !== undefined) return parts.map((part) => part ?? CHANGES).join('-');
  const { kind, stem } = tailOfResource(resource);
  return kind === 'fixed' ? resource.name : `${stem}-${CHANGES}`;
}

interface Glob {
  readonly glob: string;
  readonly label: string;
}

/** Globs for a name, the one that survives most first. */
function globsFor(form: string, { release, chart }: ReleaseNames): readonly Glob[] {
  const globs: Glob[] = [];
  const add = (head: string, rest: string): void => {
    if (/[a-z]{2}/.test(rest))
      globs.push({ glob: `${head}${globOf(rest)}`.replace(/^(?:\*-)+/, '*-'), label: wordsIn(rest) });
  };
  const rest = release === undefined ? undefined : stripPrefix(form, release);
  if (rest !== undefined) {
    const short = chart === undefined ? undefined : stripPrefix(rest, chart);
    if (short !== undefined && short !== '') add('*-', short);
    if (rest !== '') add('*-', rest);
  } else if (release !== undefined && form.endsWith(`-${release}`)) {
    const front = form.slice(0, -release.length - 1);
    if (/[a-z]{2}/.test(front)) globs.push({ glob: `${globOf(front)}-*`, label: wordsIn(front) });
  }
  if (rest === undefined || rest !== '') if (!form.includes(`${release}`)) add('', form);
  return globs;
}

/** `shop-db` without `shop` is `db`; undefined when it does not begin with that word. */
function stripPrefix(name: string, word: string): string | undefined {
  if (name === word) return '';
  return name.startsWith(`${word}-`) ? name.slice(word.length + 1) : undefined;
}

function labelOf(form: string, kind: string, { release, chart }: ReleaseNames): string {
  const rest = (release === undefined ? undefined : stripPrefix(form, release)) ?? form;
  const short = (chart === undefined ? undefined : stripPrefix(rest, chart)) || rest;
  return wordsIn(short) || kind.toLowerCase();
}

const insideOf = (template: string): string => template.replace(/^[^/]+(?:\/charts\/[^/]+)*\//, '');
const escapeGlob = (text: string): string => text.replaceAll(/[*?[\]{}\\]/g, '\\$&');
