/**
 * Rehearsals are what happens: each failure that `rehearse` tells of the charts of docs/examples, and of random releases, on a real control
 * plane, and from there the upgrade, the rollback, the uninstall, and the way out. What is left, what stops the next operation, and what it
 * runs again are as rehearsed.
 *
 * By default a few. `npm run truth -- --rehearsals 1` takes all, `--rehearsals 10` every tenth. HOOKORDER_ONLY is a part of the titles that are wanted, HOOKORDER_SEED the seed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bench, concurrently, openBench } from './bench.ts';
import { examplesFor, type Rehearsed, randomFor, rehearsed } from './rehearsed.ts';
import { differencesOf, scenarioOf, type Task, tasksOf } from './tasks.ts';

const VERSIONS = (process.env['HOOKORDER_HELM'] ?? '4.3.2').split(',');
const FEW = 400;
const EVERY = Number(process.env['HOOKORDER_REHEARSALS'] ?? FEW);
/** A long search looks elsewhere each time. */
const SEED = Number(process.env['HOOKORDER_SEED'] ?? (EVERY === FEW ? 1 : Date.now() % 1_000_000));
const ONLY = process.env['HOOKORDER_ONLY'];
const WIDTH = 6;

for (const version of VERSIONS)
  test(`what is rehearsed happens with Helm ${version}`, async (t) => {
    const bench = await openBench();
    if (bench === undefined) return t.skip('NO GO HERE: nothing was held against a real control plane');
    try {
      const all = (await releasesFor(version, bench)).flatMap(tasksOf);
      const tasks = all.filter(
        ({ title }, at) => (at + SEED) % EVERY === 0 && (ONLY === undefined || title.includes(ONLY)),
      );
      const run = async (task: Task) => {
        const found = differencesOf(task, await bench.run(scenarioOf(task), version));
        // A long search takes a while.
        if (EVERY !== FEW) console.error([task.title, ...found].join('\n  '));
        return found;
      };
      const suspects = await concurrently(tasks, WIDTH, run);
      const which = tasks.filter((_, at) => (suspects[at] ?? []).length > 0);
      // A busy machine is late now and then: what is true shows a second time.
      const sure = await concurrently(which, 2, run);
      const wrong = which.flatMap(({ title }, at) =>
        sure[at]?.length === 0 ? [] : [[title, ...(sure[at] ?? [])].join('\n  ')],
      );
      const about = `${tasks.length} of ${all.length} continuations with Helm ${version}, seed ${SEED}`;
      t.diagnostic(`${about}; ${which.length - wrong.length} differed once and not again`);
      assert.equal(wrong.length, 0, `${wrong.length} differ of ${about}\n${wrong.join('\n')}`);
    } finally {
      await bench.close();
    }
  });

/** The waits of a cluster are another matter with `--wait`: some of both. */
async function releasesFor(version: string, bench: Bench): Promise<readonly Rehearsed[]> {
  const named = [...examplesFor(version), ...randomFor(SEED)];
  const found = await Promise.all(
    named.flatMap((each) => [false, true].map((wait) => rehearsed(each, { version, wait }, bench))),
  );
  return found.filter((each) => each !== undefined);
}
