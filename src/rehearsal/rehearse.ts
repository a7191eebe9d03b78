/** Rehearses a release: each step of each operation, in each way in which it can fail. */
import type { Circumstances } from '../engines/engine.ts';
import { lifeOf } from '../engines/helm/life.ts';
import type { Run, Situation, Step } from '../engines/run.ts';
import type { Operation } from '../model/helm.ts';
import type { Placement } from '../model/plan.ts';
import { aftermathOf, failuresOf, migrationsOf } from './aftermath.ts';
import { type Aim, aimsAfter, nextOf } from './next.ts';
import type { Afterwards, Failure, Mishap, Rehearsal } from './rehearsal.ts';
import { makeScene, type Scene, thingOf } from './scene.ts';
import { type Names, wayOut } from './way-out.ts';
import { badnessOf, worriesOf } from './worries.ts';

export interface RehearsalOptions {
  /** Default: `RELEASE` and `CHART`. */
  readonly names?: Partial<Names>;
  /** Which operations; default: all. */
  readonly operations?: readonly string[];
  /** What was rendered for an install, where that is something else. */
  readonly atInstall?: readonly Placement[] | undefined;
}

/** Never throws. */
export function rehearse(
  placements: readonly Placement[],
  circumstances: Circumstances,
  { names, operations, atInstall }: RehearsalOptions = {},
): Rehearsal {
  const scene = makeScene(placements, circumstances, atInstall);
  const named = { ...UNKNOWN, ...names };
  const wanted = scene.operations.filter((each) => operations?.includes(each) ?? true);
  const goods = goodRuns(scene);
  const mishaps = wanted.flatMap((operation) => mishapsOf(goods(operation), scene, named));
  const order = new Map(mishaps.map((mishap, at) => [mishap, at]));
  return {
    target: circumstances.target ?? 'helm',
    version: circumstances.version,
    mishaps: mishaps.toSorted(
      (a, b) => badnessOf(b.worries) - badnessOf(a.worries) || (order.get(a) ?? 0) - (order.get(b) ?? 0),
    ),
    afterwards: wanted.flatMap((operation) => afterwardsOf(goods(operation), scene)),
  };
}

/**
 * From this step with this failure: what is left, and what comes next. `start` is where the operation began; without it, the one before it
 * went well. `isStep` finds the step among those of the run in which all goes well; undefined where there is none.
 */
export function rehearseStep(
  placements: readonly Placement[],
  circumstances: Circumstances,
  { operation, isStep, failure, start, names }: StepQuestion,
): Mishap | undefined {
  const scene = makeScene(placements, circumstances);
  const good = start === undefined ? goodRuns(scene)(operation) : scene.simulate(operation, start);
  const step = good.steps.findIndex(isStep);
  return step < 0 ? undefined : mishapOf(good, { step, alike: 1, failure }, scene, { ...UNKNOWN, ...names });
}

export interface StepQuestion {
  readonly operation: string;
  readonly isStep: (step: Step) => boolean;
  readonly failure: Failure;
  readonly start?: Situation;
  readonly names?: Partial<Names>;
}

const UNKNOWN: Names = { release: 'RELEASE', chart: 'CHART' };

/** The operations of a release to which nothing happens, each after the one that usually comes before it. */
function goodRuns(scene: Scene): (operation: string) => Run {
  const { placements, circumstances, atInstall } = scene;
  if (circumstances.target === 'argocd') return (operation) => scene.simulate(operation);
  const life = lifeOf(placements, circumstances, atInstall);
  return (operation) => life[operation as Operation];
}

const mishapsOf = (good: Run, scene: Scene, names: Names): readonly Mishap[] =>
  failuresOf(good, scene).flatMap(({ step, alike, failures }) =>
    failures.map((failure) => mishapOf(good, { step, alike, failure }, scene, names)),
  );

function mishapOf(
  good: Run,
  { step, alike, failure }: Pick<Mishap, 'step' | 'alike' | 'failure'>,
  scene: Scene,
  names: Names,
): Mishap {
  const failed = good.failAt(step, failure);
  const then = aftermathOf(failed, step, good, scene);
  const aims = aimsAfter(failed, scene);
  const next = aims.map((aim) => nextOf(aim, failed, then.migrations, scene));
  const way = wayOut(failed, retryOf(good.operation, aims), scene, names);
  const { subject, phase } = good.steps[step] as Step;
  const told = { operation: good.operation, phase, step, object: thingOf(subject), alike, failure, then, next };
  return { ...told, wayOut: way, worries: worriesOf({ ...told, wayOut: way }) };
}

/** The same again; a failed install is tried again as an upgrade, because its name is in use. */
const retryOf = (operation: string, aims: readonly Aim[]): Aim =>
  aims.find((aim) => aim.operation === operation) ?? (aims[0] as Aim);

function afterwardsOf(good: Run, scene: Scene): readonly Afterwards[] {
  if (good.operation !== 'upgrade' || good.stop !== undefined) return [];
  const migrations = migrationsOf(good, good, scene);
  const aims = aimsAfter(good, scene).filter(({ operation }) => operation !== 'upgrade');
  return [{ operation: good.operation, next: aims.map((aim) => nextOf(aim, good, migrations, scene)) }];
}
