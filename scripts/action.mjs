// The work of action.yml: findings as annotations of the workflow; what changes in the order, the picture, and the plan with its findings in the
// summary and as one comment of the pull request. Inputs come as variables of the environment, never as text of a shell script.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commentOnPullRequest } from './action-comment.mjs';

const HOOKORDER = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', 'hookorder.cjs');
const { env } = process;
const { CHART, STREAM, RELEASE = 'release', AGAINST, BASE, COMMANDS = 'lint plan diff' } = env;
const lines = (text = '') =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
const configIn = (folder) => {
  const file = env.CONFIG || ['hookorder.yaml', '.hookorder.yaml'].find((name) => existsSync(join(folder, name)));
  return file ? ['--config', file] : [];
};
const config = configIn('.');
const source = () => {
  if (STREAM) return [STREAM];
  if (!CHART) throw new Error('give this action a chart or a stream');
  return [CHART, `--release=${RELEASE}`, ...lines(env.HELM_ARGS)];
};

/** Text in which GitHub's runner finds no command: a chart may put one into what Helm says. As src/report/safe-text.ts does it. */
const inert = (text) =>
  text
    .replaceAll(/^([\s\u0085\u180e\u200b\ufeff]*):(?=:[^\n\r]*::)/gm, '$1: ')
    .replaceAll(/#(?=#(?:vso|teamcity)?\[)/gi, '# ');
/** As @actions/core escapes the message of a command. */
const escapeData = (text) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
/** A longer fence than any in the text, so that a chart cannot leave the block. */
const fenced = (text, language) => {
  const fence = '`'.repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length + 1)));
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
};

function hookorder(args, { cwd = '.', quiet = false } = {}) {
  // Helm runs below it, and needs no token.
  const result = spawnSync(process.execPath, [HOOKORDER, ...args], {
    cwd,
    env: { ...env, TOKEN: '' },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (result.error) throw result.error;
  if (!quiet) process.stderr.write(inert(result.stderr));
  return { ...result, status: result.status ?? 70 };
}

/** What hookorder says changes; never "no difference" where there was nothing to compare. */
function said({ status, stdout, stderr }, language) {
  if (status > 1) return `**It could not be compared:**\n\n${fenced(inert(stderr), 'text')}`;
  return stdout.trim() === '' ? 'No difference.' : fenced(stdout, language);
}

/** The plan of a checkout, as JSON in a file, and whether it has an order. */
function savedPlan(cwd, file) {
  const { stdout, stderr, status } = hookorder(
    ['plan', ...configIn(cwd), ...lines(env.ARGS), '--output=json', '--now=0', '--fail-on=never', ...source()],
    { cwd, quiet: true },
  );
  writeFileSync(file, stdout);
  const isOrdered = stdout !== '' && JSON.parse(stdout).shows === 'release';
  return { file, isOrdered, status, stderr };
}

function changes(work) {
  if (BASE) {
    const here = relative(env.GITHUB_WORKSPACE || '.', resolve('.'));
    const folder = resolve(env.GITHUB_WORKSPACE || '.', BASE, here.startsWith('..') ? '' : here);
    if (!existsSync(folder)) throw new Error(`there is no checkout of the base branch: ${folder}`);
    const [old, now] = [savedPlan(folder, join(work, 'old.json')), savedPlan('.', join(work, 'new.json'))];
    const broken = [old, now].find(({ isOrdered }) => !isOrdered);
    const title = '### What changes against the base branch';
    if (broken !== undefined) {
      const which = broken === old ? 'the base branch' : 'this branch';
      return {
        status: 0,
        text: `${title}\n\n**It could not be compared:** ${which} has no order.\n\n${fenced(inert(broken.stderr), 'text')}`,
      };
    }
    const result = hookorder(['diff', '--fail-on=never', old.file, now.file]);
    return { status: result.status, text: `${title}\n\n${said(result, 'text')}` };
  }
  if (AGAINST) {
    const result = hookorder(['diff', ...config, AGAINST, ...source()]);
    return { status: result.status, text: `### What changes\n\n${said(result, 'text')}` };
  }
  // diff of one stream shows what a config changes: without a config there is nothing to show.
  if (config.length === 0) return undefined;
  const result = hookorder(['diff', ...config, ...source()]);
  return {
    status: result.status,
    text: `<details><summary><b>What the config changes in the manifests</b></summary>\n\n${said(result, 'diff')}\n\n</details>`,
    isLast: true,
  };
}

/** Above this, GitHub draws no diagram that can be read. */
const LARGEST_PICTURE = 20_000;

function picture() {
  const { stdout } = hookorder(
    ['plan', ...config, ...lines(env.ARGS), '--output=mermaid', '--fail-on=never', ...source()],
    { quiet: true },
  );
  return stdout === '' || stdout.length > LARGEST_PICTURE ? [] : [fenced(stdout, 'mermaid')];
}

const work = mkdtempSync(join(tmpdir(), 'hookorder-action-'));
try {
  const wanted = COMMANDS.split(/[\s,]+/).filter(Boolean);
  const unknown = wanted.find((command) => !['lint', 'plan', 'diff'].includes(command));
  if (unknown) throw new Error(`${unknown} is not one of lint, plan and diff`);
  const statuses = [0];
  if (wanted.includes('lint')) {
    const { status, stdout } = hookorder(['lint', ...config, ...lines(env.ARGS), '--output=github', ...source()]);
    process.stdout.write(stdout);
    statuses.push(status);
  }
  const changed = wanted.includes('diff') ? changes(work) : undefined;
  const sections = [];
  if (changed) statuses.push(changed.status);
  if (changed && !changed.isLast) sections.push(changed.text);
  if (wanted.includes('plan')) {
    const { status, stdout } = hookorder(['plan', ...config, ...lines(env.ARGS), '--output=markdown', ...source()]);
    sections.push(...picture(), stdout.trimEnd());
    statuses.push(status);
  }
  if (changed?.isLast) sections.push(changed.text);
  if (sections.length > 0) {
    appendFileSync(env.GITHUB_STEP_SUMMARY ?? '/dev/stdout', `${sections.join('\n\n')}\n\n`);
    const problem = await commentOnPullRequest(sections, RELEASE, env);
    if (problem) console.log(`::warning title=hookorder::${escapeData(inert(problem))}`);
  }
  process.exitCode = Math.max(...statuses);
} catch (error) {
  console.error(`::error::${escapeData(inert(error.message))}`);
  process.exitCode = 2;
} finally {
  rmSync(work, { recursive: true, force: true });
}
