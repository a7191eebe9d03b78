/** What an upgrade does to the objects of the revision that is installed, beyond changing them in place, in words. */
import type { Run, Step } from '../engines/run.ts';
import { keyOf, subjectOf } from '../engines/world.ts';

export interface InstalledChange {
  /** `deletes`, `keeps`, `refuses`, `stops`. */
  readonly deed: string;
  /** `Kind/name`. */
  readonly title: string;
  readonly because: string;
}

/** In the order of the run; what stops it comes last. */
export function changesOf({ steps, stop, end, start }: Run): readonly InstalledChange[] {
  const revision = end.history.at(-1)?.revision;
  const hooks = new Set(
    revision?.placements.filter(({ hook }) => hook !== undefined).map((each) => subjectOf(each, revision).key),
  );
  const changes = steps
    .filter(({ because }) => because === 'left-manifest' || because === 'resource-policy')
    .map((step) => changeOf(step, hooks.has(step.subject.key)));
  if (stop?.because === 'not-owned')
    return stop.subjects.map(({ id }) => ({
      deed: 'stops',
      title: `${id.kind}/${id.name}`,
      because: 'while a hook’s object of this name is there, nothing is changed without --take-ownership',
    }));
  if (stop?.because === 'locked')
    return [{ deed: 'stops', title: 'the release', because: 'another operation holds it' }];
  const last = stop?.because === 'step' ? steps[stop.step] : undefined;
  if (last === undefined) return changes;
  const { id } = last.subject;
  const isLive = start.world.has(keyOf(id));
  return [
    ...changes,
    {
      deed: 'stops',
      title: `${id.kind}/${id.name}`,
      because: isLive && last.because === 'immutable' ? 'the one that is there cannot change' : 'it does not end well',
    },
  ];
}

const changeOf = ({ do: deed, subject: { id } }: Step, isHook: boolean): InstalledChange => ({
  deed: deed === 'keep' ? 'keeps' : 'deletes',
  title: `${id.kind}/${id.name}`,
  because:
    deed === 'keep'
      ? 'it left the release, and its resource policy keeps it'
      : isHook
        ? 'it became a hook'
        : 'it left the release',
});
