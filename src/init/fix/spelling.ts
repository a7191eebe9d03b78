/** Annotations that Helm cannot read, or does not look for where they stand, as the keys of an entry that say what they mean. */
import {
  DELETE_POLICIES,
  EVENTS,
  type Event,
  HOOK,
  HOOK_ANNOTATIONS,
  HOOK_DELETE_POLICY,
  HOOK_OUTPUT_LOG_POLICY,
  HOOK_WEIGHT,
  LOG_POLICIES,
  readHookEvents,
} from '../../model/helm.ts';
import { isObject, type Operation, pointer, valueAt } from '../../model/json.ts';
import { nearest } from '../../model/nearest.ts';
import type { Cures } from './case.ts';
import type { Keys } from './change.ts';

/** Helm drops a resource for one misspelt event. */
export const spellEvents: Cures = ({ placement }) => {
  const { events, unknown } = readHookEvents(String(placement.resource.annotations[HOOK] ?? ''));
  const meant = unknown.map((word) => nearest(word, EVENTS) as Event | undefined);
  return meant.includes(undefined)
    ? []
    : [[{ of: placement, set: { events: [...new Set([...events, ...meant.flatMap((event) => event ?? [])])] } }]];
};

const words = (value: unknown): readonly string[] =>
  String(value ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const spell = <Word extends string>(written: unknown, known: readonly Word[]): readonly Word[] => [
  ...new Set(words(written).flatMap((word) => (nearest(word, known) as Word | undefined) ?? [])),
];

/** The keys that say what annotations say, as far as it can be read. */
function keysFrom(annotations: Readonly<Record<string, unknown>>): Keys {
  const written = annotations[HOOK_WEIGHT];
  const weight = typeof written === 'number' ? written : Number.parseInt(String(written ?? ''), 10);
  const events = spell(annotations[HOOK], EVENTS);
  const policies = spell(annotations[HOOK_DELETE_POLICY], DELETE_POLICIES);
  const logs = spell(annotations[HOOK_OUTPUT_LOG_POLICY], LOG_POLICIES);
  const isKept = /^\s*(?:keep|never|none|retain)\s*$/i.test(String(annotations[HOOK_DELETE_POLICY] ?? ''));
  return {
    ...(events.length > 0 && { events }),
    ...(Number.isInteger(weight) && { weight }),
    ...(isKept ? { deletePolicy: 'keep' } : policies.length > 0 && { deletePolicy: policies }),
    ...(logs.length > 0 && { outputLogPolicy: logs }),
  };
}

/** Annotations of other names than Helm's, or in another place. */
export const readAnew: Cures = ({ placement, finding: { path = [] } }) => {
  const value = placement.value();
  const there = valueAt(value, path.slice(0, -1));
  if (!isObject(there)) return [];
  const named = Object.fromEntries(
    Object.entries(there).map(([key, text]) => [nearest(key, HOOK_ANNOTATIONS) ?? key, text]),
  );
  const keys = keysFrom(named);
  const isHook = keys.events !== undefined || placement.hook !== undefined;
  if (!isHook || Object.keys(keys).length === 0) return [[{ of: placement, set: { hook: false } }]];
  const wrong: Operation = { op: 'remove', path: pointer(path) };
  return [[{ of: placement, set: keys }], [{ of: placement, set: { ...keys, patch: [wrong] } }]];
};

/** The annotation of this key, with the nearest words that Helm knows. */
export const rewrite =
  (otherwise: Keys, ...kept: readonly (keyof Keys)[]): Cures =>
  ({ placement }) => {
    const all = keysFrom(placement.resource.annotations);
    const own = Object.fromEntries(Object.entries(all).filter(([key]) => kept.includes(key as keyof Keys)));
    return [
      ...(Object.keys(own).length > 0 ? [[{ of: placement, set: own as Keys }]] : []),
      [{ of: placement, set: otherwise }],
    ];
  };
