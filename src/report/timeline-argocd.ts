/**
 * Argo CD's operations, for drawing: a first sync, a later one, one that fails, and the deletion of the application. The steps are the
 * simulator's (`engines/argocd`): what stands in one step is applied together.
 */
import { type ArgoPolicy, roleOf } from '../engines/argocd/annotations.ts';
import { hasHealthCheck } from '../engines/argocd/health.ts';
import { argocd, USUAL_ARGO } from '../engines/argocd/simulate.ts';
import type { Run, Step as RunStep } from '../engines/run.ts';
import type { DeletePolicy } from '../model/helm.ts';
import type { Hook, Placement } from '../model/plan.ts';
import { some } from './layout.ts';
import {
  countKinds,
  type DrawnPlan,
  type EventStep,
  leftoversOf,
  mustRunBefore,
  type OperationTimeline,
  type Step,
  type Stop,
  stopOf,
  type Timeline,
} from './timeline.ts';

export function timelineOfArgo({ placements, dropped = [] }: DrawnPlan): Timeline {
  const first = argocd.simulate(placements, 'first sync', USUAL_ARGO);
  const later = argocd.simulate(placements, 'sync', USUAL_ARGO, first.end);
  const deletion = argocd.simulate(placements, 'deletion', USUAL_ARGO, later.end);
  const leftBehind = leftoversOf(deletion);
  const operations: OperationTimeline[] = [
    drawn('first sync', first),
    drawn('sync', later, sayRemade(later)),
    failed(later),
    drawn(
      'deletion',
      deletion,
      leftBehind.length > 0
        ? `left behind: ${some(
            leftBehind.map(({ title }) => title),
            6,
          )}`
        : undefined,
    ),
  ];
  const isPlain = (placement: Placement): boolean => !roleOf(placement.value()).isHook;
  return {
    deployer: 'Argo CD',
    operations,
    resources: countKinds(placements.filter(isPlain)),
    dropped: placements.filter((placement) => {
      const { phases, atDeletion } = roleOf(placement.value());
      return phases.length + atDeletion.length === 0;
    }),
    takenOut: dropped,
    plain: placements.filter((placement) => placement.rule !== undefined && isPlain(placement)),
    remade: new Set(),
    leftBehind,
  };
}

const drawn = (name: string, run: Run, fact?: string): OperationTimeline => ({
  name,
  run,
  steps: stepsOf(run.steps),
  ...(fact !== undefined && { fact }),
});

/** Every sync runs every hook: that surprises those who know Helm. */
function sayRemade({ steps }: Run): string | undefined {
  const remade = steps.filter(
    ({ do: deed, because, subject }) =>
      deed === 'delete' && because === 'before-hook-creation' && !hasHealthCheck(subject),
  );
  const names = [...new Set(remade.map(({ subject: { id } }) => `${id.kind}/${id.name}`))];
  return names.length > 0 ? `deleted and made anew: ${some(names, 4)}` : undefined;
}

/** The last hook of the sync fails: what is deleted then, and what runs. */
function failed(sync: Run): OperationTimeline {
  const at = sync.steps.findLastIndex(({ do: deed, owner }) => deed === 'wait' && owner === 'hook');
  if (at < 0) return { name: 'failed sync', run: sync, steps: [], fact: 'nothing is taken back' };
  const run = sync.failAt(at, 'failed');
  const after = run.steps.slice(at + 1);
  const gone = after.filter(({ do: deed }) => deed === 'delete').map(({ subject: { id } }) => `${id.kind}/${id.name}`);
  const facts = ['later waves and phases do not come, nothing is taken back'];
  // What each of the two ways of running before the app costs.
  const read = newForOldApp(sync);
  if (read.length > 0) facts.push(`if it fails before the app, the old app has the new ${some(read, 4)}`);
  const copies = [...run.end.world.values()].flatMap(({ subject }) =>
    subject.placement?.copyFor === undefined ? [] : [`${subject.id.kind}/${subject.id.name}`],
  );
  if (copies.length > 0) facts.push(`left until the next sync: ${some([...new Set(copies)], 4)}`);
  if (gone.length > 0) facts.push(`HookFailed deletes ${some([...new Set(gone)], 4)}`);
  return {
    name: 'failed sync',
    run,
    steps: stepsOf(after.filter(({ phase }) => phase === 'SyncFail')),
    fact: facts.join('; '),
  };
}

const APP = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** ConfigMaps and Secrets that are applied before the last hook that comes before the app, and that the app names: its old pods read them. */
function newForOldApp({ steps }: Run): readonly string[] {
  const isApplied = ({ owner, do: deed }: RunStep): boolean =>
    owner === 'release' && (deed === 'create' || deed === 'update');
  const lastApp = steps.findLastIndex((step) => isApplied(step) && APP.has(step.subject.id.kind));
  const hook = steps
    .slice(0, Math.max(0, lastApp))
    .findLastIndex(({ do: deed, owner }) => deed === 'wait' && owner === 'hook');
  const later = steps.slice(hook + 1).filter((step) => isApplied(step) && APP.has(step.subject.id.kind));
  const early = hook < 0 ? [] : steps.slice(0, hook).filter(isApplied);
  return early.flatMap(({ subject: { id } }) =>
    (id.kind === 'ConfigMap' || id.kind === 'Secret') &&
    later.some(({ subject: { placement } }) => placement?.resource.says(id.name))
      ? [`${id.kind}/${id.name}`]
      : [],
  );
}

/** By phase and wave, plain resources before hooks. */
function stepsOf(steps: readonly RunStep[]): readonly Step[] {
  const drawnSteps: Step[] = [];
  const waves = new Map<string, { plain: Placement[]; stops: (Stop & { after: Stop[] })[] }>();
  for (const step of steps) {
    const { placement } = step.subject;
    if (placement === undefined || !isTold(step)) continue;
    const name = step.wave === undefined ? step.phase : `${step.phase} wave ${step.wave}`;
    const wave = waves.get(name) ?? { plain: [], stops: [] };
    waves.set(name, wave);
    if (step.owner === 'hook') {
      if (!wave.stops.some((stop) => stop.placement === placement)) wave.stops.push(stopOfHook(step, placement));
    } else wave.plain.push(placement);
  }
  for (const [name, { plain, stops }] of waves) {
    for (const stop of stops) stop.after.push(...stops.filter((other) => mustRunBefore(other, stop)));
    const at = name === 'release' ? {} : { at: name };
    if (plain.length > 0)
      drawnSteps.push({
        resources: countKinds(plain),
        plain: name === 'release' ? [] : plain.filter(({ rule }) => rule !== undefined),
        ...at,
      });
    if (stops.length > 0) drawnSteps.push(eventStep(name, stops));
  }
  return drawnSteps;
}

const eventStep = (event: string, stops: readonly Stop[]): EventStep => ({
  event,
  stops,
  ...(stops.length > 1 && { together: true }),
});

/** What is applied, and of plain resources what is deleted with the application. */
const isTold = ({ do: deed, owner, phase, because }: RunStep): boolean =>
  deed === 'create' ||
  deed === 'update' ||
  deed === 'replace' ||
  (deed === 'skip' && because === 'already-there') ||
  (deed === 'delete' && owner === 'release' && phase === 'release');

const WORD: Readonly<Record<ArgoPolicy, DeletePolicy>> = {
  BeforeHookCreation: 'before-hook-creation',
  HookSucceeded: 'hook-succeeded',
  HookFailed: 'hook-failed',
};

function stopOfHook({ wave, subject, do: deed, phase }: RunStep, placement: Placement): Stop & { after: Stop[] } {
  const { deletes } = roleOf(placement.value());
  const hook: Hook = {
    events: [],
    weight: wave ?? 0,
    deletePolicies: deletes,
    deletes: deletes.map((policy) => WORD[policy]),
    logPolicies: [],
  };
  const isOfDeletion = phase === 'PreDelete' || phase === 'PostDelete';
  return {
    ...stopOf(placement, hook, hasHealthCheck(subject)),
    ...(deed === 'skip' && { stays: true }),
    deletion: deed === 'skip' ? 'does not run again: it is still there' : sayDeletion(deletes, isOfDeletion),
  };
}

function sayDeletion(deletes: readonly ArgoPolicy[], isOfDeletion: boolean): string {
  if (isOfDeletion) return 'deleted with the application';
  const when = [
    ...(deletes.includes('HookSucceeded') ? ['when the sync has succeeded'] : []),
    ...(deletes.includes('HookFailed') ? ['when the sync fails'] : []),
    ...(deletes.includes('BeforeHookCreation') ? ['before the next sync'] : []),
  ];
  return `deleted ${when.join(' and ')}`;
}
