/**
 * What the simulator says, held against what a real Helm did on a real control plane: step by step, the world afterwards, and the release.
 */
import assert from 'node:assert/strict';
import type { Circumstances } from '../../src/engines/engine.ts';
import { helm } from '../../src/engines/helm/simulate.ts';
import { NOTHING_INSTALLED, type Situation } from '../../src/engines/run.ts';
import type { Operation } from '../../src/model/helm.ts';
import type { Placement } from '../../src/model/plan.ts';
import { placementsOf } from '../support/release.ts';
import { faultsOf, givenBy, later, withPlainRuns } from './cluster.ts';
import type { Deed, Scenario, Seen } from './record.ts';
import { type Told, told } from './texts.ts';

/** One operation, as it was said and as it was seen. */
export interface Compared {
  readonly do: string;
  readonly said: Told;
  readonly seen: Told;
}

export interface Options {
  readonly simulate?: typeof helm.simulate;
  /** What the API server refuses: what the documents tell (`refusedJob`), or also all that was refused when it was recorded. */
  readonly refusals?: 'as told' | 'as seen';
  /** What hookorder made of a chart; else what its documents say. */
  readonly placements?: ReadonlyMap<string, readonly Placement[]>;
}

/** The operations of a scenario, each simulated from where the one before it ended. */
export function compare(
  scenario: Pick<Scenario, 'charts' | 'run'> & { readonly patient?: true },
  seen: readonly Seen[],
  version: string,
  { simulate = helm.simulate, refusals = 'as told', placements }: Options = {},
): readonly Compared[] {
  let situation: Situation = NOTHING_INSTALLED;
  const left = [...seen];
  return scenario.run.flatMap((deed): readonly Compared[] => {
    if (deed.helm === undefined) {
      situation = without(deed.remove, situation);
      return [];
    }
    const recorded = left.shift();
    assert.ok(recorded);
    const isGiven = givenBy(scenario);
    const run = simulate(
      placements?.get(deed.chart ?? '') ?? placementsIn(scenario, deed.chart),
      operationOf(deed, situation),
      circumstancesOf(deed, version),
      situation,
      faultsOf(deed, {
        version: deed.with ?? version,
        recorded: refusals === 'as seen' ? recorded.steps : [],
        isGiven,
      }),
    );
    const end = withPlainRuns(run.end, recorded);
    situation = scenario.patient ? later(end, recorded, isGiven) : end;
    return [{ do: recorded.do, ...told(run, recorded, { situation, isPatient: scenario.patient ?? false }) }];
  });
}

/** When another client has deleted an object. */
const without = (title: string | undefined, situation: Situation): Situation => ({
  ...situation,
  world: new Map(
    [...situation.world].filter(
      ([
        ,
        {
          subject: { id },
        },
      ]) => `${id.kind}/${id.name}` !== title,
    ),
  ),
});

const placementsIn = (scenario: Pick<Scenario, 'charts'>, chart: string | undefined): readonly Placement[] =>
  placementsOf(
    (scenario.charts[chart ?? '']?.documents ?? []).map((document) => JSON.stringify(document)).join('\n---\n'),
  );

/** `upgrade --install` is an install where there is no release. */
const operationOf = ({ helm: operation, flags }: Deed, { history }: Situation): Operation =>
  flags?.includes('--install') && history.length === 0 ? 'install' : (operation as Operation);

function circumstancesOf(deed: Deed, version: string): Circumstances {
  const has = (flag: string): boolean => deed.flags?.includes(flag) ?? false;
  return {
    version: deed.with ?? version,
    wait: has('--wait') || has('--rollback-on-failure'),
    waitForJobs: has('--wait-for-jobs'),
    rollbackOnFailure: has('--rollback-on-failure'),
    timeoutSeconds: deed.timeout ?? 300,
    takeOwnership: has('--take-ownership'),
    ...(has('--server-side=false') && { serverSide: false }),
    ...(deed.to !== undefined && { rollbackTo: deed.to }),
  };
}
