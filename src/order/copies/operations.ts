/** The operations by which a copy refers to other copies instead of to their originals. */
import type { Json, JsonObject, Operation } from '../../model/json.ts';
import { pointer, valueAt } from '../../model/json.ts';
import type { Placement } from '../../model/plan.ts';
import { itemsOf, type Reference, referencesOf, textOf } from '../../release/references.ts';
import { once, type Release } from '../../release/release.ts';
import { identityOf, providersOf, subjectsOf, userOf } from '../../release/rights.ts';
import type { Copy } from './demand.ts';

type CopiesOf = ReadonlyMap<Placement, Copy>;

/** What the config changed in an original, its copy has too: whole fields, because the copy is made of the original's text. */
export function catchUp(from: JsonObject, to: JsonObject): readonly Operation[] {
  if (from === to) return [];
  const removed = Object.keys(from).filter((key) => !Object.hasOwn(to, key));
  return [
    ...removed.map((key): Operation => ({ op: 'remove', path: pointer([key]) })),
    ...Object.entries(to).flatMap(([key, value]): Operation[] => {
      const before = Object.hasOwn(from, key) ? from[key] : undefined;
      if (before !== undefined && JSON.stringify(before) === JSON.stringify(value)) return [];
      return [{ op: before === undefined ? 'add' : 'replace', path: pointer([key]), value }];
    }),
  ];
}

export function followCopies(copy: Copy, copies: CopiesOf, release: Release): readonly Operation[] {
  const { original } = copy;
  const renamed = referencesOf(original).flatMap((reference): Operation[] => {
    if (reference.use === 'subject') return [];
    const target = copyMeantBy(reference, copy.users, copies, release);
    return target === undefined ? [] : [{ op: 'replace', path: pointer(reference.path), value: target.name }];
  });
  const { kind } = original.resource;
  if (kind.endsWith('RoleBinding')) return [...renamed, ...subjectOperations(copy, copies, release)];
  if (kind.endsWith('Role')) return [...renamed, ...resourceNameOperations(copy, copies, release)];
  return renamed;
}

/** The copy of what a reference means, if it was made for these hooks. */
export const copyMeantBy = (
  reference: Reference,
  users: Iterable<Placement>,
  copies: CopiesOf,
  release: Release,
): Copy | undefined =>
  providersOf(reference, release)
    .map((provider) => copies.get(provider))
    .find((copy) => copy !== undefined && [...users].every((user) => copy.users.has(user)));

/**
 * Only the accounts of the hooks that need the binding stay in its copy, by their copies' names: a copy must not give other accounts
 * rights for the time of an event. Groups stay as they are: the copied accounts are in them.
 */
function subjectOperations(copy: Copy, copies: CopiesOf, release: Release): readonly Operation[] {
  const { original, users } = copy;
  const wanted = new Map<number, Set<string>>();
  for (const user of users) {
    const identity = identityOf(user);
    if (identity === undefined) continue;
    const name = accountOf(user, copies, release) ?? identity.name;
    for (const index of subjectsOf(original, identity)) wanted.set(index, (wanted.get(index) ?? new Set()).add(name));
  }
  const operations: Operation[] = [];
  const subjects = valueAt(original.value(), ['subjects']);
  // From the end, so that removing one leaves the places of those before it.
  for (const [index, subject] of [...itemsOf(subjects)].reverse()) {
    const [first, ...more] = wanted.get(index) ?? [];
    const path = ['subjects', index];
    if (first === undefined) operations.push({ op: 'remove', path: pointer(path) });
    else if (subject['kind'] !== 'Group') {
      const renamed = named(subject, first)['name'] ?? first;
      if (renamed !== subject['name'])
        operations.push({ op: 'replace', path: pointer([...path, 'name']), value: renamed });
      for (const name of more)
        operations.push({ op: 'add', path: pointer(['subjects', index + 1]), value: named(subject, name) });
    }
  }
  return operations;
}

/** The copied account that a hook runs as. Many bindings ask, and a release is copied once. */
const accountOf = once((user: Placement, copies: CopiesOf, release: Release): string | undefined => {
  const account = referencesOf(user).find((reference) => reference.use === 'identity');
  return account && copyMeantBy(account, [user], copies, release)?.name;
});

/** A subject that means another account in the same namespace. */
function named(subject: JsonObject, name: string): JsonObject {
  const user = subject['kind'] === 'User' ? userOf(textOf(subject['name']) ?? '') : undefined;
  return { ...subject, name: user === undefined ? name : `system:serviceaccount:${user.namespace}:${name}` };
}

/** What a role calls each kind that is copied and that rights on single objects are given for. */
const PLURALS: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ['configmaps'],
  Secret: ['secrets'],
  ServiceAccount: ['serviceaccounts', 'serviceaccounts/token'],
};

/** Rights on an object by its name hold for its copy too. */
function resourceNameOperations({ original, users }: Copy, copies: CopiesOf, release: Release): readonly Operation[] {
  return itemsOf(original.value()['rules']).flatMap(([index, rule]) =>
    strings(rule['resourceNames']).flatMap((name) =>
      Object.entries(PLURALS)
        .filter(([, plurals]) => strings(rule['resources']).some((word) => word === '*' || plurals.includes(word)))
        .flatMap(([kind]) => release.find(kind, name, original.resource.namespace))
        .flatMap((named): Operation[] => {
          const target = copies.get(named);
          if (target === undefined || ![...users].some((user) => target.users.has(user))) return [];
          return [{ op: 'add', path: pointer(['rules', index, 'resourceNames', '-']), value: target.name }];
        }),
    ),
  );
}

const strings = (list: Json | undefined): readonly string[] =>
  Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
