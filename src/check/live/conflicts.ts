/**
 * `live/field-conflict` and `hook/keeps-own-state`: a script gives a field of the release another value than the manifest. Helm 4 applies
 * server-side, finds that the field belongs to another client, and the next upgrade fails with a conflict.
 */

import { type Cure, type Finding, findingOf } from '../../model/finding.ts';
import { hasEventOf, operationOf } from '../../model/helm.ts';
import { formatPath, type Path, pointer } from '../../model/json.ts';
import { getOrMake } from '../../model/maps.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { podSpecOf } from '../../release/references.ts';
import type { Check, Release } from '../../release/release.ts';
import type { Call } from '../../scripts/call.ts';
import { filesOf } from '../../scripts/files.ts';
import { inputOf } from '../../scripts/piped.ts';
import { runsOf } from '../../waits/find.ts';
import { patchCure } from '../cure.ts';
import { objectsNamed } from './named.ts';
import { listNames } from './users.ts';
import { type Write, writesOf } from './writes.ts';

/** What a script changes in one object of the release. */
interface Conflict {
  readonly target: Placement;
  readonly fields: Map<string, Path>;
  readonly calls: Set<string>;
  readonly call: Call;
}

export const checkConflicts: Check = (placement, release) =>
  conflictsOf(placement, release).map((conflict) => report(conflict, placement));

/** `live/lost-on-rollback`. */
export const checkLostOnRollback: Check = (placement, release) =>
  conflictsOf(placement, release).flatMap((conflict) => reportRollback(conflict, placement));

function conflictsOf(placement: Placement, release: Release): readonly Conflict[] {
  if (!mayWrite(placement)) return [];
  const conflicts = new Map<Placement, Conflict>();
  for (const { write, call } of writesIn(placement, release))
    for (const target of targetsOf(write, placement, release)) {
      const paths = write.change(target.value(), target.resource.kind).filter((path) => isApplied(target, path));
      if (paths.length === 0) continue;
      const conflict = getOrMake(conflicts, target, () => ({ target, fields: new Map(), calls: new Set(), call }));
      for (const path of paths) conflict.fields.set(pointer(path), path);
      conflict.calls.add(write.words);
    }
  return [...conflicts.values()];
}

/** What writes while the release is there, or just before an upgrade applies it. */
function mayWrite({ hook, resource: { kind }, copyFor }: Placement): boolean {
  if (copyFor !== undefined || (kind !== 'Job' && kind !== 'Pod' && kind !== 'CronJob')) return false;
  return hook === undefined
    ? kind !== 'Pod'
    : hook.events.some((event) => event !== 'pre-install' && operationOf(event) !== 'uninstall');
}

function writesIn(placement: Placement, release: Release): readonly { readonly write: Write; readonly call: Call }[] {
  const { namespace } = placement.resource;
  return runsOf(placement, release).flatMap(({ container, calls }) => {
    const readFile = filesOf(container.value, podSpecOf(placement)?.spec ?? {}, namespace, release);
    const all = calls.map(({ call }) => call);
    return all.flatMap((call, index) =>
      writesOf(call, inputOf(call, all.slice(0, index), readFile), readFile).map((write) => ({ write, call })),
    );
  });
}

const targetsOf = (write: Write, writer: Placement, release: Release): readonly Placement[] =>
  objectsNamed(write, writer, release).filter((target) => target.hook === undefined || isAppliedAgain(target));

/** True for a hook that Helm applies to the object of the run before: it deletes it neither before nor after. */
const isAppliedAgain = ({ hook, resource }: Placement): boolean =>
  hook !== undefined &&
  resource.kind !== 'Job' &&
  resource.kind !== 'Pod' &&
  !hook.deletes.includes('before-hook-creation') &&
  !hook.deletes.includes('hook-succeeded') &&
  hook.events.some((event) => /-(?:upgrade|rollback)$|^test$/.test(event));

/** `stringData` has no owner: the API server makes `data` of it. Seen with Helm 4.3: no conflict. */
const isApplied = ({ resource: { kind } }: Placement, path: Path): boolean =>
  !(kind === 'Secret' && path[0] === 'stringData') && path[0] !== 'status';

const MAX_FIELDS = 4;

function report({ target, fields, calls, call }: Conflict, writer: Placement): Finding {
  const paths = [...fields.values()];
  const shown = listNames([
    ...paths.slice(0, MAX_FIELDS).map(formatPath),
    ...(paths.length > MAX_FIELDS ? [`${paths.length - MAX_FIELDS} more`] : []),
  ]);
  const by = [...calls].map((each) => `\`${each}\``).join(', ');
  const message = `${formatPlacement(writer)} changes ${shown} of ${formatPlacement(target)} (${by}), which the manifest sets too`;
  const { rule } = target;
  const { words, cure } = entryFor(target, paths);
  if (target.hook !== undefined)
    return findingOf(
      'hook/keeps-own-state',
      target.resource,
      paths[0] ?? [],
      `${message}: it is a hook that stays, so the next run of Helm fails with a conflict, and --force-conflicts does not reach hooks`,
      {
        hint: `leave ${paths.length > 1 ? 'them' : 'it'} out of the manifest: ${words}`,
        cure,
        ...(rule && { config: { ...rule.place, hook: rule.name } }),
      },
    );
  const when = writer.hook?.events.every((event) => event === 'pre-upgrade') === true ? 'this' : 'the next';
  const removable = paths.every(isRemovable);
  return findingOf(
    'live/field-conflict',
    writer.resource,
    call.path,
    `${message}: Helm 4 applies server-side, so ${when} upgrade fails with a conflict`,
    {
      hint: removable
        ? `leave ${paths.length > 1 ? 'them' : 'it'} out of the manifest: ${words}; or run Helm with --force-conflicts`
        : 'run Helm with --force-conflicts, which sets the value of the manifest again',
      ...(removable && { cure }),
      ...(writer.rule && { config: { ...writer.rule.place, hook: writer.rule.name } }),
    },
  );
}

/** A rollback sets the value of the manifest again, or keeps what a newer version wrote, and no hook of it runs that repairs this. */
function reportRollback({ target, fields, call }: Conflict, writer: Placement): readonly Finding[] {
  const { hook, resource } = writer;
  if (
    hook === undefined ||
    target.hook !== undefined ||
    hasEventOf(hook.events, 'rollback') ||
    !hook.events.includes('post-upgrade')
  )
    return [];
  const shown = listNames([...fields.values()].slice(0, MAX_FIELDS).map(formatPath));
  return [
    findingOf(
      'live/lost-on-rollback',
      resource,
      call.path,
      `${formatPlacement(writer)} writes ${shown} of ${formatPlacement(target)} after an upgrade, and not after a rollback: where no conflict stops \`helm rollback\`, it brings back the value of the manifest`,
      {
        hint:
          writer.rule === undefined
            ? `add post-rollback to its helm.sh/hook, or claim it in hookorder.yaml with \`events: [${[...hook.events, 'post-rollback'].join(', ')}]\``
            : 'add post-rollback to its `events`',
        ...(writer.rule && { config: { ...writer.rule.placeOf('events'), hook: writer.rule.name } }),
      },
    ),
  ];
}

/** Fields without which the API server refuses the object, or that mean something else when they are absent. */
const isRemovable = (path: Path): boolean =>
  !/^(?:image|selector|name|kind|apiVersion|port|containerPort|rules|subjects|roleRef)$/.test(String(path.at(-1)));

/** The last items of lists go first, so that the places of the others stay. */
function entryFor(target: Placement, paths: readonly Path[]): { readonly words: string; readonly cure: Cure } {
  const { keys, cure } = patchCure(
    target,
    paths.map((path) => ({ op: 'remove', path: pointer(path) })),
  );
  return { words: `claim ${formatPlacement(target)} in hookorder.yaml with ${keys}`, cure };
}
