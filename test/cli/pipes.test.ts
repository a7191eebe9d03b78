/** A cut manifest is a destroyed release: whatever the other side of the pipe does, all of the stream arrives or the exit code says that it did not. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { COMMAND } from '../support/files.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder-pipes-'));
after(() => rmSync(FOLDER, { recursive: true }));

const CONFIG = join(FOLDER, 'config.yaml');
const STREAM = join(FOLDER, 'stream.yaml');
const document = (at: number): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c${at}\ndata:\n  text: |\n${`    ${'x'.repeat(96)}\n`.repeat(100)}`;
const JOB =
  'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: a }] } } }\n';
const text = [JOB, ...Array.from({ length: 400 }, (_, at) => document(at))].join('---\n');
writeFileSync(STREAM, text);
writeFileSync(
  CONFIG,
  'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: [{ name: m, match: { kind: Job }, events: [pre-upgrade], deletePolicy: [hook-succeeded] }]\n',
);
const [PROGRAM, ...START] = COMMAND;
const ARGS = [...START, '-c', CONFIG, STREAM];
const whole = spawnSync(PROGRAM, ARGS, { maxBuffer: 2 ** 28 }).stdout;

test('four megabytes arrive whole', () => {
  assert.ok(whole.length > text.length && whole.length < text.length + 1000);
  assert.ok(whole.toString('utf8').endsWith(text.slice(-1_000_000)));
});

test('a slow reader gets everything', async () => {
  const child = spawn(PROGRAM, ARGS, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) {
    chunks.push(chunk);
    if (chunks.length % 16 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.ok(Buffer.concat(chunks).equals(whole));
});

test('a pipe that does not block gets everything', { skip: process.platform === 'win32' }, () => {
  // Touching process.stdout makes Node set O_NONBLOCK on the pipe, which the child inherits.
  const wrapper = `process.stdout.fd; process.exitCode = require('child_process').spawnSync(${JSON.stringify(PROGRAM)}, ${JSON.stringify(ARGS)}, { stdio: 'inherit' }).status`;
  const { stdout } = spawnSync('sh', ['-c', '"$1" -e "$2" | { sleep 0.3; cat; }', 'sh', process.execPath, wrapper], {
    maxBuffer: 2 ** 28,
  });
  assert.ok(stdout.equals(whole));
});

test('a reader that has gone ends the run quietly, with a status that is not 0', async () => {
  const child = spawn(PROGRAM, ARGS, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const [status] = await once(child, 'exit');
  assert.notEqual(status, 0);
  assert.equal(Buffer.concat(errors).toString('utf8'), '');
});

test('more than the memory that reading begins with arrives whole', () => {
  const others = text.slice(JOB.length);
  const large = text + others.repeat(16);
  assert.ok(large.length > 64 * 1024 * 1024);
  const { stdout } = spawnSync(PROGRAM, [...START, '-c', CONFIG], { input: large, maxBuffer: 2 ** 28 });
  assert.ok(stdout.length > large.length && stdout.toString('utf8').endsWith(large.slice(-1_000_000)));
});

test('a stream that comes in pieces is read whole', async () => {
  const child = spawn(PROGRAM, [...START, '-c', CONFIG], { stdio: ['pipe', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (let at = 0; at < text.length; at += 1_000_003) {
    child.stdin.write(text.slice(at, at + 1_000_003));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.stdin.end();
  await once(child, 'close');
  assert.ok(Buffer.concat(chunks).equals(whole));
});
