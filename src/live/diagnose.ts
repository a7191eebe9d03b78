/**
 * Where a release stands and what holds it up: the simulator's steps, what Helm wrote down, and what the cluster shows, read as one.
 *
 * Pure: everything comes in as values, so a saved state gives the same answer as a live one.
 */
import type { Circumstances } from '../engines/engine.ts';
import { helm } from '../engines/helm/simulate.ts';
import { NOTHING_INSTALLED, type Run, type Situation } from '../engines/run.ts';
import type { Operation } from '../model/helm.ts';
import type { Placement } from '../model/plan.ts';
import { Release } from '../release/release.ts';
import { explain } from './because.ts';
import { Cluster } from './cluster.ts';
import { helmCause } from './helm-cause.ts';
import { nextFrom } from './next.ts';
import type { Observations } from './observations.ts';
import { isPending, operationOf, type Stored } from './record.ts';
import type { Diagnosis, Prepared, Subject } from './scene.ts';
import { type Line, linesOf } from './steps.ts';
import { workloadCauses } from './workloads.ts';

export const isOver = ({ stored }: Pick<Diagnosis, 'stored'>): boolean => !isPending(stored);

export function prepare({ current, previous, circumstances }: Subject): Prepared {
  const { stored, placements } = current;
  const all = { ...circumstances, ...(stored.serverSide !== undefined && { serverSide: stored.serverSide }) };
  const operation = operationOf(stored);
  const run = runOf(operation, placements, previous, all);
  return { operation, run, release: new Release(placements, all) };
}

/** The revision itself, in whichever operation it is under way. */
function runOf(
  operation: Operation,
  placements: readonly Placement[],
  previous: readonly Placement[] | undefined,
  circumstances: Circumstances,
): Run {
  const before = previous === undefined ? {} : { previous };
  if (operation !== 'rollback') return helm.simulate(placements, operation, { ...circumstances, ...before });
  // A rollback stores an old rendering under a new number: what is to come is what was before the last.
  const last = previous ?? placements;
  const { world, history } = helm.simulate(last, 'install', circumstances).end;
  const entry = history.at(-1);
  if (entry === undefined) return helm.simulate(placements, 'install', circumstances, NOTHING_INSTALLED);
  const start: Situation = {
    world,
    history: [
      { ...entry, status: 'superseded', revision: { number: 1, rendering: 1, placements } },
      { ...entry, revision: { ...entry.revision, number: 2, rendering: 2 } },
    ],
  };
  return helm.simulate(last, 'rollback', { ...circumstances, rollbackTo: 1 }, start);
}

export function diagnose(subject: Subject, prepared: Prepared, state: Observations): Diagnosis {
  const { stored } = subject.current;
  const { operation, run } = prepared;
  const cluster = new Cluster(state, stored.namespace);
  const lines = linesOf(run, stored, cluster);
  const line = lines.find((each) => each.state === 'failed') ?? currentOf(lines);
  const base = {
    stored,
    operation,
    run,
    lines,
    ...(line && { line }),
    at: state.at,
    timeoutSeconds: subject.circumstances.timeoutSeconds,
    unseen: state.unseen,
  };
  const scene = { ...base, subject, prepared, cluster };
  const own = line?.cause ? [line.cause] : line?.phase === 'release' ? workloadCauses(scene) : [];
  const causes = isGood(stored) ? [] : helmCause(scene, own);
  const told = { ...base, causes: causes.map((cause) => explain(cause, scene)) };
  const next = nextFrom(told, subject);
  return { ...told, ...(next && { next }) };
}

const isGood = ({ status }: Stored): boolean => ['deployed', 'superseded', 'uninstalled'].includes(status);

/** The one that runs, else the next one. */
const currentOf = (lines: readonly Line[]): Line | undefined =>
  lines.findLast(({ state }) => state === 'running' || state === 'gone') ?? lines.find(({ state }) => state === 'open');
