/** The workflows: what they use is pinned, a job may do what it needs and no more, and the key is alone with gpg. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ROOT } from '../support/files.ts';
import { HELM_4, helmTest } from '../support/helm.ts';
import { makeArtefacts, VERSION } from '../support/release-artefacts.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = join(ROOT, '.github', 'workflows');
const textOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const { permissions, jobs } = parse(textOf('release.yml')) as Workflow;

for (const name of readdirSync(FOLDER))
  test(`${name} uses actions by their digest, each with its version beside it`, () => {
    const lines = textOf(name).match(/^.*\buses:.*$/gm) ?? [];
    assert.ok(lines.length > 0);
    for (const line of lines) assert.match(line, /uses: (?:\.\/$|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/);
  });

test('an action has one digest for one version everywhere', () => {
  const pins = readdirSync(FOLDER).flatMap((name) => [...textOf(name).matchAll(/uses: ([\w./-]+)@(\w{40} # v\S+)/g)]);
  const found = new Map<string, Set<string>>();
  for (const [, action = '', pin = ''] of pins) found.set(action, (found.get(action) ?? new Set()).add(pin));
  for (const [action, versions] of found) assert.equal(versions.size, 1, action);
});

test('no job of a release may do anything by default, and each says what it may', () => {
  assert.deepEqual(permissions, {});
  const allowed = Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.permissions]));
  assert.deepEqual(allowed, {
    test: { contents: 'read' },
    build: { contents: 'read' },
    rebuild: { contents: 'read' },
    sign: {},
    attest: { 'id-token': 'write', attestations: 'write' },
    github: { contents: 'write' },
    oci: { packages: 'write' },
    npm: { 'id-token': 'write' },
  });
});

test('secrets are seen by one step, in a job that has no code of this repository and runs nothing that it got', () => {
  for (const [name, job] of Object.entries(jobs)) {
    const secret = JSON.stringify(job).includes('secrets.');
    assert.equal(secret, name === 'sign', name);
    const checkout = job.steps.some(({ uses }) => uses?.startsWith('actions/checkout@'));
    if (Object.values(job.permissions ?? {}).includes('write') || secret)
      assert.ok(!checkout, `${name} has a checkout`);
  }
  for (const { uses, run, env } of jobs['sign']?.steps ?? []) {
    assert.equal(env !== undefined, run !== undefined);
    assert.doesNotMatch(run ?? '', /node|npm|\.\/|bash |sh /);
    assert.ok(uses === undefined || /^actions\/(?:down|up)load-artifact@/.test(uses));
  }
});

test('nothing is published that is not tested, built twice, signed and attested', () => {
  const needs = (name: string): readonly string[] => {
    const direct = [jobs[name]?.needs ?? []].flat();
    return [...direct, ...direct.flatMap(needs)];
  };
  for (const name of ['github', 'oci', 'npm'])
    for (const before of ['test', 'build', 'rebuild', 'sign', 'attest'])
      assert.ok(needs(name).includes(before), `${name} needs ${before}`);
});

const GPG = spawnSync('gpg', ['--version']).status === 0;

helmTest('what the step of the workflow signs is what Helm verifies', HELM_4, (helm, t) => {
  if (!GPG) return t.skip('no gpg here');
  const artefacts = makeArtefacts('none', { sign: false });
  try {
    // gpg's agent listens on a path below its home, which must be short.
    const env = { ...process.env, GNUPGHOME: join(artefacts.folder, '..', 'g') };
    mkdirSync(env.GNUPGHOME, { mode: 0o700 });
    const gpg = (...args: string[]) => {
      const run = spawnSync('gpg', ['--batch', '--pinentry-mode', 'loopback', '--passphrase', 'a secret', ...args], {
        env,
      });
      assert.equal(run.status, 0, run.stderr.toString());
      return run.stdout;
    };
    gpg('--quick-generate-key', 'release@example.com', 'rsa2048', 'sign', '1d');
    const secret = gpg('--export-secret-keys', 'release@example.com');
    spawnSync('gpgconf', ['--kill', 'gpg-agent'], { env });
    const { run = '' } = jobs['sign']?.steps.find((step) => step.run) ?? {};
    const signed = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', run], {
      cwd: join(artefacts.folder, '..'),
      encoding: 'utf8',
      env: {
        ...process.env,
        TMPDIR: '/tmp',
        SECRET_KEY: secret.toString('base64'),
        PASSPHRASE: 'a secret',
        KEY: 'release@example.com',
      },
    });
    assert.equal(signed.status, 0, signed.stderr);
    assert.doesNotMatch(signed.stdout + signed.stderr, /a secret/);
    const keyring = artefacts.path('hookorder.pub.gpg');
    for (const name of [`hookorder-${VERSION}.tgz`, `hookorder-cli-${VERSION}.tgz`]) {
      const out = helm.succeed(['plugin', 'verify', artefacts.path(name), '--keyring', keyring]);
      assert.match(out, /Signed by: release@example.com/);
      assert.ok(!existsSync(artefacts.path(`${name}.unsigned`)));
    }
    assert.ok(existsSync(artefacts.path('checksums.txt.asc')));
  } finally {
    artefacts.close();
  }
});

test('the site is published by a job that runs nothing of this repository', () => {
  const pages = parse(textOf('pages.yml')) as Workflow;
  assert.deepEqual(pages.permissions, {});
  assert.deepEqual(pages.jobs['build']?.permissions, { contents: 'read' });
  const { permissions: may, steps = [] } = pages.jobs['publish'] ?? {};
  assert.deepEqual(may, { pages: 'write', 'id-token': 'write' });
  assert.deepEqual(
    steps.map(({ uses, run }) => [uses?.split('@')[0], run]),
    [['actions/deploy-pages', undefined]],
  );
});
