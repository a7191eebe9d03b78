/**
 * Matchers as functions and as words. Every field of a matcher must hold; of several matchers one must.
 *
 * What a field is held against is said once, in `SUBJECTS`: a resource has several names by which people know it.
 */
import type { JsonObject } from '../model/json.ts';
import type { Resource } from '../model/manifest.ts';
import type { Test } from './compiled.ts';
import { compilePattern, isLiteral, isRegex } from './pattern.ts';
import type { MatcherShape, MatchShape } from './shape.ts';

type Field = Exclude<keyof MatcherShape, 'labels' | 'annotations'>;
export type Matches = (resource: Resource) => boolean;

/** The texts of a resource of which one must match; none: the field does not hold. */
const SUBJECTS: Readonly<Record<Field, (resource: Resource, pattern: string) => readonly (string | undefined)[]>> = {
  apiVersion: ({ apiVersion }) => [apiVersion],
  kind: ({ kind }) => [kind],
  name: ({ name, baseName, generateName }) => [name, baseName, generateName],
  namespace: ({ namespace }) => [namespace],
  chart: ({ chart, template }) => [chart, chartPath(template)],
  template: ({ template }, pattern) => templateNames(template, pattern),
};
/** The fields that tell most resources apart come first. */
const FIELDS = ['kind', 'name', 'apiVersion', 'namespace', 'chart', 'template'] as const satisfies readonly Field[];

/** True when every field of a matcher holds for a resource. The matcher's patterns must be patterns: loading sees to that. */
export const matchesResource = (matcher: MatcherShape, resource: Resource): boolean =>
  compileMatcher(matcher)(resource);

/** True for resources for which one of the matchers holds. */
export function compileMatch(match: MatchShape): Matches {
  const matchers = listMatchers(match).map(compileMatcher);
  const [only, ...others] = matchers;
  if (only !== undefined && others.length === 0) return only;
  return (resource) => matchers.some((matches) => matches(resource));
}

/** The kinds, or the names, that a match is about, when every matcher names one without a pattern. */
export function literalsOf(match: MatchShape, field: 'kind' | 'name'): readonly string[] | undefined {
  const literals = new Set<string>();
  for (const { [field]: pattern } of listMatchers(match)) {
    if (pattern === undefined || !isLiteral(pattern)) return undefined;
    literals.add(pattern);
  }
  return [...literals];
}

/** How a match reads: `kind Job, name "*-migrate"`. */
export const describeMatch = (match: MatchShape): string => listMatchers(match).map(describeMatcher).join(', or ');

export const listMatchers = (match: MatchShape): readonly MatcherShape[] =>
  Array.isArray(match) ? match : [match as MatcherShape];

function compileMatcher(matcher: MatcherShape): Matches {
  const tests: Matches[] = [];
  for (const field of FIELDS) {
    const pattern = matcher[field];
    if (pattern === undefined) continue;
    const test = testOf(pattern);
    const subjects = SUBJECTS[field];
    tests.push((resource) => subjects(resource, pattern).some((text) => text !== undefined && test(text)));
  }
  for (const field of ['labels', 'annotations'] as const)
    for (const [key, pattern] of Object.entries(matcher[field] ?? {})) {
      const test = testOf(pattern);
      tests.push((resource) => {
        const text = textAt(resource[field], key);
        return text !== undefined && test(text);
      });
    }
  return (resource) => tests.every((holds) => holds(resource));
}

function testOf(pattern: string): Test {
  const test = compilePattern(pattern);
  if (typeof test !== 'function') throw new Error(`"${pattern}" ${test.problem}`);
  return test;
}

/** A label's or an annotation's value as text. Numbers and booleans are mistakes that people and matchers still see through. */
function textAt(map: Readonly<JsonObject>, key: string): string | undefined {
  const value = Object.hasOwn(map, key) ? map[key] : undefined;
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

/** `shop/charts/db` of `shop/charts/db/templates/job.yaml`. */
const chartPath = (template: string | undefined): string | undefined =>
  template === undefined ? undefined : /^[^/]+(?:\/charts\/[^/]+)*(?=\/)/.exec(template)?.[0];

/**
 * The whole path, the path inside the chart, and the file's name: the last only for patterns that name no folder (in a regular
 * expression, that is left to its anchors).
 */
function templateNames(template: string | undefined, pattern: string): readonly (string | undefined)[] {
  if (template === undefined) return [];
  const inside = template.slice((chartPath(template)?.length ?? -1) + 1);
  const file = template.slice(template.lastIndexOf('/') + 1);
  if (isRegex(pattern)) return [template, inside, file];
  return pattern.includes('/') ? [template, inside] : [file];
}

function describeMatcher(matcher: MatcherShape): string {
  const words: string[] = FIELDS.flatMap((field) => {
    const pattern = matcher[field];
    return pattern === undefined
      ? []
      : [`${field} ${field === 'kind' && isLiteral(pattern) ? pattern : quote(pattern)}`];
  });
  for (const [field, noun] of [
    ['labels', 'label'],
    ['annotations', 'annotation'],
  ] as const)
    for (const [key, pattern] of Object.entries(matcher[field] ?? {})) words.push(`${noun} ${key}=${quote(pattern)}`);
  return words.join(', ');
}

const quote = (pattern: string): string => (isRegex(pattern) ? pattern : JSON.stringify(pattern));
