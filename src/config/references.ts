/**
 * What a schema cannot say of a config: each name stands once, names in `after` and `before` exist, and patterns are patterns.
 *
 * It takes configs that break the schema too, so that all mistakes are told at once, and then looks only at what has the right type.
 */
import { EVENTS } from '../model/helm.ts';
import { isObject, type Json, type JsonObject, listOf, type Path } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { nearest } from '../model/nearest.ts';
import { compilePattern } from './pattern.ts';
import { placeOf } from './places.ts';

export interface Mistake {
  readonly code: 'config/duplicate-name' | 'config/invalid-value' | 'config/unknown-hook' | 'config/invalid-pattern';
  readonly manifest: Manifest;
  readonly path: Path;
  readonly message: string;
  readonly hint: string;
}

interface Entry {
  readonly manifest: Manifest;
  readonly index: number;
  readonly hook: JsonObject;
}

export function checkReferences(manifests: readonly Manifest[]): readonly Mistake[] {
  const hooks = manifests.flatMap((manifest) =>
    listOf(manifest.value['hooks']).flatMap((hook, index): Entry[] =>
      isObject(hook) ? [{ manifest, index, hook }] : [],
    ),
  );
  return [
    ...checkNames(hooks),
    ...hooks.flatMap(checkWeight),
    ...hooks.flatMap(({ manifest, index, hook }) => checkLike(manifest, hook['pod'], ['hooks', index])),
    ...manifests.flatMap((manifest) => {
      const { defaults } = manifest.value;
      return checkLike(manifest, isObject(defaults) ? defaults['pod'] : undefined, ['defaults']);
    }),
    ...hooks.flatMap(({ manifest, index, hook }) => checkMatch(manifest, hook['match'], ['hooks', index, 'match'])),
    ...manifests.flatMap((manifest) => {
      const { lint } = manifest.value;
      return listOf(isObject(lint) ? lint['ignore'] : undefined).flatMap((entry, index) =>
        isObject(entry) ? checkMatch(manifest, entry['match'], ['lint', 'ignore', index, 'match']) : [],
      );
    }),
  ];
}

function checkNames(hooks: readonly Entry[]): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const firsts = new Map<string, Entry>();
  for (const entry of hooks) {
    const name = entry.hook['name'];
    if (typeof name !== 'string') continue;
    const first = firsts.get(name);
    if (first === undefined) {
      firsts.set(name, entry);
      continue;
    }
    const { file, line } = placeOf(first.manifest, ['hooks', first.index, 'name']);
    mistakes.push({
      code: 'config/duplicate-name',
      manifest: entry.manifest,
      path: ['hooks', entry.index, 'name'],
      message: `two hooks are called "${name}", the first at ${file}:${line}`,
      hint: 'give one of them another name',
    });
  }
  // Where a hook has lost its name, who means it by that name is right.
  if (hooks.some(({ hook }) => typeof hook['name'] !== 'string')) return mistakes;
  for (const { manifest, index, hook } of hooks)
    for (const key of ['after', 'before'])
      for (const [at, name] of listOf(hook[key]).entries()) {
        if (typeof name !== 'string') continue;
        const mistake = checkName(key, name, firsts, hook['name']);
        if (mistake) mistakes.push({ manifest, path: ['hooks', index, key, at], ...mistake });
      }
  return mistakes;
}

function checkName(
  key: string,
  name: string,
  hooks: ReadonlyMap<string, Entry>,
  own: Json | undefined,
): Pick<Mistake, 'code' | 'message' | 'hint'> | undefined {
  const meant = hooks.get(name);
  if (meant === undefined)
    return {
      code: 'config/unknown-hook',
      message: `"${key}" names the hook "${name}", which does not exist`,
      hint: suggestName(
        name,
        [...hooks.keys()].filter((other) => other !== own),
      ),
    };
  const isDropped = meant.hook['drop'] === true;
  if (meant.hook['hook'] !== false && !isDropped) return undefined;
  return {
    code: 'config/invalid-value',
    message: `"${key}" names "${name}", which has \`${isDropped ? 'drop: true' : 'hook: false'}\` and so runs in no event`,
    hint: isDropped
      ? 'take the name out: what it matches leaves the stream'
      : 'take the name out: Helm creates plain resources between its pre and post events',
  };
}

/** A weight for an event in which the hook does not run. */
function checkWeight({ manifest, index, hook }: Entry): readonly Mistake[] {
  const { defaults } = manifest.value;
  const events = listOf(hook['events'] ?? (isObject(defaults) ? defaults['events'] : undefined)).map(String);
  const { weight } = hook;
  if (!isObject(weight) || events.length === 0) return [];
  return Object.keys(weight)
    .filter((event) => !events.includes(event) && EVENTS.some((known) => known === event))
    .map((event) => ({
      code: 'config/invalid-value',
      manifest,
      path: ['hooks', index, 'weight', event],
      message: `"weight" names ${event}, which is none of the hook's events`,
      hint: `take it out, or add ${event} to \`events\``,
    }));
}

/** The pattern in `like: KIND/NAME`. */
function checkLike(manifest: Manifest, pod: Json | undefined, owner: Path): readonly Mistake[] {
  const like = isObject(pod) ? pod['like'] : undefined;
  const name = typeof like === 'string' && like.includes('/') ? like.slice(like.indexOf('/') + 1) : '';
  const path = [...owner, 'pod', 'like'];
  const mistake = name === '' ? undefined : checkPattern(name, path);
  return mistake === undefined ? [] : [{ code: 'config/invalid-pattern', manifest, path, ...mistake }];
}

function suggestName(name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  if (names.length === 0) return 'take it out: the config has no other hook';
  return `use one of ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`;
}

function checkMatch(manifest: Manifest, match: Json | undefined, path: Path): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const check = (value: Json | undefined, at: Path): void => {
    if (isObject(value)) for (const [key, inner] of Object.entries(value)) check(inner, [...at, key]);
    if (typeof value !== 'string') return;
    const mistake = checkPattern(value, at);
    if (mistake) mistakes.push({ code: 'config/invalid-pattern', manifest, path: at, ...mistake });
  };
  if (Array.isArray(match)) for (const [index, matcher] of match.entries()) check(matcher, [...path, index]);
  else check(match, path);
  return mistakes;
}

function checkPattern(pattern: string, path: Path): Pick<Mistake, 'message' | 'hint'> | undefined {
  // Values of annotations are often paths; nothing else begins with a slash, so there one is half of a regular expression.
  if (pattern.length > 1 && pattern.startsWith('/') && !pattern.endsWith('/') && !path.includes('annotations'))
    return {
      message: `the pattern "${pattern}" begins like a regular expression and does not end like one`,
      hint: 'end it with a slash; a flag goes inside: `/(?i)…/`',
    };
  const test = compilePattern(pattern);
  if (typeof test === 'function') return undefined;
  return { message: `the pattern "${pattern}" ${test.problem}`, hint: test.hint };
}
