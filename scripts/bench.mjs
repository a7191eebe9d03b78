// Measures hookorder from outside, whole processes, pipe to pipe, and holds the figures against the targets.
//
//   npm run bench               everything, about three minutes
//   npm run bench -- --short    small inputs and few rounds, under a minute: for CI, which prints the result and never fails on it
//
// Contestants take turns (A B C A B C …), so that a machine whose speed drifts treats all alike. A ratio is taken within each
// round, and the median of the rounds counts. Targets are about wall time, which is what a pipeline feels. CPU, user and system time of the
// process with all its threads, stands beside it: busy neighbours disturb it less, and it shows what V8 compiles in the background.
// Real streams are measured too when there are any: a folder of *.yaml in $HOOKORDER_CORPUS.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { KUSTOMIZATION, makeConfig, makeStream, multiply } from './bench-inputs.mjs';
import { buildExecutable, EXECUTABLE, ROOT } from './build.mjs';
import { writeCodeCache } from './code-cache.mjs';
import { findHelm, findKubectl } from './helm.mjs';

const SEED = 20261121;
const short = process.argv.includes('--short');
const work = mkdtempSync(join(tmpdir(), 'hookorder-bench-'));
const env = { ...process.env, LC_ALL: 'C' };
// Reading extra certificates costs Node more than the whole of hookorder.
delete env.NODE_EXTRA_CA_CERTS;
delete env.NODE_OPTIONS;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const spread = (values) => `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)}`;

/** One run of a command on a pipe: milliseconds of wall time and CPU. */
function run([command, ...args], input) {
  const script = 'TIMEFORMAT="%3R %3U %3S"; cat "$0" | { time "$@" 2>/dev/null; } 2>&3 | cat >/dev/null';
  const ran = spawnSync('bash', ['-c', script, input, command, ...args], {
    env,
    cwd: work,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const [wall, user, system] = ran.output[3]
    .toString()
    .trim()
    .split(/\s+/)
    .map((seconds) => Number(seconds) * 1000);
  return { wall, cpu: user + system };
}

/** The most memory that a command had, in MiB; undefined where nothing tells. */
function peakOf([command, ...args], input) {
  if (!existsSync('/usr/bin/time')) return undefined;
  const ran = spawnSync(
    'bash',
    ['-c', 'cat "$0" | /usr/bin/time -f "peak %M" "$@" 2>&1 >/dev/null', input, command, ...args],
    { env, cwd: work, encoding: 'utf8' },
  );
  const found = /peak (\d+)/.exec(ran.stdout);
  return found ? Number(found[1]) / 1024 : undefined;
}

/** Runs the contestants in turn; gives for each its runs, and its ratios to the first of the same round. */
function race(contestants, input, rounds) {
  const runs = contestants.map(() => []);
  for (let round = -1; round < rounds; round++)
    for (const [at, { command, atMost = rounds }] of contestants.entries()) {
      if (round >= atMost) continue;
      const result = run(command, input);
      if (round >= 0) runs[at].push(result);
    }
  return contestants.map(({ name, command }, at) => ({
    name,
    wall: runs[at].map(({ wall }) => wall),
    cpu: runs[at].map(({ cpu }) => cpu),
    cpuRatio: median(runs[at].map(({ cpu }, round) => cpu / Math.max(runs[0][round].cpu, 1))),
    ratio: median(runs[at].map(({ wall }, round) => wall / Math.max(runs[0][round].wall, 1))),
    peak: peakOf(command, input),
  }));
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  for (const row of rows)
    console.log(
      row.map((cell, at) => (at === 0 ? String(cell).padEnd(widths[0]) : String(cell).padStart(widths[at]))).join('  '),
    );
}

function print(title, results) {
  console.log(`\n${title}`);
  table([
    ['', 'wall ms', 'spread', 'wall / node', 'CPU ms', 'spread', 'CPU / node', 'peak MiB'],
    ...results.map(({ name, wall, cpu, ratio, cpuRatio, peak }) => [
      name,
      median(wall).toFixed(0),
      spread(wall),
      ratio.toFixed(2),
      median(cpu).toFixed(0),
      spread(cpu),
      cpuRatio.toFixed(2),
      peak?.toFixed(0) ?? '',
    ]),
  ]);
}

const NODE = { name: 'node -e 0', command: [process.execPath, '-e', '0'] };
const CAT = { name: 'cat', command: ['cat'] };
const hookorder = (config) => ({
  name: 'hookorder',
  command: [process.execPath, EXECUTABLE, 'render', '--config', config],
});

function jsYaml() {
  const path = createRequire(import.meta.url).resolve('js-yaml');
  const script = `const y = require(${JSON.stringify(path)}); const s = require('fs').readFileSync(0, 'utf8');
process.stdout.write(y.loadAll(s).map((d) => y.dump(d)).join('---\\n'))`;
  return { name: 'js-yaml load and dump', command: [process.execPath, '-e', script], atMost: short ? 2 : 5 };
}

function kustomize(stream, name) {
  const kubectl = findKubectl();
  if (kubectl === undefined) return [];
  const folder = join(work, `kustomize-${name}`);
  mkdirSync(folder);
  cpSync(stream, join(folder, 'stream.yaml'));
  writeFileSync(join(folder, 'kustomization.yaml'), KUSTOMIZATION);
  return [{ name: 'kubectl kustomize', command: [kubectl, 'kustomize', folder], atMost: short ? 2 : 3 }];
}

/** `helm template` with nothing, with a post-renderer that copies, and with hookorder. */
function helmContestants(stream, config, name) {
  const helm = findHelm();
  if (helm === undefined) return [];
  const chart = join(work, `chart-${name}`);
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: shop\nversion: 1.4.2\n');
  // What Helm adds itself is left out, and a template for each kilobyte or so is what charts have.
  const documents = readFileSync(stream, 'utf8')
    .replaceAll(/^ {4}postrenderer\..*\n/gm, '')
    .replaceAll(/^ {2}annotations:\n(?! {4})/gm, '')
    .split(/^---\n/m);
  for (const [at, document] of documents.entries()) writeFileSync(join(chart, 'templates', `${at}.yaml`), document);
  const plugins = join(work, 'plugins');
  if (!existsSync(plugins)) {
    mkdirSync(join(plugins, 'hookorder', 'dist'), { recursive: true });
    cpSync(dirname(EXECUTABLE), join(plugins, 'hookorder', 'dist'), { recursive: true });
    const manifest = readFileSync(join(ROOT, 'plugin.yaml'), 'utf8');
    writeFileSync(join(plugins, 'hookorder', 'plugin.yaml'), manifest);
    mkdirSync(join(plugins, 'copy'));
    writeFileSync(
      join(plugins, 'copy', 'plugin.yaml'),
      'apiVersion: v1\nname: copy\nversion: 0.1.0\ntype: postrenderer/v1\nruntime: subprocess\nconfig: {}\nruntimeConfig:\n  platformCommand:\n    - command: cat\n',
    );
  }
  const variables = [
    'env',
    `HELM_PLUGINS=${plugins}`,
    `HELM_DATA_HOME=${join(work, 'data')}`,
    `HOOKORDER_CONFIG=${config}`,
    `KUBECONFIG=${join(work, 'none')}`,
  ];
  const template = (...more) => [...variables, helm, 'template', 'shop', chart, ...more];
  return [
    { name: 'helm, post-renderer cat', command: template('--post-renderer', 'copy') },
    { name: 'helm, no post-renderer', command: template() },
    { name: 'helm, post-renderer hookorder', command: template('--post-renderer', 'hookorder') },
  ];
}

const goals = [];
const goal = (what, target, value, digits = 2) =>
  goals.push([
    what,
    `≤ ${target}`,
    value === undefined ? '–' : value.toFixed(digits),
    value === undefined ? '–' : value <= target ? 'holds' : 'MISSED',
  ]);
const of = (results, name) => results.find((result) => result.name === name);

function benchSize({ name, size, jobs, rounds, target }) {
  const stream = join(work, `${name.replaceAll(/\W/g, '')}-${jobs}.yaml`);
  const config = `${stream}.config`;
  writeFileSync(stream, makeStream({ size, jobs, seed: SEED }));
  writeFileSync(config, makeConfig(jobs));
  const others =
    jobs === 0 || size > 2e7 ? [] : [jsYaml(), ...kustomize(stream, `${name}-${jobs}`.replaceAll(/\W/g, ''))];
  const results = race([NODE, CAT, hookorder(config), ...others], stream, rounds);
  const title = `${name}, ${jobs === 0 ? 'nothing to change' : `${jobs} hooks`}`;
  print(title, results);
  const own = of(results, 'hookorder');
  const node = of(results, 'node -e 0');
  if (target !== undefined) goal(`${title}: wall / node`, target, own.ratio);
  const kubectl = of(results, 'kubectl kustomize');
  const bound = { '100 KB': 0.25, '1.3 MB': 0.12, '5 MB': 0.03 }[name];
  if (kubectl && bound) goal(`${title}: wall / kubectl kustomize`, bound, median(own.wall) / median(kubectl.wall), 3);
  if (own.peak !== undefined && size >= 1e6) {
    const bytes = statSync(stream).size / 2 ** 20;
    goal(`${title}: peak memory over Node's own, MiB`, Math.round(16 + 2.5 * bytes), own.peak - node.peak, 0);
  }
  return { own: median(own.wall) - median(node.wall) };
}

function benchHelm(name, size, bound, rounds) {
  const stream = join(work, `helm-${size}.yaml`);
  const config = `${stream}.config`;
  writeFileSync(stream, makeStream({ size, jobs: 3, seed: SEED + 1 }));
  writeFileSync(config, makeConfig(3));
  const contestants = helmContestants(stream, config, String(size));
  if (contestants.length === 0) return;
  const results = race(contestants, stream, rounds);
  console.log(`\nhelm template, ${name}`);
  table([
    ['', 'wall ms', 'spread', 'wall / cat'],
    ...results.map(({ name, wall, ratio }) => [name, median(wall).toFixed(0), spread(wall), ratio.toFixed(2)]),
  ]);
  goal(
    `helm template, ${name}: with hookorder / with cat, wall`,
    bound,
    of(results, 'helm, post-renderer hookorder').ratio,
  );
}

const EVERY_JOB = makeConfig(1)
  .replace(/, name: \S+ /, ' ')
  .replace('events:', 'optional: true\n    events:');

/** The real streams, by name. */
function corpus() {
  const folder = process.env.HOOKORDER_CORPUS ?? join(ROOT, '..', 'shared', 'corpus');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files
    .sort()
    .slice(0, short ? 3 : undefined)
    .map((file) => join(folder, file));
}

function benchCorpus() {
  const idle = join(work, 'idle.config');
  writeFileSync(idle, makeConfig(0));
  const every = join(work, 'every.config');
  writeFileSync(every, EVERY_JOB);
  const rows = corpus().map((stream) => {
    const contestants = [NODE, hookorder(idle), hookorder(every)];
    const [, none, all] = race(contestants, stream, short ? 3 : 9);
    const [command, ...args] = contestants[2].command;
    const { status } = spawnSync(command, args, { env, input: readFileSync(stream) });
    return [
      basename(stream),
      (statSync(stream).size / 1000).toFixed(0),
      none.ratio.toFixed(2),
      `${all.ratio.toFixed(2)}${status === 0 ? '' : ', refused'}`,
    ];
  });
  if (rows.length === 0) return;
  console.log('');
  table([['real streams, wall / node', 'KB', 'nothing to change', 'all Jobs hooks'], ...rows]);
}

/** Real streams ten and forty times over: what one hook asks of a release must not cost more in a larger one. */
function benchGrowth() {
  const config = join(work, 'every.config');
  writeFileSync(config, EVERY_JOB);
  const rows = corpus().map((path) => {
    const text = readFileSync(path, 'utf8');
    const [few, many] = [10, 40].map((copies) => {
      const stream = join(work, 'copies.yaml');
      writeFileSync(stream, multiply(text, copies));
      const [node, own] = race([NODE, hookorder(config)], stream, 3);
      return { size: statSync(stream).size / 1e6, wall: median(own.wall) - median(node.wall) };
    });
    const sizes = [few, many].map(({ size }) => size.toFixed(2));
    const walls = [few, many].map(({ wall }) => wall.toFixed(0));
    return { growth: many.wall / few.wall, cells: [basename(path), ...sizes, ...walls] };
  });
  if (rows.length === 0) return;
  console.log('');
  table([
    ['real streams, all Jobs hooks', '10 times, MB', '40 times, MB', 'ms over node', 'ms over node', 'growth'],
    ...rows.map(({ cells, growth }) => [...cells, growth.toFixed(1)]),
  ]);
  goal(
    'real streams from 10 to 40 times over: most growth of wall over Node',
    4,
    Math.max(...rows.map((row) => row.growth)),
  );
}

try {
  await buildExecutable();
  writeCodeCache();
  console.log(
    `hookorder on Node ${process.version}, ${process.platform} ${process.arch}; medians of ${short ? 'few' : '5 to 25'} rounds`,
  );
  const rounds = (many) => (short ? Math.min(3, many) : many);
  benchSize({ name: '50 KB', size: 5e4, jobs: 3, rounds: rounds(25) });
  benchSize({ name: '100 KB', size: 1e5, jobs: 0, rounds: short ? 9 : 25, target: 1.25 });
  benchSize({ name: '100 KB', size: 1e5, jobs: 3, rounds: short ? 9 : 25, target: 1.7 });
  benchSize({ name: '1.3 MB', size: 1.3e6, jobs: 20, rounds: rounds(15), target: 2.2 });
  if (!short) {
    const middle = benchSize({ name: '5 MB', size: 5e6, jobs: 50, rounds: 9, target: 3 });
    benchSize({ name: '50 MB', size: 5e7, jobs: 200, rounds: 5, target: 12 });
    const large = benchSize({ name: '50 MB', size: 5e7, jobs: 500, rounds: 5 });
    goal('from 5 MB and 50 hooks to 50 MB and 500: wall over Node', 11, large.own / middle.own);
    benchHelm('3.3 MB', 3.3e6, 1.1, 9);
  }
  benchHelm('100 KB', 1e5, 1.35, rounds(15));
  benchCorpus();
  if (!short) benchGrowth();
  console.log('');
  table([['targets', 'bound', 'measured', ''], ...goals]);
} finally {
  rmSync(work, { recursive: true, force: true });
}
