/**
 * The life of a release when all goes well: installed, upgraded, rolled back, tested, uninstalled. What a plan shows.
 *
 * Each run begins where the one that usually comes before it ended. An uninstall follows install, upgrade and test, so that all leave what they leave.
 */
import type { Operation } from '../../model/helm.ts';
import type { Placement } from '../../model/plan.ts';
import type { Circumstances } from '../engine.ts';
import type { Run } from '../run.ts';
import { helm } from './simulate.ts';

/** `atInstall` is what was rendered for the install, where that is something else. */
export function lifeOf(
  release: readonly Placement[],
  circumstances: Circumstances,
  atInstall = release,
): Readonly<Record<Operation, Run>> {
  const run = (operation: Operation, after: Run | undefined): Run =>
    helm.simulate(release, operation, circumstances, after?.end);
  const install = helm.simulate(atInstall, 'install', circumstances);
  const upgrade = circumstances.previous === undefined ? run('upgrade', install) : run('upgrade', undefined);
  const rollback = run('rollback', upgrade);
  const test = run('test', upgrade);
  const uninstall = run('uninstall', test);
  return { install, upgrade, rollback, uninstall, test };
}
