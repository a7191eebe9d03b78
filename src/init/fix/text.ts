/**
 * The cured config as text: the given one with its bytes, more keys in its entries, and new entries in a document of their own, each with the
 * findings that it is there for.
 */
import type { ConfigShape, HookShape, MatcherShape } from '../../config/shape.ts';
import { editDocument } from '../../edit/edit.ts';
import type { Finding } from '../../model/finding.ts';
import { type Json, type JsonObject, type Operation, pointer } from '../../model/json.ts';
import type { Manifest, Stream } from '../../model/manifest.ts';
import { assembleStream } from '../../stream/assemble.ts';
import { comment, flow, scalar } from '../yaml.ts';
import type { Keys } from './change.ts';
import type { Entry } from './entries.ts';

/** The config that was given, as its file has it. */
export interface Given {
  readonly stream: Stream;
  readonly manifests: readonly Manifest[];
  readonly hooks: readonly HookShape[];
}

/** Without a word for people: what the court looks at. */
export const bareConfig = (given: Given | undefined, entries: readonly Entry[]): string =>
  [
    ...(given?.manifests ?? []).map(({ value }) => JSON.stringify(withKeys(value, entries))),
    JSON.stringify({ ...HEAD, hooks: added(entries).map(hookOf) }),
  ].join('\n---\n');

const HEAD = { apiVersion: 'hookorder.io/v1', kind: 'HookOrder' } as const;

const added = (entries: readonly Entry[]): readonly Entry[] => entries.filter(({ matcher }) => matcher !== undefined);

const hookOf = ({ name, matcher, optional, keys }: Entry): HookShape => ({
  name,
  match: matcher ?? {},
  ...(optional && { optional }),
  ...keys,
});

/** The entries of a config, document by document. */
export const hooksOf = (manifests: readonly Manifest[]): readonly HookShape[] =>
  manifests.flatMap(({ value }) => hooksIn(value));

const hooksIn = (value: JsonObject): readonly HookShape[] => (value as unknown as ConfigShape).hooks ?? [];

/** The entry of the given config that has more keys now. */
const changedIn = (hook: HookShape, entries: readonly Entry[]): Entry | undefined =>
  entries.find(({ name, matcher }) => matcher === undefined && name === hook.name);

function withKeys(value: JsonObject, entries: readonly Entry[]): object {
  return {
    ...value,
    hooks: hooksIn(value).map((hook) => {
      const entry = changedIn(hook, entries);
      const { name, match, optional } = hook;
      return entry === undefined ? hook : { name, match, ...(optional !== undefined && { optional }), ...entry.keys };
    }),
  };
}

/** One entry for several objects that need the same. */
interface Group {
  readonly entries: readonly Entry[];
  readonly matchers: readonly MatcherShape[];
}

function grouped(entries: readonly Entry[]): readonly Group[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of added(entries)) {
    const key = JSON.stringify([entry.keys, entry.optional, [...new Set(entry.cures.map(({ code }) => code))].sort()]);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()].map((all) => ({ entries: all, matchers: all.flatMap(({ matcher }) => matcher ?? []) }));
}

/** The new entries as a document; `head` are lines of comment above it. */
export function formatEntries(entries: readonly Entry[], head: readonly string[], foot: readonly string[]): string {
  const groups = grouped(entries);
  return `${[
    ...head,
    'apiVersion: hookorder.io/v1',
    'kind: HookOrder',
    ...(groups.length === 0 ? ['hooks: []'] : ['hooks:']),
    ...groups.flatMap((group, index) => [...(index === 0 ? [] : ['']), ...formatGroup(group)]),
    ...foot,
  ].join('\n')}\n`;
}

function formatGroup({ entries, matchers }: Group): readonly string[] {
  const [first] = entries;
  if (first === undefined) return [];
  const { keys } = first;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['optional', first.optional ? ' true' : undefined],
    ...Object.entries(keys).map(([key, value]) => [key, formatValue(value)] as const),
  ];
  return [
    ...sayCures(
      entries.flatMap(({ cures }) => cures),
      '  ',
    ),
    `  - name: ${scalar(first.name)}`,
    ...(matchers.length === 1
      ? [`    match: ${flow(matchers[0] ?? {})}`]
      : ['    match:', ...matchers.map((matcher) => `      - ${flow(matcher)}`)]),
    ...rows.flatMap(([key, value]) => (value === undefined ? [] : [`    ${key}:${value}`])),
  ];
}

/** Behind the colon: a list of operations has a line for each. */
function formatValue(value: Keys[keyof Keys]): string {
  if (typeof value !== 'object' || value === null) return ` ${scalar(value)}`;
  const isList = Array.isArray(value) && value.some((item) => typeof item === 'object');
  return isList
    ? (value as readonly object[]).map((item) => `\n      - ${flow(item)}`).join('')
    : ` ${flow(value as object)}`;
}

/** `error live/deleted-on-upgrade: Deployment/shop is …` */
export const sayCures = (cures: readonly Finding[], indent: string): readonly string[] => {
  const seen = new Set<string>();
  return cures.flatMap(({ severity, code, message }) => {
    const line = `${severity === 'info' ? '' : `${severity} `}${code}: ${message}`;
    if (seen.has(line)) return [];
    seen.add(line);
    return comment(`${line}.`, indent);
  });
};

/** The given config with more keys in its entries, each under the findings that it cures; otherwise the bytes that it has. */
export function editGiven({ stream, manifests }: Given, entries: readonly Entry[]): string {
  const edited = new Map<number, string>();
  for (const manifest of manifests) {
    const changed = hooksIn(manifest.value).flatMap((hook, index) => {
      const entry = changedIn(hook, entries);
      return entry === undefined ? [] : [{ entry, operations: operationsFor(hook, entry.keys, ['hooks', index]) }];
    });
    if (changed.length === 0) continue;
    const text = editDocument(
      manifest,
      changed.flatMap(({ operations }) => operations),
      { readable: true },
    );
    edited.set(
      manifest.document.index,
      changed.reduce((all, { entry }) => withComment(all, entry), text),
    );
  }
  return assembleStream(stream, { edited, added: new Map(), removed: new Set() })
    .map((chunk) => stream.codec.utf8(chunk, 0, chunk.length))
    .join('');
}

/** Above the line of the entry that has its name. An entry inside of another line goes without. */
function withComment(text: string, { name, cures }: Entry): string {
  const lines = text.split('\n');
  const own = new RegExp(
    `^ *(?:- *)?(?:\\{.*\\b)?"?name"?: *["']?${name.replaceAll(/[^\w-]/g, '\\$&')}["']?(?=[\\s,}]|$)`,
  );
  const at = lines.findIndex((line) => own.test(line));
  if (at < 0) return text;
  const indent = /^ */.exec(lines[at] ?? '')?.[0] ?? '';
  return [...lines.slice(0, at), ...sayCures(cures, indent), ...lines.slice(at)].join('\n');
}

function operationsFor(hook: HookShape, keys: Keys, path: readonly (string | number)[]): readonly Operation[] {
  const own = hook as unknown as Readonly<Record<string, Json>>;
  const next = keys as unknown as Readonly<Record<string, Json>>;
  const isKept = (key: string): boolean => key === 'name' || key === 'match' || key === 'optional';
  return [
    ...Object.keys(own)
      .filter((key) => !isKept(key) && !Object.hasOwn(next, key))
      .map((key): Operation => ({ op: 'remove', path: pointer([...path, key]) })),
    ...Object.entries(next).flatMap(([key, value]): Operation[] =>
      JSON.stringify(own[key]) === JSON.stringify(value) ? [] : [{ op: 'add', path: pointer([...path, key]), value }],
    ),
  ];
}
