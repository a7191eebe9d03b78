/** action.yml: what it runs, as the runner of GitHub runs it, with a stand-in for the API that keeps comments. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { ROOT } from '../support/files.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder-action-test-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const job = (name: string): string =>
  `---\n# Source: shop/templates/${name}.yaml\napiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name} }\nspec: { backoffLimit: 1, activeDeadlineSeconds: 60, template: { spec: { restartPolicy: Never, containers: [{ name: a, image: b }] } } }\n`;
const STREAM = job('first') + job('second');
const configOf = (names: readonly string[]): string =>
  `apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n${names.map((name) => `  - { name: ${name}, match: { name: ${name} }, events: [pre-upgrade], deletePolicy: [before-hook-creation, hook-succeeded] }\n`).join('')}`;

interface Comment {
  readonly id: number;
  body: string;
}

/** What GitHub has: comments, and who may write them. */
async function serveApi(
  status = 200,
): Promise<{ url: string; comments: Comment[]; tokens: Set<string>; close: () => void }> {
  const comments: Comment[] = [{ id: 1, body: 'of a person' }];
  const tokens = new Set<string>();
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      tokens.add(request.headers.authorization ?? '');
      const { method = '', url = '' } = request;
      const { body = '' } = text === '' ? {} : (JSON.parse(text) as { body: string });
      if (method === 'POST') comments.push({ id: comments.length + 1, body });
      const edited = comments.find(({ id }) => url.endsWith(`/comments/${id}`));
      if (method === 'PATCH' && edited !== undefined) edited.body = body;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(method === 'GET' ? comments : {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, comments, tokens, close: () => server.close() };
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly summary: string;
}

/** A workspace with these files and, in `base`, those of the base branch. */
async function runAction(
  files: Readonly<Record<string, string>>,
  base: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const workspace = mkdtempSync(join(FOLDER, 'workspace-'));
  mkdirSync(join(workspace, 'base'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(workspace, name), text);
  for (const [name, text] of Object.entries(base)) writeFileSync(join(workspace, 'base', name), text);
  const summary = join(FOLDER, `summary-${Math.random()}`);
  const event = join(workspace, 'event.json');
  writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'action.mjs')], {
    cwd: workspace,
    env: {
      PATH: process.env['PATH'],
      STREAM: 'stream.yaml',
      RELEASE: 'shop',
      BASE: 'base',
      GITHUB_WORKSPACE: workspace,
      GITHUB_REPOSITORY: 'me/shop',
      GITHUB_EVENT_PATH: event,
      GITHUB_STEP_SUMMARY: summary,
      PWD: workspace,
      ...env,
    },
  });
  let stdout = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  let text = '';
  try {
    text = readFileSync(summary, 'utf8');
  } catch {}
  return { status, stdout, summary: text };
}

const files = (names: readonly string[], stream = STREAM) => ({
  'stream.yaml': stream,
  'hookorder.yaml': configOf(names),
});

test('a pull request gets one comment, rewritten by each push: what changes first, the picture, the plan', async () => {
  const api = await serveApi();
  const env = { GITHUB_API_URL: api.url, TOKEN: 'secret-token' };
  const first = await runAction(files(['second', 'first']), files(['first', 'second']), env);
  assert.equal(first.status, 0, first.stdout);
  const [, own] = api.comments;
  const body = own?.body ?? '';
  const at = ['<!-- hookorder shop -->', '### What changes', 'Job/first', '```mermaid', '### Helm will run'].map(
    (word) => body.indexOf(word),
  );
  assert.ok(
    at.every((place, index) => place >= 0 && place > (at[index - 1] ?? -1)),
    body,
  );
  assert.ok(first.summary.includes(body.slice(body.indexOf('### What')).trimEnd()), 'the summary has the same');
  assert.deepEqual([...api.tokens], ['Bearer secret-token']);
  await runAction(files(['first', 'second']), files(['first', 'second']), env);
  assert.equal(api.comments.length, 2);
  assert.match(api.comments[1]?.body ?? '', /No difference|no difference/);
  api.close();
});

test('after a failure nothing says that there is no difference', async () => {
  const broken = files(['absent', 'first']);
  for (const [here, base, words] of [
    [broken, files(['first']), /could not be compared:\*\* this branch/],
    [files(['first']), broken, /could not be compared:\*\* the base branch/],
    [files(['first']), {}, /could not be compared:\*\* the base branch/],
    [files(['first'], 'kind: [\n'), files(['first']), /could not be compared:\*\* this branch/],
  ] as const) {
    const { summary, status } = await runAction(here, base);
    assert.match(summary, words);
    assert.doesNotMatch(summary, /no difference/i);
    assert.equal(status, here === broken ? 1 : here['stream.yaml'] === STREAM ? 0 : 2);
  }
  const { summary } = await runAction(files(['first']), {}, { BASE: '', AGAINST: 'nowhere.yaml' });
  assert.match(summary, /could not be compared/);
  assert.doesNotMatch(summary, /no difference/i);
});

test('annotations point to the config of the repository', async () => {
  const { stdout } = await runAction(files(['absent', 'first']), files(['first']));
  assert.match(stdout, /^::error file=hookorder\.yaml,line=4,col=\d+,title=order\/matches-nothing::/m);
});

test('a comment that cannot be written is a warning and no failure', async () => {
  const api = await serveApi(403);
  const { status, stdout } = await runAction(files(['first']), files(['first']), {
    GITHUB_API_URL: api.url,
    TOKEN: 'x',
  });
  assert.equal(status, 0);
  assert.match(
    stdout,
    /^::warning title=hookorder::There is no comment on this pull request \(GET 7\/comments gave status 403\)/m,
  );
  api.close();
  for (const without of [{ COMMENT: 'false' }, { TOKEN: '' }]) {
    const quiet = await runAction(files(['first']), files(['first']), {
      GITHUB_API_URL: api.url,
      TOKEN: 'x',
      ...without,
    });
    assert.deepEqual([quiet.status, quiet.stdout.includes('::warning')], [0, false]);
  }
});

test('action.yml hands every input to the script', () => {
  const { inputs, runs } = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as {
    inputs: Record<string, unknown>;
    runs: { steps: { env: Record<string, string>; run: string }[] };
  };
  const text = JSON.stringify(runs);
  for (const name of Object.keys(inputs)) assert.ok(text.includes(`inputs.${name} `), name);
  const code =
    readFileSync(join(ROOT, 'scripts', 'action.mjs'), 'utf8') +
    readFileSync(join(ROOT, 'scripts', 'action-comment.mjs'), 'utf8');
  for (const name of Object.keys(runs.steps.at(-1)?.env ?? {})) assert.ok(code.includes(name), name);
});
