/** What the end of a name looks like: each kind with its near misses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TailKind, tailOf, tailOfResource } from '../../src/model/name-tail.ts';

const TAILS: Readonly<Record<TailKind, readonly string[]>> = {
  clock: [
    '1732147200',
    '1732147200123',
    '20241121014500',
    '20241121-014500',
    '20241121t014500z',
    '202411210145',
    '2024-11-21-01-45',
  ],
  date: ['20241121', '2024-11-21'],
  revision: ['1', '27', 'r3', 'rev-12', 'revision4', '365'],
  version: ['v1-2-3', '1.2.3', '1-2-3', 'v2', 'v20', 'v1beta1', '1.2.3-rc.1', '16.0.1-alpine', '2.14'],
  hash: ['4f7a21', 'a1b2c3d', '9b74c98', 'da39a3ee5e6b4b0d3255bfef95601890afd80709', '8f14e45fceea167a'],
  random: [
    ...['xmdyh', 'qzkvw', 'bdkzt', 'mxwqj', 'rzqft', 'hjkqv', 'ybwqc', 'pqowx'],
    ...['x7k2p', '9dq4z', 'k3m9x', '2bq7w', 'zx81q', 'q9w8e', '4f7a2'],
    ...['qjxzkvmwpt', 'vbnqwzrtkx', 'a8sk2lqm4z', 'w4kq82mzlp', 'xkqzvw', 'r7w2qk9d', 'h8s2kq0zp1m4x7vc'],
    ...['3f2504e0-4f89-41d3-9a0c-0305e82c3301', '3f2504e0-4f89', '3f2504e0-4f89-41d3'],
  ],
  unknown: ['48213', '3512345678', '99999999999'],
  fixed: [
    ...[
      'build',
      'tests',
      'setup',
      'admin',
      'seeds',
      'hooks',
      'check',
      'smoke',
      'redis',
      'kafka',
      'mysql',
      'nginx',
      'proxy',
    ],
    ...[
      'users',
      'index',
      'cache',
      'queue',
      'query',
      'store',
      'minio',
      'mongo',
      'oauth',
      'https',
      'debug',
      'cloud',
      'video',
    ],
    ...[
      'login',
      'pages',
      'state',
      'event',
      'topic',
      'crawl',
      'alpha',
      'green',
      'stage',
      'sweep',
      'prune',
      'purge',
      'clean',
    ],
    ...['bootstrap', 'migrations', 'postgresql', 'clickhouse', 'dashboards', 'visibility', 'controller', 'quickstart'],
    ...['keycloak', 'sidekiq', 'rabbitmq', 'cassandra', 'scheduler', 'worker', 'cronjob', 'healthcheck', 'loadtest'],
    ...[
      'shard1',
      'pg15',
      'node20',
      'redis7',
      'mysql8',
      'php82',
      'jdk17',
      'stage2',
      'python312',
      's3sync',
      'k8s',
      'i18n',
    ],
    ...[
      'e2e',
      'oauth2',
      'neo4j',
      'ipv6',
      '2fa',
      'base64',
      'sha256',
      'blue2green',
      'db',
      'job',
      'api',
      'migrate',
      'dbsync',
    ],
  ],
};

for (const [kind, tails] of Object.entries(TAILS))
  test(`a name that ends in ${kind === 'fixed' ? 'a word' : `a ${kind}`}`, () => {
    for (const tail of tails) {
      const found = tailOf(`shop-migrate-${tail}`);
      assert.equal(found.kind, kind, tail);
      const want = kind === 'fixed' ? [`shop-migrate-${tail}`, ''] : ['shop-migrate', tail];
      assert.deepEqual([found.stem, found.tail], want, tail);
    }
  });

test('most of what Kubernetes and Sprig draw is seen, whatever its length', () => {
  // A generator of its own, so that each run has the same letters.
  let state = 7;
  const draw = (alphabet: string, length: number): string =>
    Array.from({ length }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return alphabet[Math.floor((state / 2_147_483_648) * alphabet.length)];
    }).join('');
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  for (const { alphabet, length, least } of [
    { alphabet: letters, length: 5, least: 0.92 },
    { alphabet: letters, length: 10, least: 0.92 },
    { alphabet: `${letters}0123456789`, length: 5, least: 0.88 },
    { alphabet: `${letters}0123456789`, length: 10, least: 0.97 },
    { alphabet: 'bcdfghjklmnpqrstvwxz2456789', length: 5, least: 0.9 },
  ]) {
    const drawn = Array.from({ length: 2_000 }, () => tailOf(`a-${draw(alphabet, length)}`).kind);
    const seen = drawn.filter((kind) => kind !== 'fixed').length / drawn.length;
    assert.ok(seen > least, `${alphabet} ${length}: ${seen}`);
  }
});

test('what else the resource says decides about letters', () => {
  const resource = (name: string, text: string, template?: string): Parameters<typeof tailOfResource>[0] => ({
    name,
    text: () => text,
    template,
  });
  for (const { name, text, template, want } of [
    { name: 'a-xqzwv', text: 'name: a-xqzwv', want: 'random' },
    { name: 'a-xqzwv', text: 'labels: { app: xqzwv }', want: 'fixed' },
    { name: 'a-xqzwv', text: 'image: acme/xqzwv-tools:1', want: 'fixed' },
    { name: 'a-xqzwv', text: 'image: "acme/a:xqzwv"', want: 'version' },
    { name: 'a-x7k2p', text: '  image: acme/a:x7k2p\n', want: 'version' },
    { name: 'a-9b74c98', text: 'image: acme/a:9b74c98', want: 'version' },
    { name: 'a-9b74c98', text: 'image: acme/a:9b74c98f', want: 'hash' },
    { name: 'a-xqzwv', text: 'labels: { run-id: xqzwv }', want: 'random' },
    { name: 'a-xqzwv', text: '', template: 'a/templates/xqzwv/job.yaml', want: 'fixed' },
    { name: 'a-xqzwv', text: 'job-name: b-xqzwv', want: 'random' },
  ] as const)
    assert.equal(tailOfResource(resource(name, text, template)).kind, want, `${name} in ${text || template}`);
});
