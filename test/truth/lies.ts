/** Simulators that are wrong in one thing each: what holds the simulator against the world must find every one of them. */
import { helm } from '../../src/engines/helm/simulate.ts';
import type { DeletePolicy, Event } from '../../src/model/helm.ts';
import { type Hook, type Placement, replaceIn } from '../../src/model/plan.ts';

type Simulate = typeof helm.simulate;

/** The same deployer, told something else about the release. */
const told =
  (change: (hook: Hook) => Hook): Simulate =>
  (release, operation, circumstances, start, faults) => {
    const changed = release.map(
      (placement): Placement => (placement.hook ? replaceIn(placement, { hook: change(placement.hook) }) : placement),
    );
    return helm.simulate(changed, operation, circumstances, start, faults);
  };

const without =
  (policy: DeletePolicy) =>
  (hook: Hook): Hook => ({ ...hook, deletes: hook.deletes.filter((each) => each !== policy) });

const moved =
  (from: string, to: string) =>
  (hook: Hook): Hook => ({ ...hook, events: hook.events.map((event) => event.replace(from, to) as Event) });

export const LIES: Readonly<Record<string, Simulate>> = {
  'hooks run by falling weight': told((hook) => ({ ...hook, weight: -hook.weight })),
  'nothing is deleted before a hook is created': told(without('before-hook-creation')),
  'nothing is deleted after success': told(without('hook-succeeded')),
  'nothing is deleted after failure': told(without('hook-failed')),
  'pre hooks run after the release': told(moved('pre-', 'post-')),
  'hooks of an upgrade run at a rollback': told((hook) => ({
    ...hook,
    events: [...new Set(hook.events.flatMap((event) => [event, event.replace('upgrade', 'rollback') as Event]))],
  })),
  'what fails stops nothing': (release, operation, circumstances, start) =>
    helm.simulate(release, operation, circumstances, start),
  'every deletion is awaited': (release, operation, circumstances, start, faults) =>
    helm.simulate(release, operation, { ...circumstances, wait: true }, start, faults),
  'objects of others are taken over': (release, operation, circumstances, start, faults) =>
    helm.simulate(release, operation, { ...circumstances, takeOwnership: true }, start, faults),
  'what fails is not taken back': (release, operation, circumstances, start, faults) =>
    helm.simulate(release, operation, { ...circumstances, rollbackOnFailure: false }, start, faults),
};
