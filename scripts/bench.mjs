// Measures whole processes from outside, pipe to pipe, and prints one table in milliseconds, and the targets.
//
//   npm run bench               everything, some minutes
//   npm run bench -- --short    small streams and few rounds: for CI, which prints the result and never fails on it
//
// Contestants take turns (A B C A B C …), and the fastest run of each counts: what else the machine does makes runs slower, never faster.
// Streams come from a seeded generator; the config orders every Job of them by name with `after`.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KUSTOMIZATION, makeConfig, makeStream } from './bench-inputs.mjs';
import { BUNDLES, buildExecutable, ROOT } from './build.mjs';
import { writeCodeCache } from './code-cache.mjs';
import { makeForTests, makeWithBun } from './executable.mjs';
import { buildCommand, findGo } from './go.mjs';
import { findHelm, findKubectl } from './helm.mjs';
import { hostPlatform, PLATFORMS } from './platforms.mjs';
import { yamlForExecutable } from './plugin-yaml.mjs';

const SEED = 20261121;
const short = process.argv.includes('--short');
const work = mkdtempSync(join(tmpdir(), 'hookorder-bench-'));
const env = { ...process.env, LC_ALL: 'C' };
// Reading extra certificates costs Node more than the whole of hookorder.
delete env.NODE_EXTRA_CA_CERTS;
delete env.NODE_OPTIONS;

const YQ = {
  module: 'github.com/mikefarah/yq/v4',
  version: 'v4.54.3',
  sum: 'h1:1SnmdehRmL1Z56SuPH8IQUW3D73Q74F3mpGWW0jAb3E=',
  command: '.',
  name: 'yq/v4.54.3/yq',
  link: '',
};

const COLUMNS = [
  { name: '100 KB, nothing', size: 1e5, jobs: 0, rounds: 25 },
  { name: '100 KB, 3 hooks', size: 1e5, jobs: 3, rounds: 25 },
  { name: '1 MB, 20', size: 1e6, jobs: 20, rounds: 15 },
  { name: '5 MB, 50', size: 5e6, jobs: 50, rounds: 9 },
  { name: '50 MB, 200', size: 5e7, jobs: 200, rounds: 4 },
  { name: 'lint, 240 KB, 40', size: 2.4e5, jobs: 40, rounds: 9, lint: true },
].slice(0, short ? 3 : undefined);

/** One run of a command on a pipe: milliseconds of wall time. */
function run([command, ...args], input) {
  const script = 'TIMEFORMAT=%3R; cat "$0" | { time "$@" 2>/dev/null; } 2>&3 | cat >/dev/null';
  const ran = spawnSync('bash', ['-c', script, input, command, ...args], {
    env,
    cwd: work,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  return Number(ran.output[3].toString()) * 1000;
}

/** The most memory that a command had, in MiB; undefined where nothing tells. */
function peakOf([command, ...args], input) {
  if (!existsSync('/usr/bin/time')) return undefined;
  const script = 'cat "$0" | /usr/bin/time -f "peak %M" "$@" 2>&1 >/dev/null';
  const { stdout } = spawnSync('bash', ['-c', script, input, command, ...args], { env, cwd: work, encoding: 'utf8' });
  return Number(/peak (\d+)/.exec(stdout)?.[1] ?? Number.NaN) / 1024;
}

/** The fastest run of each. */
function race(contestants, input, rounds) {
  const fastest = contestants.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++)
    for (const [at, { command, atMost = rounds }] of contestants.entries())
      if (round < atMost) fastest[at] = Math.min(fastest[at], run(command, input));
  return fastest;
}

/** A folder like that of an installed plugin for Node, and the executable. */
async function install() {
  const [dist, native] = [join(work, 'node', 'dist'), join(work, 'native', 'hookorder')];
  await buildExecutable();
  mkdirSync(dist, { recursive: true });
  for (const file of BUNDLES) cpSync(join(ROOT, 'dist', file), join(dist, file));
  writeCodeCache(dist);
  await makeForTests(native);
  const bun = join(work, 'bun', 'hookorder');
  const isSmall = PLATFORMS[hostPlatform()].zig !== undefined;
  if (isSmall && !short) await makeWithBun(hostPlatform(), bun);
  return {
    bundle: [process.execPath, join(dist, 'hookorder.cjs')],
    native: [native],
    ...(isSmall && !short && { bun: [bun] }),
  };
}

const yq = findGo() && process.platform !== 'win32' ? buildCommand(YQ) : undefined;
const kubectl = findKubectl();
const helm = findHelm('4');
for (const [name, found] of Object.entries({ yq, kubectl, helm }))
  if (!found) console.log(`NO ${name.toUpperCase()} HERE: its row is missing${name === 'yq' ? '; install Go' : ''}`);

function kustomize(stream, at) {
  const folder = join(work, `kustomize-${at}`);
  mkdirSync(folder);
  cpSync(stream, join(folder, 'stream.yaml'));
  writeFileSync(join(folder, 'kustomization.yaml'), KUSTOMIZATION);
  return [kubectl, 'kustomize', folder];
}

/** `helm template` with nothing, with a post-renderer that copies, and with hookorder. */
function helmContestants(stream, config, { bundle, native }) {
  const chart = join(work, 'chart');
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: shop\nversion: 1.4.2\n');
  // What Helm adds itself is left out, and a template for each kilobyte or so is what charts have.
  const documents = readFileSync(stream, 'utf8')
    .replaceAll(/^ {4}postrenderer\..*\n/gm, '')
    .replaceAll(/^ {2}annotations:\n(?! {4})/gm, '')
    .split(/^---\n/m);
  for (const [at, document] of documents.entries()) writeFileSync(join(chart, 'templates', `${at}.yaml`), document);
  const yaml = readFileSync(join(ROOT, 'plugin.yaml'), 'utf8');
  const named = (name, text) => text.replace(/^name: .*$/m, `name: ${name}`);
  const onNode = yaml
    .replace(/^ {2}platformHooks:\n(?: {4}.*\n)+/m, '')
    .replace('command: node', `command: ${bundle[0]}`)
    .replace(/"[^"]*hookorder\.cjs"/, JSON.stringify(bundle[1]));
  const plugins = {
    copy: 'apiVersion: v1\nname: copy\nversion: 0.1.0\ntype: postrenderer/v1\nruntime: subprocess\nconfig: {}\nruntimeConfig:\n  platformCommand:\n    - command: cat\n',
    native: named('native', yamlForExecutable(yaml, { program: 'hookorder', version: '0.1.0' })),
    node: named('node', onNode),
  };
  const folder = join(work, 'plugins');
  for (const [name, text] of Object.entries(plugins)) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'plugin.yaml'), text);
  }
  symlinkSync(native[0], join(folder, 'native', 'hookorder'));
  const homes = [`HELM_PLUGINS=${folder}`, `HELM_DATA_HOME=${join(work, 'data')}`, `KUBECONFIG=${join(work, 'none')}`];
  const template = ['env', ...homes, `HOOKORDER_CONFIG=${config}`, helm, 'template', 'shop', chart];
  return [
    { name: 'helm template', command: template },
    { name: 'helm template, cat', command: [...template, '--post-renderer', 'copy'] },
    { name: 'helm template, hookorder native', command: [...template, '--post-renderer', 'native'] },
    { name: 'helm template, hookorder on Node', command: [...template, '--post-renderer', 'node'] },
  ];
}

const ONE_ANNOTATION = '(select(.kind == "Job") | .metadata.annotations."helm.sh/hook") = "post-install"';

function measure(installed) {
  const results = new Map();
  const note = (name, at, value) => results.set(name, Object.assign(results.get(name) ?? [], { [at]: value }));
  for (const [at, { size, jobs, rounds, lint }] of COLUMNS.entries()) {
    const stream = join(work, `${at}.yaml`);
    const config = join(work, `${at}.config`);
    writeFileSync(stream, makeStream({ size, jobs, seed: SEED }));
    writeFileSync(config, makeConfig(jobs));
    const own = ([...command]) => [...command, lint ? 'lint' : 'render', '--config', config];
    const edits = jobs > 0 && size < 2e7 && !lint;
    const contestants = [
      { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
      { name: 'cat', command: ['cat'] },
      { name: 'hookorder native', command: own(installed.native) },
      ...(installed.bun ? [{ name: 'hookorder with Bun', command: own(installed.bun) }] : []),
      { name: 'hookorder on Node', command: own(installed.bundle) },
      ...(edits && yq ? [{ name: 'yq, one annotation', command: [yq, ONE_ANNOTATION], atMost: 5 }] : []),
      ...(edits && kubectl ? [{ name: 'kubectl kustomize', command: kustomize(stream, at), atMost: 3 }] : []),
      ...(at === 1 && helm ? helmContestants(stream, config, installed) : []),
    ];
    const fastest = race(contestants, stream, short ? 4 : rounds);
    for (const [index, { name }] of contestants.entries()) note(name, at, fastest[index]);
    if (at === 4)
      for (const name of ['node -e 0', 'hookorder native', 'hookorder on Node'])
        note(`${name}, MiB`, at, peakOf(contestants.find((each) => each.name === name).command, stream));
  }
  return results;
}

function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column] ?? '').length)));
  for (const row of rows)
    console.log(
      widths
        .map((width, at) => (at === 0 ? String(row[at]).padEnd(width) : String(row[at] ?? '').padStart(width)))
        .join('  '),
    );
}

/** The ratios that hookorder is held to, each with its bound: what, its row and column, over which row. */
const TARGETS = [
  ...[
    ['hookorder native', [0.7, 0.85, 1.6, 2.8, 11, 4]],
    ['hookorder on Node', [1.45, 1.7, 2.4, 4, 14, 6]],
  ].flatMap(([row, bounds]) => bounds.map((bound, at) => ({ row, over: 'node -e 0', at, bound }))),
  ...[0.7, 0.2, 0.06].map((bound, at) => ({ row: 'hookorder native', over: 'yq, one annotation', at: at + 1, bound })),
  { row: 'helm template, hookorder native', over: 'helm template, cat', at: 1, bound: 1.2 },
  { row: 'helm template, hookorder on Node', over: 'helm template, cat', at: 1, bound: 1.4 },
];

function targetRows(results) {
  return TARGETS.flatMap(({ row, over, at, bound }) => {
    const ratio = (results.get(row)?.[at] ?? Number.NaN) / (results.get(over)?.[at] ?? Number.NaN);
    if (Number.isNaN(ratio)) return [];
    const verdict = ratio <= bound ? 'holds' : ratio <= bound * 1.1 ? 'missed by less than a tenth' : 'MISSED';
    return [[`${row} / ${over}, ${COLUMNS[at].name}`, ratio.toFixed(2), `≤ ${bound}`, verdict]];
  });
}

try {
  const results = measure(await install());
  console.log(`\nFastest run in ms; Node ${process.version}, ${hostPlatform()}`);
  const cells = (values) => COLUMNS.map((_, at) => values[at]?.toFixed(values[at] < 20 ? 1 : 0));
  printTable([
    ['', ...COLUMNS.map(({ name }) => name)],
    ...[...results].map(([name, values]) => [name, ...cells(values)]),
  ]);
  console.log('');
  printTable([['targets', 'ratio', 'bound', ''], ...targetRows(results)]);
} finally {
  rmSync(work, { recursive: true, force: true });
}
