// Compares what two builds say of a folder of streams: rendered bytes, findings, plans and proposals.
//
//   node scripts/compare-builds.mjs OLD NEW FOLDER [--show N] [--exact]
//
// OLD and NEW are executables: a `dist/hookorder.cjs`, or a native one. An old one comes from a second checkout:
//   git worktree add ../old REVISION && (cd ../old && npm ci)
// Prints differences by kind, the most frequent first, N examples of each (default 3), and ends with 1 when there are any.
// A finding is compared by code, severity, resource and path, so that better words are no difference; with --exact all output is compared byte for byte.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { show: { type: 'string', default: '3' }, exact: { type: 'boolean' } },
});
const [oldBuild, newBuild, folder] = positionals.map((path) => resolve(path));
if (folder === undefined) {
  console.error('usage: node scripts/compare-builds.mjs OLD NEW FOLDER [--show N] [--exact]');
  process.exit(2);
}

const HEAD = 'apiVersion: hookorder.io/v1\nkind: HookOrder\n';
const POLICY = 'deletePolicy: [before-hook-creation, hook-succeeded], optional: true';
/** What releases are ordered with: nothing, every Job before or after, copies, names, and an entry that sets no order. */
const CONFIGS = {
  none: `${HEAD}hooks: []\n`,
  after: `${HEAD}hooks: [{ name: jobs, match: { kind: Job }, events: [post-install, post-upgrade], ${POLICY} }]\n`,
  before: `${HEAD}hooks: [{ name: jobs, match: { kind: Job }, events: [pre-install, pre-upgrade], dependencies: copy, ${POLICY} }]\n`,
  stamped: `${HEAD}hooks: [{ name: jobs, match: { kind: Job }, events: [post-install, post-upgrade], jobName: timestamp, ${POLICY} }]\n`,
  hashed: `${HEAD}hooks: [{ name: jobs, match: { kind: Job }, hook: false, jobName: hash, optional: true }]\n`,
  logs: `${HEAD}hooks: [{ name: logs, match: { kind: Job, annotations: { helm.sh/hook: "*" } }, outputLogPolicy: [hook-failed], optional: true }]\n`,
};

/** Each run by name: its arguments, and how its output is taken apart. */
const RUNS = [
  ...Object.keys(CONFIGS).map((config) => ({
    name: `render ${config}`,
    config,
    args: ['render', '--now', '1732147200'],
    read: bytes,
  })),
  { name: 'lint', args: ['lint', '-o', 'json'], read: findings },
  { name: 'lint --wait', args: ['lint', '--wait', '-o', 'json'], read: findings },
  ...['after', 'before'].map((config) => ({
    name: `lint ${config}`,
    config,
    args: ['lint', '-o', 'json'],
    read: findings,
  })),
  { name: 'plan', args: ['plan', '--now', '1732147200', '-o', 'json'], read: steps },
  { name: 'plan before', config: 'before', args: ['plan', '--now', '1732147200', '-o', 'json'], read: steps },
  { name: 'init', args: ['init'], read: bytes },
];

/** Each reader gives lines; two outputs differ by the lines that only one of them has. */
function bytes({ status, stdout }) {
  return [`exit ${status}`, stdout];
}

function findings({ status, stdout }) {
  const report = parse(stdout);
  if (report === undefined) return [`exit ${status}`, 'no JSON'];
  return [
    `exit ${status}`,
    ...report.findings.map(({ code, severity, resource, path }) => `${code} ${severity}: ${resource} ${path ?? ''}`),
  ];
}

function steps({ status, stdout }) {
  const plan = parse(stdout);
  if (plan === undefined) return [`exit ${status}`, 'no JSON'];
  const lines = plan.operations.flatMap(({ name, steps: all }) =>
    all.flatMap((step) =>
      'event' in step
        ? step.hooks.map(
            (hook, at) => `${step.event} ${at}: ${hook.weight} ${hook.kind}/${hook.name} ${hook.deletePolicy}`,
          )
        : [`${name}: ${step.resources.count} resources`],
    ),
  );
  return [`exit ${status}`, ...lines];
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The files of configs, in a folder that has no config of its own to be found. */
const work = mkdtempSync(join(tmpdir(), 'hookorder-compare-'));
for (const [name, text] of Object.entries(CONFIGS)) writeFileSync(join(work, `${name}.yaml`), text);

function run(build, { args, config }, file) {
  const [command, ...first] = build.endsWith('.cjs') ? [process.execPath, build] : [build];
  const child = spawn(command, [...first, ...args, file], {
    stdio: ['ignore', 'pipe', 'ignore'],
    cwd: work,
    env: {
      ...process.env,
      HOOKORDER_AS_FILTER: '1',
      HOOKORDER_CONFIG: config === undefined ? '' : join(work, `${config}.yaml`),
    },
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  return new Promise((done) => child.on('close', (status) => done({ status, stdout })));
}

/** By run and line less its names, where it was seen. */
const differences = new Map();
let compared = 0;

async function compare(each, name) {
  const file = join(folder, name);
  const read = values.exact ? bytes : each.read;
  const [before, after] = (await Promise.all([run(oldBuild, each, file), run(newBuild, each, file)])).map(read);
  compared++;
  const [had, has] = [new Set(before), new Set(after)];
  const lines = [
    ...before.filter((line) => !has.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !had.has(line)).map((line) => `+ ${line}`),
  ];
  for (const line of lines) {
    const kind =
      read === bytes && !/^. exit/.test(line)
        ? `${each.name}: bytes`
        : `${each.name}: ${line.split(': ')[0].replace(/ \d+$/, '')}`;
    const seen = differences.get(kind) ?? [];
    seen.push(read === bytes ? name : `${name}: ${line}`);
    differences.set(kind, seen);
  }
}

const queue = readdirSync(folder)
  .filter((name) => /\.ya?ml$/.test(name))
  .sort()
  .flatMap((name) => RUNS.map((each) => () => compare(each, name)));
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next();
  }),
);
rmSync(work, { recursive: true });

const sorted = [...differences].sort(([, a], [, b]) => b.length - a.length);
for (const [kind, seen] of sorted) {
  console.log(`${String(seen.length).padStart(5)}  ${kind}`);
  for (const example of seen.slice(0, Number(values.show))) console.log(`         ${example}`);
}
console.log(`${compared} runs of each build, ${sorted.length} kinds of differences`);
process.exitCode = sorted.length > 0 ? 1 : 0;
