/**
 * How much of a ConfigMap or Secret its copy has: the keys that the hooks name, where all that refers to it names keys. A copy is a hook, so
 * its values are in the release's stored hooks, where `helm --hide-secret` does not hide them: no more than needed should be there.
 */
import { isObject, type Operation, pointer } from '../../model/json.ts';
import type { Placement } from '../../model/plan.ts';
import { referencesOf } from '../../release/references.ts';
import type { Release } from '../../release/release.ts';
import { providersOf } from '../../release/rights.ts';
import { type Copy, followsCopy } from './demand.ts';

const FIELDS = ['data', 'stringData', 'binaryData'];

/** The operations that leave out what no user of the copy reads. */
export function leaveOutUnread(
  copy: Copy,
  copies: ReadonlyMap<Placement, Copy>,
  release: Release,
): readonly Operation[] {
  const value = copy.original.value();
  if (!/^(?:ConfigMap|Secret)$/.test(copy.original.resource.kind) || hasFixedKeys(value['type'])) return [];
  const keys = keysRead(copy, copies, release);
  if (keys === undefined) return [];
  return FIELDS.flatMap((field): Operation[] => {
    const content = value[field];
    if (!isObject(content)) return [];
    const kept = Object.entries(content).filter(([key]) => keys.has(key));
    if (kept.length === Object.keys(content).length) return [];
    return kept.length === 0
      ? [{ op: 'remove', path: pointer([field]) }]
      : [{ op: 'replace', path: pointer([field]), value: Object.fromEntries(kept) }];
  });
}

/** The API server wants certain keys in Secrets of these types [kubernetes pkg/apis/core/validation ValidateSecret]. */
const hasFixedKeys = (type: unknown): boolean =>
  typeof type === 'string' && /^(?:bootstrap\.)?kubernetes\.io\//.test(type);

/** The keys that are read by the users of the copy, and by the other copies for these users; undefined where one of them may read all keys. */
function keysRead(
  { original, users }: Copy,
  copies: ReadonlyMap<Placement, Copy>,
  release: Release,
): ReadonlySet<string> | undefined {
  const others = [...copies.values()].filter(
    (other) => other.original !== original && [...other.users].some((user) => users.has(user)),
  );
  const { kind, name } = original.resource;
  const references = [...users, ...others.map((other) => other.original)].flatMap((user) =>
    referencesOf(user).filter(
      (reference) =>
        reference.kind === kind &&
        reference.name === name &&
        providersOf(reference, release).includes(original) &&
        (!users.has(user) || followsCopy(reference, user, release)),
    ),
  );
  const keys = new Set<string>();
  for (const reference of references) {
    if (reference.keys === undefined) return undefined;
    for (const key of reference.keys) keys.add(key);
  }
  return references.length === 0 ? undefined : keys;
}
