import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyPatch, parsePatch } from 'diff';
import { isObject } from '../../src/model/json.ts';
import { compareSnapshots, isDifferent } from '../../src/report/diff/compare.ts';
import { DIFF_FORMATS } from '../../src/report/diff/formats.ts';
import type { Snapshot } from '../../src/report/diff/snapshot.ts';
import { planToJson } from '../../src/report/plan/json.ts';
import { COLOURED, PLAIN } from '../../src/report/style.ts';
import { assertGolden, TESTDATA } from '../support/files.ts';
import { placementsOf } from '../support/release.ts';
import { USUAL_HELM } from './fixtures.ts';

const RUNS = { acrossRuns: true, style: PLAIN };
const ONE = { acrossRuns: false, style: PLAIN };

function snapshot(text: string, file = 'old.yaml'): Snapshot {
  const placements = placementsOf(text, { migrate: { name: 'migrate' }, smoke: { name: 'smoke' } }).map((placement) => {
    const name = placement.resource.baseName;
    const rule = name.includes('migrate')
      ? placementsOf(text, { [placement.name]: { name: 'migrate' } }).find(({ rule }) => rule)?.rule
      : undefined;
    return { ...placement, ...(rule && { rule }) };
  });
  const decoder = new TextDecoder();
  return {
    file,
    plan: planToJson({ plan: { placements }, findings: [], circumstances: USUAL_HELM }),
    resources: placements.map(({ resource }) => {
      const { document, apiVersion, kind, namespace, name, baseName } = resource;
      const own = decoder.decode(document.stream.bytes.slice(document.start, document.end)).replace(/^---\n/, '');
      return { apiVersion, kind, namespace, name, baseName, text: own, value: resource.manifest().value };
    }),
  };
}

const job = (name: string, events: string, weight: number, image = 'tools:1'): string => `---
apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
  annotations: { helm.sh/hook: "${events}", helm.sh/hook-weight: "${weight}" }
spec: { template: { spec: { containers: [{ name: a, image: "${image}" }] } } }
`;
const map = (name: string, data: string): string => `---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name} }
data: ${data}
`;
const secret = (data: string, kind = 'Secret'): string => `---
# password is hunter2
apiVersion: v1
kind: ${kind}
metadata:
  name: keys
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"data":{"password":"aHVudGVyMg=="}}'
${data}
`;

const OLD = [
  job('shop-db-migrate-1732147200', 'pre-upgrade', 10),
  job('shop-report-20241121014500', 'pre-upgrade', 20),
  map('shop-config', '{ HOST: a, NAME: shop-db-migrate-1732147200 }'),
  map('shop-old', '{}'),
  secret('data: { password: aHVudGVyMg==, user: YWRtaW4= }'),
].join('');
const NEW = [
  job('shop-db-migrate-1732150000', 'post-upgrade', 0),
  job('shop-report-20241122014500', 'pre-upgrade', 30),
  job('shop-smoke', 'post-install', 30),
  map('shop-config', '{ HOST: b, NAME: shop-db-migrate-1732150000 }'),
  secret('data: { password: bmV3LWh1bnRlcjI=, user: YWRtaW4= }\nstringData: { token: hunter2 }'),
].join('');

const diff = compareSnapshots(snapshot(OLD), snapshot(NEW, 'new.yaml'), RUNS);

for (const format of ['summary', 'unified', 'json'] as const)
  test(`two releases as ${format} read as their golden file`, () => {
    const golden = join(TESTDATA, 'report', `diff-releases.${format === 'json' ? 'json' : `${format}.txt`}`);
    assertGolden(golden, DIFF_FORMATS[format](diff, RUNS));
  });

test('a new timestamp is no difference, also where other resources name it', () => {
  const later = OLD.replaceAll('1732147200', '1732150000').replaceAll('20241121014500', '20241122014500');
  const same = compareSnapshots(snapshot(OLD), snapshot(later), RUNS);
  assert.equal(isDifferent(same), false);
  assert.equal(DIFF_FORMATS.summary(same, RUNS), '(2 Jobs have new timestamps)\nno difference\n');
});

test('order of documents, quoting and comments are no difference between releases', () => {
  const written = `# a comment\n${map('a', '{ x: "1" }')}${map('b', '{}')}`;
  const other = `${map('b', '{}')}${map('a', "{ x: '1' } # another")}`;
  assert.equal(isDifferent(compareSnapshots(snapshot(written), snapshot(other), RUNS)), false);
});

test('in one stream before and after, a comment is a difference', () => {
  const changed = compareSnapshots(snapshot(map('a', '{}')), snapshot(map('a', '{} # here')), ONE);
  assert.match(DIFF_FORMATS.summary(changed, ONE), /~ ConfigMap\/a {3}only how it is written/);
  assert.match(DIFF_FORMATS.unified(changed, ONE), /^\+data: \{\} # here$/m);
});

test('a weight that changes without a change of order says so', () => {
  const text = (weight: number): string => job('a', 'pre-install', 0) + job('b', 'pre-install', weight);
  const shifted = compareSnapshots(snapshot(text(10)), snapshot(text(20)), RUNS);
  assert.match(DIFF_FORMATS.summary(shifted, RUNS), /Job\/b {3}pre-install 10 → 20 \(same order\)/);
  const swapped = compareSnapshots(snapshot(text(10)), snapshot(text(-1)), RUNS);
  assert.doesNotMatch(DIFF_FORMATS.summary(swapped, RUNS), /same order/);
});

test('a saved plan is compared by its order alone', () => {
  const { resources: _, ...saved } = snapshot(OLD);
  const half = compareSnapshots(saved, snapshot(NEW), RUNS);
  assert.deepEqual(half.order, diff.order);
  assert.match(DIFF_FORMATS.summary(half, RUNS), /ConfigMap +2 → 1/);
  assert.equal(isDifferent(compareSnapshots(saved, saved, RUNS)), false);
});

test('no value of a Secret is in any format, wherever it stands', () => {
  const nested = (value: string): string => `---
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Secret, metadata: { name: a }, data: { k: ${value} } }
---
apiVersion: v1
kind: SecretList
metadata: { name: list }
items:
  - { metadata: { name: a }, stringData: { k: ${value} } }
---
apiVersion: example.org/v1
kind: Object
metadata: { name: wrapped }
spec: { manifest: { apiVersion: v1, kind: Secret, data: { k: ${value} } } }
---
apiVersion: v1
kind: Secret
metadata: { name: odd }
data: ${value}
`;
  for (const [before, after] of [
    [OLD, NEW],
    [nested('hunter2'), nested('bmV3LWh1bnRlcjI=')],
    [nested('hunter2'), ''],
    ['', nested('aHVudGVyMg==')],
  ] as const)
    for (const options of [RUNS, ONE])
      for (const format of ['unified', 'summary', 'json'] as const) {
        const text = DIFF_FORMATS[format](compareSnapshots(snapshot(before), snapshot(after), options), options);
        assert.doesNotMatch(text, /hunter2|aHVudGVyMg|bmV3LWh1bnRlcjI|YWRtaW4/);
        assert.ok(text.length > 0);
      }
});

test('equal and unequal values of a Secret can be told apart', () => {
  const text = DIFF_FORMATS.unified(diff, RUNS);
  assert.match(text, /^- {2}password: "?\*\*\*"?$/m);
  assert.match(text, /^\+ {2}password: "?\*\*\* \(changed\)"?$/m);
  assert.match(text, /^ {3}user: "?\*\*\*"?$/m);
});

test('the unified diff is one that a patch program reads', () => {
  const [before, after] = [snapshot(map('a', '{ x: 1 }')), snapshot(map('a', '{ x: 2 }'))];
  const text = DIFF_FORMATS.unified(compareSnapshots(before, after, ONE), ONE);
  const [patch] = parsePatch(text);
  assert.ok(patch);
  assert.equal(applyPatch(before.resources?.[0]?.text ?? '', patch), after.resources?.[0]?.text);
});

test('colour adds escape sequences and nothing else', () => {
  for (const format of ['unified', 'summary'] as const) {
    const coloured = DIFF_FORMATS[format](diff, { ...RUNS, style: COLOURED });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    assert.equal(coloured.replaceAll(/\u001b\[\d+m/g, ''), DIFF_FORMATS[format](diff, RUNS));
  }
});

test('JSON says what the summary says', () => {
  const value: unknown = JSON.parse(DIFF_FORMATS.json(diff, RUNS));
  assert.ok(isObject(value as never));
  const { different, resources } = value as { different: boolean; resources: { change: string; paths: string[] }[] };
  assert.equal(different, true);
  assert.deepEqual(resources.find(({ paths }) => paths.includes('data.HOST'))?.change, 'changed');
});

test('a Job under the name of another run is the same Job, where the two releases tell', () => {
  for (const { old, now, same } of [
    { old: 'a-x7k2p', now: 'a-9dq4z', same: true },
    { old: 'a-xmdyh', now: 'a-qzkvw', same: true },
    { old: 'a-1', now: 'a-2', same: true },
    { old: 'a-3f2504e0-4f89-41d3-9a0c-0305e82c3301', now: 'a-9c5b94b1-35ad-49bb-b118-8e8fc24abf80', same: true },
    { old: 'a-build', now: 'a-setup', same: false },
    { old: 'a-x7k2p', now: 'b-9dq4z', same: false },
  ]) {
    const diff = compareSnapshots(snapshot(job(old, 'pre-upgrade', 1)), snapshot(job(now, 'pre-upgrade', 1)), RUNS);
    assert.equal(isDifferent(diff), !same, `${old} and ${now}`);
  }
  const two = job('a-x7k2p', 'pre-upgrade', 1) + job('a-b2q9z', 'pre-upgrade', 2);
  const other = compareSnapshots(snapshot(two), snapshot(job('a-9dq4z', 'pre-upgrade', 1)), RUNS);
  assert.ok(isDifferent(other), 'of two, one cannot tell which it is');
});

const object = (kind: string, name: string, annotations: Readonly<Record<string, string>> = {}): string =>
  `apiVersion: ${kind === 'Job' ? 'batch/v1' : 'v1'}\nkind: ${kind}\nmetadata: { name: ${name}, annotations: ${JSON.stringify(annotations)} }\n`;
const hooked = (events: string, policy?: string): Readonly<Record<string, string>> => ({
  'helm.sh/hook': events,
  ...(policy !== undefined && { 'helm.sh/hook-delete-policy': policy }),
});

test('an object that becomes a hook, or ceases to be one, is a finding with what the upgrade does to the live one', () => {
  for (const { name, old, now, want = [] } of [
    {
      name: 'plain, then a pre-upgrade hook',
      old: object('ServiceAccount', 'pond'),
      now: object('ServiceAccount', 'pond', hooked('pre-upgrade')),
      want: ['error hook/adopts-resource', /after the pre-upgrade hooks, the one that this hook has just made/],
    },
    {
      name: 'plain, then a post-upgrade hook',
      old: object('ConfigMap', 'pond'),
      now: object('ConfigMap', 'pond', hooked('post-install,post-upgrade')),
      want: ['error hook/adopts-resource', /before its post-upgrade hook makes it anew/],
    },
    {
      name: 'plain, then a pre-install hook only',
      old: object('Secret', 'pond'),
      now: object('Secret', 'pond', hooked('pre-install')),
      want: ['error hook/adopts-resource', /no hook of the upgrade makes it again/],
    },
    {
      name: 'a Job with before-hook-creation',
      old: object('Job', 'pond'),
      now: object('Job', 'pond', hooked('pre-upgrade')),
      want: ['info hook/adopts-resource', /harmless when it has finished/],
    },
    {
      name: 'a Job without before-hook-creation',
      old: object('Job', 'pond'),
      now: object('Job', 'pond', hooked('pre-upgrade', 'hook-succeeded')),
      want: ['warning hook/adopts-resource', /already exists/],
    },
    {
      name: 'a hook, then plain',
      old: object('ServiceAccount', 'pond', hooked('pre-install,pre-upgrade')),
      now: object('ServiceAccount', 'pond'),
      want: ['error live/hook-becomes-plain', /invalid ownership metadata/],
    },
    // Near misses.
    {
      name: 'plain and kept',
      old: object('ConfigMap', 'pond', { 'helm.sh/resource-policy': 'keep' }),
      now: object('ConfigMap', 'pond', hooked('pre-upgrade')),
    },
    {
      name: 'a hook that is gone after its event',
      old: object('ConfigMap', 'pond', hooked('pre-install', 'hook-succeeded')),
      now: object('ConfigMap', 'pond'),
    },
    { name: 'a test hook', old: object('ConfigMap', 'pond', hooked('test')), now: object('ConfigMap', 'pond') },
    { name: 'another name', old: object('Job', 'pond'), now: object('Job', 'pond-1732147200', hooked('pre-upgrade')) },
    { name: 'another kind', old: object('ConfigMap', 'pond'), now: object('Secret', 'pond', hooked('pre-upgrade')) },
    {
      name: 'new as a hook',
      old: object('ConfigMap', 'other'),
      now: object('ConfigMap', 'pond', hooked('pre-upgrade')),
    },
    {
      name: 'plain beside a hook of its name, as before',
      old: `${object('ConfigMap', 'pond')}---\n${object('ConfigMap', 'pond', hooked('test'))}`,
      now: object('ConfigMap', 'pond', hooked('test')),
    },
    {
      name: 'a hook in both',
      old: object('ConfigMap', 'pond', hooked('pre-install')),
      now: object('ConfigMap', 'pond', hooked('pre-upgrade')),
    },
  ] as readonly { name: string; old: string; now: string; want?: readonly [string, RegExp] }[]) {
    const diff = compareSnapshots(snapshot(old), snapshot(now, 'new.yaml'), { acrossRuns: true });
    assert.deepEqual(
      diff.findings.map(({ code, severity }) => `${severity} ${code}`),
      want.slice(0, 1),
      name,
    );
    if (want[1] !== undefined) assert.match(diff.findings[0]?.message ?? '', want[1], name);
    const json = JSON.parse(DIFF_FORMATS.json(diff, RUNS)) as { findings: unknown[] };
    assert.equal(json.findings.length, diff.findings.length, name);
    assert.equal(/\[hook\/adopts|\[live\/hook/.test(DIFF_FORMATS.summary(diff, RUNS)), diff.findings.length > 0, name);
    assert.equal(
      /was plain, now in/.test(DIFF_FORMATS.summary(diff, RUNS)),
      name.includes('plain, then a') || name.startsWith('a Job') || ['plain and kept', 'another name'].includes(name),
      name,
    );
    const within = compareSnapshots(snapshot(old), snapshot(now, 'new.yaml'), { acrossRuns: false });
    assert.deepEqual(within.findings, [], `${name}: one stream before and after`);
  }
});
