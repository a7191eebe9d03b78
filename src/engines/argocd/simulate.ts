/**
 * Argo CD's operations, step by step [S gitops-engine 3.6.1 pkg/sync/sync_context.go; X its own code on a real control plane].
 *
 * Argo CD knows neither install nor upgrade: every change is a sync of everything that the stream has. A first sync begins with an
 * empty cluster, a later one where the one before it ended.
 */
import type { Placement } from '../../model/plan.ts';
import type { Circumstances, Engine } from '../engine.ts';
import { Recorder } from '../recorder.ts';
import {
  type Faults,
  faultAt,
  NOTHING_INSTALLED,
  type Run,
  replay,
  type Situation,
  type Status,
  type Stop,
} from '../run.ts';
import type { Revision } from '../world.ts';
import { deleteApplication } from './deletion.ts';
import { sync } from './sync.ts';
import { NEWEST_ARGO } from './versions.ts';

export type ArgoOperation = 'first sync' | 'sync' | 'deletion';

export const argocd: Engine<ArgoOperation> = {
  name: 'Argo CD',
  operations: ['first sync', 'sync', 'deletion'],
  simulate,
};

/** Argo CD always waits, and nothing but a Job's own deadline ends a wait. */
export const USUAL_ARGO: Circumstances = { version: NEWEST_ARGO, wait: true, timeoutSeconds: 0 };

function simulate(
  release: readonly Placement[],
  operation: ArgoOperation,
  circumstances: Circumstances,
  start = usualStart(release, operation, circumstances),
  faults?: Faults,
): Run {
  const recorder = new Recorder(start.world, faults);
  const last = start.history.at(-1)?.revision;
  const number = (last?.number ?? 0) + 1;
  const revision: Revision = { number, rendering: number, placements: release };
  const stopped =
    operation === 'deletion' ? deleteApplication(last ?? revision, recorder) : sync(revision, last, recorder);
  const { steps } = recorder;
  const stop: Stop | undefined = stopped === undefined ? undefined : { because: 'step', ...stopped };
  const status: Status = stop === undefined ? 'deployed' : stop.outcome === 'killed' ? 'pending' : 'failed';
  const history =
    operation === 'deletion'
      ? stop === undefined
        ? []
        : start.history
      : [...start.history, { revision, status, serverSide: false }];
  const made: Run = {
    operation,
    steps,
    start,
    get end(): Situation {
      return { world: recorder.world, history, after: made };
    },
    ...(stop && { stop }),
    worldAfter: (step) => replay(start.world, steps.slice(0, step + 1)),
    failAt: (step, how) => simulate(release, operation, circumstances, start, faultAt(step, how)),
  };
  return made;
}

function usualStart(release: readonly Placement[], operation: ArgoOperation, circumstances: Circumstances): Situation {
  if (operation === 'first sync') return NOTHING_INSTALLED;
  const first = simulate(circumstances.previous ?? release, 'first sync', circumstances);
  return operation === 'sync' ? first.end : simulate(release, 'sync', circumstances, first.end).end;
}
