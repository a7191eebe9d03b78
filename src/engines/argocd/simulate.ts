/**
 * Argo CD's operations, step by step [S gitops-engine 3.6.1 pkg/sync/sync_context.go; X its own code on a real control plane].
 *
 * Argo CD knows neither install nor upgrade: every change is a sync of everything that the stream has. A first sync begins with an
 * empty cluster, a later one where the one before it ended.
 */
import type { Placement } from '../../model/plan.ts';
import type { Circumstances, Engine } from '../engine.ts';
import { Recorder } from '../recorder.ts';
import { type Faults, makeRun, NOTHING_INSTALLED, type Run, type Situation, type Status } from '../run.ts';
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
  const stop =
    operation === 'deletion' ? deleteApplication(last ?? revision, recorder) : sync(revision, last, recorder);
  const status: Status = stop === undefined ? 'deployed' : stop.outcome === 'killed' ? 'pending' : 'failed';
  const history =
    operation === 'deletion'
      ? stop === undefined
        ? []
        : start.history
      : [...start.history, { revision, status, serverSide: false }];
  const { steps, world } = recorder;
  const again = (others: Faults): Run => simulate(release, operation, circumstances, start, others);
  return makeRun({ operation, start, steps, world, history, stop, again });
}

function usualStart(release: readonly Placement[], operation: ArgoOperation, circumstances: Circumstances): Situation {
  if (operation === 'first sync') return NOTHING_INSTALLED;
  const first = simulate(circumstances.previous ?? release, 'first sync', circumstances);
  return operation === 'sync' ? first.end : simulate(release, 'sync', circumstances, first.end).end;
}
