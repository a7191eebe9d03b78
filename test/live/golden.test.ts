/**
 * States as kubectl and Helm gave them on a control plane (plane.test.ts --update keeps them), and what `why` and `watch` show of them. One folder a state:
 * `why.txt` with Helm's word, `stream.txt` with the stream only, `bare.txt` with neither, `screen-80.txt` and `screen-160.txt` while it runs.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { diagnose, prepare } from '../../src/live/diagnose.ts';
import { maskFor } from '../../src/live/mask.ts';
import { parseValues, readObservations } from '../../src/live/observations.ts';
import { readRecord, streamOf } from '../../src/live/record.ts';
import type { Subject } from '../../src/live/scene.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { screenOf } from '../../src/report/live/screen.ts';
import { PLAIN } from '../../src/report/style.ts';
import { runCli } from '../support/cli.ts';
import { assertGolden, TESTDATA } from '../support/files.ts';
import { order } from '../support/pipeline.ts';

const STATES = join(TESTDATA, 'live');
const scratch = mkdtempSync(join(tmpdir(), 'hookorder live '));
after(() => rmSync(scratch, { recursive: true }));

for (const name of readdirSync(STATES).sort()) {
  const file = (leaf: string): string => join(STATES, name, leaf);
  const state = file('state.json');
  const status = file('status.json');
  const stored = readRecord(JSON.parse(readFileSync(status, 'utf8')) as JsonObject);

  test(`why, ${name.replaceAll('-', ' ')}`, () => {
    const stream = join(scratch, `${name}.yaml`);
    writeFileSync(stream, streamOf(stored));
    const why = (...words: readonly string[]): string => {
      const ran = runCli(['why', ...words]);
      // A Job that Helm gave up looks well by itself.
      assert.ok(ran.status === 1 || (ran.status === 0 && name === 'a-timeout-of-Helm'), ran.stderr);
      assert.doesNotMatch(ran.stdout, /hunter2/);
      return ran.stdout;
    };
    const told = why('--state', state, '--state', status);
    for (const line of told.split('\n')) assert.ok(line.length <= 80, line);
    assertGolden(file('why.txt'), told);
    assertGolden(file('stream.txt'), why('--state', state, stream));
    assertGolden(file('bare.txt'), why('--state', state));
    assert.doesNotThrow(() => JSON.parse(why('--state', state, '--state', status, '-o', 'json')));
  });

  test(`the screen, ${name.replaceAll('-', ' ')}`, () => {
    const { plan, findings } = order(streamOf(stored), undefined, {
      scope: 'all',
      severity: 'info',
      needsConfig: false,
    });
    const placements = plan?.placements ?? [];
    const subject: Subject = {
      current: { stored, placements, findings },
      circumstances: { version: '4.3', wait: false, timeoutSeconds: 300 },
    };
    const seen = readObservations(parseValues(readFileSync(state, 'utf8')) ?? [], undefined);
    const diagnosis = diagnose(subject, prepare(subject), seen);
    for (const width of [80, 160]) {
      const drawing = { style: PLAIN, width, mask: maskFor(placements), logs: new Map() };
      assertGolden(file(`screen-${width}.txt`), `${screenOf(diagnosis, drawing)}\n`);
    }
  });
}

test('there are states', () => assert.ok(existsSync(STATES) && readdirSync(STATES).length > 5));

test('what is no state, or is not there, is told in a sentence', () => {
  for (const [words, want] of [
    [['--state', join(STATES, 'nowhere.json')], /nowhere\.json cannot be read: no such file/],
    [['--state', join(TESTDATA, '..', 'README.md')], /README\.md is no JSON: save a state with/],
    [[], /which release\?/],
  ] as const) {
    const { status, stderr, stdout } = runCli(['why', ...words]);
    assert.equal(status, 2);
    assert.match(stderr.replaceAll(/\s+/g, ' '), want);
    assert.equal(stdout, '');
  }
});

test('without kubectl and Helm it says so', () => {
  const { status, stderr } = runCli(['why', 'shop'], { env: { PATH: scratch, HELM_BIN: 'no-helm' } });
  assert.equal(status, 2);
  assert.match(stderr, /no-helm is not on PATH/);
});
