// Bundles each test file as the product is bundled, and runs them with Node's own test runner.
//
//   npm test                       everything
//   npm test -- test/yaml edit     only test files whose path contains one of the words
//   npm test -- --update           rewrite golden files instead of comparing them
//   npm test -- --native           tests of the command line, with the executable that this platform's packages carry
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { buildExecutable, bundleTests, EXECUTABLE, ROOT } from './build.mjs';
import { makeForTests } from './executable.mjs';

const args = process.argv.slice(2);
const native = args.includes('--native');
/** Where tests run hookorder as users do. */
const COMMAND_LINE = ['test/cli', 'test/golden', 'test/scenarios', 'test/helm', 'test/native/same-output'];
const given = args.filter((arg) => !arg.startsWith('--'));
const words = native && given.length === 0 ? COMMAND_LINE : given;
/** Begun first, because each takes minutes by itself and the others fit beside it. */
const LONG = ['live-plane', 'truth-streams', 'truth-rehearsals', 'init-many'];
/** Node runs files in the order of their names. */
const nameOf = (file) => {
  const name = relative(join(ROOT, 'test'), file).replaceAll(/[\\/]/g, '-').replace(/\.ts$/, '');
  return LONG.includes(name.replace(/\.test$/, '')) ? `0-${name}` : name;
};
const files = readdirSync(join(ROOT, 'test'), { recursive: true })
  .map((file) => join(ROOT, 'test', file))
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => words.length === 0 || words.some((word) => relative(ROOT, file).includes(word)))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches ${words.join(' ')}`);
  process.exit(1);
}

const out = join(ROOT, '.cache', `tests-${process.pid}`);
const executable = join(out, 'native', 'hookorder');
try {
  if (native) await makeForTests(executable);
  // Tests below the command line are worth running also while the executable cannot be built.
  await buildExecutable().catch(() => {
    rmSync(EXECUTABLE, { force: true });
    console.error('dist/hookorder.cjs cannot be built: tests that run it will fail');
  });
  const tests = files.map((file) => ({ file, name: nameOf(file) }));
  await bundleTests(tests, out);
  const bundled = tests.map(({ name }) => join(out, `${name}.cjs`));
  // Most tests wait for programs that they start. By default a machine with two processors runs one file at a time.
  const atOnce = `--test-concurrency=${availableParallelism()}`;
  const run = spawnSync(process.execPath, ['--test', atOnce, ...bundled], {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      HOOKORDER_ROOT: ROOT,
      ...(native && { HOOKORDER_EXECUTABLE: executable }),
      ...(args.includes('--update') && { HOOKORDER_UPDATE_GOLDEN: '1' }),
    },
  });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
