/**
 * What to change in a `match` that no resource fits. A unit of its own, because most entries match something.
 *
 * A key is the slip when resources fit all the other keys of its matcher.
 */
import type { Resource } from '../model/manifest.ts';
import { nearest } from '../model/nearest.ts';
import { listMatchers, matchesResource } from './matcher.ts';
import type { MatcherShape, MatchShape } from './shape.ts';

/** One imperative sentence, or undefined when no key alone is to blame. */
export function nearMissOf(match: MatchShape, resources: readonly Resource[]): string | undefined {
  const matchers = listMatchers(match);
  if (matchers.some((matcher) => JSON.stringify(matcher).includes('{{')))
    return 'write the name as it is after rendering, or a pattern such as "*-migrate": a config is no template';
  const hints = matchers.flatMap((matcher) => slipIn(matcher, resources) ?? []);
  return hints[0];
}

/** Keys that people get wrong most come first. */
const KEYS = ['kind', 'template', 'namespace', 'name', 'chart', 'apiVersion', 'labels', 'annotations'] as const;
type Key = (typeof KEYS)[number];

function slipIn(matcher: MatcherShape, resources: readonly Resource[]): string | undefined {
  for (const key of KEYS) {
    if (matcher[key] === undefined) continue;
    const { [key]: _, ...others } = matcher;
    const isAlone = Object.keys(others).length === 0;
    const fitting = isAlone ? resources : resources.filter((resource) => matchesResource(others, resource));
    const hint = fitting.length === 0 ? undefined : hintFor(key, matcher, fitting, isAlone);
    if (hint !== undefined) return hint;
  }
  return undefined;
}

/** `fitting`: not empty, resources that fit all other keys of the matcher, or all resources when it has no other. */
function hintFor(key: Key, matcher: MatcherShape, fitting: readonly Resource[], isAlone: boolean): string | undefined {
  const wanted = matcher[key];
  if (key === 'labels' || key === 'annotations') return isAlone ? undefined : mapHint(key, matcher[key] ?? {}, fitting);
  if (typeof wanted !== 'string') return undefined;
  const there = [...new Set(fitting.slice(0, LOOKED_AT).flatMap((resource) => resource[key] ?? []))];
  if (key === 'namespace' && there.length === 0 && !isAlone)
    return 'take `namespace` out: the chart gives none, and Helm creates it in the namespace of the release';
  const meant = meantBy(key, wanted, there);
  if (meant !== undefined) return `write \`${key}: ${quote(meant)}\``;
  // With other keys that fit, what there is helps; without, it would be the whole release. The message lists names.
  if (isAlone || key === 'name' || there.length === 0 || there.length > SHOWN) return undefined;
  return `write the ${key} that it has: ${there.map(quote).join(', ')}`;
}

/** How many resources are compared with a word: the effort is squared. */
const LOOKED_AT = 500;

/** How many values a hint names. */
const SHOWN = 3;

function meantBy(key: Key, wanted: string, there: readonly string[]): string | undefined {
  if (key === 'kind') {
    const kinds = new Map(there.flatMap((kind) => [[kind, kind] as const, [`${kind}s`, kind] as const]));
    const word = nearest(wanted.replace(/^.*[/.]/, ''), kinds.keys());
    return word === undefined ? undefined : kinds.get(word);
  }
  if (key === 'template') {
    // A path of the file system ends as the template does.
    const file = wanted.slice(wanted.lastIndexOf('/') + 1);
    const same = there.filter((template) => template.endsWith(`/${file}`));
    if (same.length === 1) return same[0];
  }
  return /[*?/[]/.test(wanted) && key !== 'template' && key !== 'apiVersion' ? undefined : nearest(wanted, there);
}

/** The first label (or annotation) of a matcher that no fitting resource has so. */
function mapHint(
  key: 'labels' | 'annotations',
  wanted: Readonly<Record<string, string>>,
  fitting: readonly Resource[],
): string | undefined {
  for (const [name, pattern] of Object.entries(wanted)) {
    if (fitting.some((resource) => matchesResource({ [key]: { [name]: pattern } }, resource))) continue;
    const values = [...new Set(fitting.flatMap((resource) => resource[key][name] ?? []))];
    const shown = values.slice(0, SHOWN).map((value) => quote(String(value)));
    if (shown.length > 0) return `write the value that ${name} has: ${shown.join(', ')}`;
    const names = fitting.flatMap((resource) => Object.keys(resource[key]));
    const meant = nearest(name, names);
    return meant === undefined
      ? `take ${name} out: no such resource has it`
      : `write \`${meant}\` instead of \`${name}\``;
  }
  return undefined;
}

const quote = (text: string): string => (/^[A-Za-z][\w./-]*$/.test(text) ? text : JSON.stringify(text));
