// The work of action.yml: findings as annotations of the workflow, the plan and the diff in its summary.
// Inputs come as variables of the environment, never as text of a shell script.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HOOKORDER = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', 'hookorder.cjs');
const { CHART, STREAM, RELEASE = 'release', CONFIG, AGAINST, COMMANDS = 'lint plan diff' } = process.env;
const lines = (text = '') =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
const config = CONFIG ? ['--config', CONFIG] : [];
// diff of one stream shows what a config changes: without a config there is nothing to show.
const hasConfig = Boolean(CONFIG) || ['hookorder.yaml', '.hookorder.yaml'].some((file) => existsSync(file));

/** Text in which GitHub's runner finds no command: a chart may put one into what Helm says. As src/report/safe-text.ts does it. */
const inert = (text) =>
  text
    .replaceAll(/^([\s\u0085\u180e\u200b\ufeff]*):(?=:[^\n\r]*::)/gm, '$1: ')
    .replaceAll(/#(?=#(?:vso|teamcity)?\[)/gi, '# ');
/** As @actions/core escapes the message of a command. */
const escapeData = (text) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

function run(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.error) throw result.error;
  process.stderr.write(inert(result.stderr));
  return result;
}
const hookorder = (...args) => run(process.execPath, [HOOKORDER, ...args]);
const summarize = (text) => appendFileSync(process.env.GITHUB_STEP_SUMMARY ?? '/dev/stdout', `${text.trimEnd()}\n\n`);

const work = mkdtempSync(join(tmpdir(), 'hookorder-action-'));
try {
  let stream = STREAM;
  if (!stream) {
    if (!CHART) throw new Error('give this action a chart or a stream');
    const rendered = run('helm', ['template', RELEASE, CHART, ...lines(process.env.HELM_ARGS)]);
    if (rendered.status !== 0) throw new Error('helm template failed');
    stream = join(work, 'stream.yaml');
    writeFileSync(stream, rendered.stdout);
  }
  for (const command of COMMANDS.split(/[\s,]+/).filter(Boolean)) {
    let result;
    if (command === 'lint') {
      result = hookorder('lint', ...config, ...lines(process.env.ARGS), '--output=github', stream);
      process.stdout.write(result.stdout);
    } else if (command === 'plan') {
      result = hookorder('plan', ...config, ...lines(process.env.ARGS), '--output=markdown', stream);
      summarize(result.stdout);
    } else if (command === 'diff') {
      if (!AGAINST && !hasConfig) continue;
      result = AGAINST ? hookorder('diff', AGAINST, stream) : hookorder('diff', ...config, stream);
      // A longer fence than any in the diff, so that a chart cannot leave the block.
      const fence = '`'.repeat(Math.max(3, ...(result.stdout.match(/`+/g) ?? []).map((ticks) => ticks.length + 1)));
      summarize(`${fence}diff\n${result.stdout || 'no difference\n'}${fence}`);
    } else throw new Error(`${command} is not one of lint, plan and diff`);
    process.exitCode = Math.max(process.exitCode ?? 0, result.status ?? 1);
  }
} catch (error) {
  console.error(`::error::${escapeData(inert(error.message))}`);
  process.exitCode = 2;
} finally {
  rmSync(work, { recursive: true, force: true });
}
