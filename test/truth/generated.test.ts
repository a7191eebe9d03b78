/**
 * The simulator is what real Helms do: random releases, chains of operations and failures, through a Helm on a control plane and through
 * `simulate`. Steps, the release and the world afterwards are the same.
 *
 * By default the same twelve releases each time. HOOKORDER_RELEASES is the number of releases (HOOKORDER_RUNS multiplies it), HOOKORDER_HELM names the Helms (`4.3.2,4.1.4`), HOOKORDER_SEED
 * is the seed. `npm run truth -- --generated 200 --helm 4.2.4` sets the first two.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { runs } from '../support/property.ts';
import { type Bench, concurrently, openBench } from './bench.ts';
import { type Compared, compare } from './compare.ts';
import { type Generated, scenarios } from './generate.ts';
import { LIES } from './lies.ts';
import type { Seen } from './record.ts';
import { smallest } from './smaller.ts';

const VERSIONS = (process.env['HOOKORDER_HELM'] ?? '4.3.2').split(',');
const RELEASES = Number(process.env['HOOKORDER_RELEASES'] ?? runs(12).numRuns);
/** A long search looks elsewhere each time. */
const SEED = Number(process.env['HOOKORDER_SEED'] ?? (RELEASES === 12 ? 1 : Date.now() % 1_000_000));
const WIDTH = 6;
const SECONDS_TO_SHRINK = 120;

for (const version of VERSIONS)
  test(`random releases go through Helm ${version} as the simulator says`, async (t) => {
    const bench = await openBench();
    if (bench === undefined) return t.skip('NO GO HERE: nothing was held against a real control plane');
    try {
      await hold(bench, version, t);
    } finally {
      await bench.close();
    }
  });

async function hold(bench: Bench, version: string, t: TestContext): Promise<void> {
  const sample = fc.sample(scenarios, { seed: SEED, numRuns: RELEASES });
  let operations = 0;
  const kept = new Map<Generated, readonly Seen[]>();
  const observe = async (scenario: Generated) => {
    const seen = await bench.run(scenario, version);
    operations += seen.length;
    kept.set(scenario, seen);
    return compare(scenario, seen, version);
  };
  const differs = async (scenario: Generated) => {
    const at = (await observe(scenario)).findIndex(isDifferent);
    return at === -1 ? undefined : at;
  };
  const suspects = await concurrently(sample, WIDTH, differs);
  const which = [...sample.keys()].filter((at) => suspects[at] !== undefined);
  // A busy machine is late now and then: what is true shows a second time.
  const sure = await concurrently(which, 2, (at) => differs(sample[at] as Generated));
  const found = which.filter((_, at) => sure[at] !== undefined);
  const about = `${operations} operations of ${sample.length} scenarios with Helm ${version}, seed ${SEED}`;
  t.diagnostic(`${about}; ${which.length - found.length} differed once and not again`);
  if (found.length === 0) return findLies(kept, version);
  const [first = 0] = found;
  const small = await smallest(sample[first] as Generated, differs, { width: WIDTH, seconds: SECONDS_TO_SHRINK });
  assert.fail(
    `${found.length} differ (${found.join(', ')}) of ${about}. The smallest of ${first}:\n${textOf(small, await observe(small))}`,
  );
}

/** A sample in which a wrong simulator would look right has shown nothing. Few releases cannot meet every lie. */
function findLies(kept: ReadonlyMap<Generated, readonly Seen[]>, version: string): void {
  const missed = Object.entries(LIES).filter(
    ([, simulate]) =>
      ![...kept].some(([scenario, seen]) => compare(scenario, seen, version, { simulate }).some(isDifferent)),
  );
  const most = RELEASES >= 100 ? 0 : Object.keys(LIES).length / 2;
  assert.ok(missed.length <= most, `not found: ${missed.map(([lie]) => lie).join('; ')}`);
}

const isDifferent = ({ said, seen }: Compared): boolean => !isDeepStrictEqual(said, seen);

function textOf({ charts, run }: Generated, compared: readonly Compared[]): string {
  const used = Object.entries(charts).filter(([name]) => run.some((deed) => deed.chart === name));
  return [
    ...used.flatMap(([name, { documents }]) => [
      `chart ${name}`,
      ...documents.map((each) => `  ${JSON.stringify(each)}`),
    ]),
    ...compared.flatMap((each) => [
      `${each.do}${isDifferent(each) ? '' : ': as said'}`,
      `  said ${JSON.stringify(each.said)}`,
      ...(isDifferent(each) ? [`  seen ${JSON.stringify(each.seen)}`] : []),
    ]),
  ].join('\n');
}
