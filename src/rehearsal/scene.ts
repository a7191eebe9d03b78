/** The release, its deployer, and what of the release matters when something fails: all that a rehearsal asks. */
import { type ArgoOperation, argocd } from '../engines/argocd/simulate.ts';
import type { Circumstances } from '../engines/engine.ts';
import { helm } from '../engines/helm/simulate.ts';
import type { Faults, Run, Situation, Step } from '../engines/run.ts';
import { type Subject, subjectOf, type World } from '../engines/world.ts';
import { EVENTS, type Event, OPERATION_NAMES, type Operation } from '../model/helm.ts';
import type { Placement } from '../model/plan.ts';
import { bestStateAt, isGone } from '../release/availability.ts';
import { type Need, needsOf } from '../release/needs.ts';
import { Release } from '../release/release.ts';
import type { Thing } from './rehearsal.ts';

export interface Scene {
  readonly placements: readonly Placement[];
  /** What an install has: the same, or what was rendered for it. */
  readonly atInstall: readonly Placement[];
  readonly circumstances: Circumstances;
  /** In the order in which they happen to a release. */
  readonly operations: readonly string[];
  /** One operation in which all goes well; without a start, the one before it did so too. */
  readonly simulate: (operation: string, start?: Situation) => Run;
  /** One operation that begins wherever another ended: hooks that lack what they need do not start. */
  readonly attempt: (operation: string, start: Situation, more?: Partial<Circumstances>) => Run;
  /** `Kind/name` of what a hook needs and does not find in this world, although it finds it when all goes well. */
  readonly lacks: (step: Pick<Step, 'subject' | 'phase'>, world: World) => readonly string[];
  /** True for a hook that changes the schema of a database, as far as its name and its commands tell. */
  readonly migrates: (placement: Placement) => boolean;
}

/** `atInstall` is what was rendered for an install, where that is something else. */
export const makeScene = (
  placements: readonly Placement[],
  circumstances: Circumstances,
  atInstall?: readonly Placement[],
): Scene => sceneIn(new Release(placements, circumstances), atInstall && new Release(atInstall, circumstances));

/** The same where the release is known. */
export function sceneIn(release: Release, atInstall: Release = release): Scene {
  const { placements, circumstances } = release;
  const ownerOf = new Map(
    [atInstall, release].flatMap((each) => each.placements.map((placement) => [placement, each] as const)),
  );
  const lacking = (step: Pick<Step, 'subject' | 'phase'>, world: World): readonly Need[] => {
    // Of an older revision's hooks nothing is known but what the new one has too.
    const owner = step.subject.placement && ownerOf.get(step.subject.placement);
    return owner === undefined ? [] : lackingOf(step, world, owner);
  };
  const known = new Map<Placement, boolean>();
  const run = (operation: string, all: Circumstances, start?: Situation, faults?: Faults): Run =>
    all.target === 'argocd'
      ? argocd.simulate(placements, operation as ArgoOperation, all, start, faults)
      : helm.simulate(
          operation === 'install' ? atInstall.placements : placements,
          operation as Operation,
          all,
          start,
          faults,
        );
  return {
    placements,
    atInstall: atInstall.placements,
    circumstances,
    operations: circumstances.target === 'argocd' ? argocd.operations : OPERATION_NAMES,
    migrates: (placement) => {
      const answer =
        known.get(placement) ??
        MIGRATES.has(loadPurpose().purposeOf(placement, ownerOf.get(placement) ?? release)?.role ?? '');
      known.set(placement, answer);
      return answer;
    },
    lacks: (step, world) => lacking(step, world).map(({ name }) => name),
    simulate: (operation, start) => run(operation, circumstances, start),
    attempt: (operation, start, more) =>
      run(operation, { ...circumstances, ...more }, start, (step, _, world) =>
        faultOf(step, () => lacking(step, world)),
      ),
  };
}

/** Reading commands is much code, and many releases have no hook of which to ask. */
const loadPurpose = () => require('../purpose/purpose.ts') as typeof import('../purpose/purpose.ts');

/** Roles that take a schema forward. */
const MIGRATES: ReadonlySet<string> = new Set(['migration', 'schema']);

/** A Pod without its account is refused, and so are the pods of a Job, which Helm awaits in vain; so is what they mount or read. */
function faultOf(step: Omit<Step, 'outcome'>, lacks: () => readonly Need[]): 'refused' | 'timed-out' | undefined {
  if (step.because !== 'hook') return undefined;
  if (step.do === 'create' && step.subject.id.kind === 'Pod')
    return lacks().some(({ use }) => use === 'identity') ? 'refused' : undefined;
  return step.do === 'wait' && lacks().length > 0 ? 'timed-out' : undefined;
}

function lackingOf(
  { subject, phase }: Pick<Step, 'subject' | 'phase'>,
  world: World,
  release: Release,
): readonly Need[] {
  const { placement, revision } = subject;
  if (placement?.hook === undefined || !isEvent(phase)) return [];
  const isThere = (provider: Placement): boolean => world.has(subjectOf(provider, revision).key);
  return needsOf(placement, release).filter(
    ({ optional, use, providers }) =>
      !optional &&
      use !== 'rights' &&
      use !== 'pull-secret' &&
      !providers.some(isThere) &&
      !isGone(bestStateAt(providers, placement, phase, release)),
  );
}

const isEvent = (phase: string): phase is Event => (EVENTS as readonly string[]).includes(phase);

export const thingOf = ({ id, key }: Subject): Thing => ({
  apiVersion: id.apiVersion,
  kind: id.kind,
  namespace: id.namespace ?? null,
  name: id.name,
  isNameOfRun: key.includes('#'),
});

export const nameOf = ({ kind, name }: Pick<Thing, 'kind' | 'name'>): string => `${kind}/${name}`;

/** True for two subjects that are the same hook, in whichever run. */
export const isSame = (a: Subject, b: Subject): boolean =>
  a.key === b.key ||
  (a.placement !== undefined &&
    b.placement !== undefined &&
    a.placement.resource === b.placement.resource &&
    a.placement.name === b.placement.name);
