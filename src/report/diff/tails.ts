/**
 * Names whose tail is another one in each of two releases: `migrate-x7k2p` and `migrate-9dq4z`, `migrate-1` and `migrate-2`, are one object under two names.
 *
 * In come two snapshots, out come the same with base names less such tails, so that what compares them finds the pairs.
 */
import { isAwaited } from '../../model/helm.ts';
import { type NameTail, tailOf } from '../../model/name-tail.ts';
import { identityOf, type Snapshot, type SnapshotResource } from './snapshot.ts';

export function forgetTails(before: Snapshot, after: Snapshot): readonly [Snapshot, Snapshot] {
  if (before.resources === undefined || after.resources === undefined) return [before, after];
  const old = changingNames(before.resources, after.resources);
  const now = changingNames(after.resources, before.resources);
  const isPair = (key: string): boolean => old.get(key)?.length === 1 && now.get(key)?.length === 1;
  const stems = new Map<string, string>();
  for (const names of [old, now])
    for (const [key, found] of names)
      if (isPair(key)) for (const { resource, stem } of found) stems.set(identityOf(resource), stem);
  if (stems.size === 0) return [before, after];
  return [withStems(before, stems), withStems(after, stems)];
}

interface Changing extends Pick<NameTail, 'stem'> {
  readonly resource: SnapshotResource;
}

/** Resources that the other side does not have, by their names without the part at the end that may change. */
function changingNames(
  resources: readonly SnapshotResource[],
  others: readonly SnapshotResource[],
): ReadonlyMap<string, readonly Changing[]> {
  const known = new Set(others.map(identityOf));
  const found = new Map<string, Changing[]>();
  for (const resource of resources) {
    if (known.has(identityOf(resource))) continue;
    const { kind, stem } = tailOf(resource.baseName);
    // `worker-1` beside `worker-2` are two objects, unless it is a run that each revision makes anew.
    const isOfRun = kind === 'random' || kind === 'hash' || isAwaited(resource.kind);
    if (kind === 'fixed' || !isOfRun) continue;
    const key = identityOf({ ...resource, baseName: stem });
    found.set(key, [...(found.get(key) ?? []), { resource, stem }]);
  }
  return found;
}

function withStems({ file, resources = [], plan }: Snapshot, stems: ReadonlyMap<string, string>): Snapshot {
  const renamed = <T extends Parameters<typeof identityOf>[0]>(item: T): T => {
    const stem = stems.get(identityOf(item));
    return stem === undefined ? item : { ...item, baseName: stem };
  };
  const operations = plan.operations.map((operation) => ({
    ...operation,
    steps: operation.steps.map((step) => ('hooks' in step ? { ...step, hooks: step.hooks.map(renamed) } : step)),
  }));
  return { file, resources: resources.map(renamed), plan: { ...plan, operations } };
}
