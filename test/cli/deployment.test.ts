/** How a release is deployed: what flags say goes before `helm` of the config, and that before what is usual. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Ran, runCli } from '../support/cli.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder deployment '));
after(() => rmSync(FOLDER, { recursive: true }));

const STREAM = `# Source: shop/templates/migrate.yaml
apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: "post-install,post-upgrade", helm.sh/hook-delete-policy: before-hook-creation } }
spec: { backoffLimit: 1, template: { spec: { restartPolicy: Never, containers: [{ name: m, image: m, command: [m] }] } } }
---
# Source: shop/templates/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { initContainers: [{ name: gate, image: kubectl, command: [kubectl, wait, --for=condition=complete, job/migrate] }], containers: [{ name: web, image: w }] } } }
`;

/** Runs a command on the stream, in a directory whose config has this `helm`. */
function run(helm: string, args: readonly string[]): Ran {
  const said = helm === '' ? '' : `helm: ${helm}\n`;
  writeFileSync(
    join(FOLDER, 'hookorder.yaml'),
    `apiVersion: hookorder.io/v1\nkind: HookOrder\n${said}hooks: [{ name: migrate, match: { kind: Job }, deletePolicy: [before-hook-creation, hook-succeeded], job: { activeDeadlineSeconds: 400 } }]\n`,
  );
  return runCli(args, { input: STREAM, cwd: FOLDER });
}

const codesOf = ({ stdout }: Ran): readonly string[] =>
  (JSON.parse(stdout) as { findings: { code: string; severity: string }[] }).findings.map(
    ({ code, severity }) => `${severity} ${code}`,
  );

const CYCLE = 'error refs/wait-cycle';
const DEADLINE = 'warning job/deadline-exceeds-timeout';

for (const { helm, args, has, lacks } of [
  { helm: '', args: [], has: [DEADLINE], lacks: [CYCLE] },
  { helm: '{ wait: true }', args: [], has: [CYCLE, DEADLINE], lacks: [] },
  { helm: '{ wait: true }', args: ['--wait=false'], has: [], lacks: [CYCLE] },
  { helm: '{ wait: false }', args: ['--wait'], has: [CYCLE], lacks: [] },
  { helm: '{ timeout: 10m }', args: [], has: [], lacks: [CYCLE, DEADLINE] },
  { helm: '{ timeout: 10m }', args: ['--timeout', '5m'], has: [DEADLINE], lacks: [] },
  { helm: '{ timeout: 1m }', args: ['--timeout', '10m'], has: [], lacks: [DEADLINE] },
  { helm: '{ target: argocd }', args: [], has: ['error argocd/waits-forever'], lacks: [CYCLE] },
  { helm: '{ target: argocd, wait: true }', args: ['--target', 'helm'], has: [CYCLE], lacks: [] },
])
  test(`helm: ${helm || 'absent'}, flags: ${args.join(' ') || 'none'}`, () => {
    const codes = codesOf(run(helm, ['lint', '-o', 'json', ...args]));
    for (const code of has) assert.ok(codes.includes(code), `${code} in ${codes.join()}`);
    for (const code of lacks) assert.ok(!codes.includes(code), `${code} in ${codes.join()}`);
  });

test('the target of the config decides what plan, rehearse and render speak of', () => {
  const argo = '{ target: argocd }';
  const operations = (ran: Ran): unknown =>
    (JSON.parse(ran.stdout) as { operations: { name: string }[] }).operations.map(({ name }) => name)[0];
  assert.equal(operations(run(argo, ['plan', '-o', 'json'])), 'first sync');
  assert.equal(operations(run(argo, ['plan', '-o', 'json', '--target', 'helm'])), 'install');
  assert.match(run(argo, ['rehearse', '--operation', 'upgrade']).stderr, /--operation cannot be "upgrade"/);
  assert.equal(run('', ['rehearse', '--operation', 'upgrade']).status, 0);
  assert.match(run(argo, ['render', '--fail-on', 'never']).stdout, /argocd\.argoproj\.io\/hook: "?PostSync/);
  assert.match(run(argo, ['diff']).stdout, /^\+.*argocd\.argoproj\.io\/hook/m);
  assert.doesNotMatch(run(argo, ['diff', '--target', 'helm']).stdout, /argocd/);
});

test('a version of the config is that of Helm, and a flag goes before it', () => {
  const keep = STREAM.replace('before-hook-creation }', 'keep }');
  const first = (helm: string, args: readonly string[] = []): string => {
    const config = `apiVersion: hookorder.io/v1\nkind: HookOrder\nhelm: ${helm}\n`;
    writeFileSync(join(FOLDER, 'hookorder.yaml'), config);
    return runCli(['plan', '-o', 'json', ...args], { input: keep, cwd: FOLDER }).stdout;
  };
  assert.match(first('{ version: "3.22" }'), /already-exists/);
  assert.doesNotMatch(first('{ version: "3.22" }', ['--helm', '4.3']), /already-exists/);
  assert.match(first('{ version: "4.3" }', ['--helm', '3.22']), /already-exists/);
});

test('a config that the chart carries says it too', () => {
  const config = 'apiVersion: hookorder.io/v1\nkind: HookOrder\nhelm: { wait: true }\n';
  rmSync(join(FOLDER, 'hookorder.yaml'), { force: true });
  const ran = runCli(['lint', '-o', 'json'], {
    input: `${STREAM}---\n# Source: shop/templates/order.yaml\n${config}`,
    cwd: FOLDER,
  });
  assert.ok(codesOf(ran).includes(CYCLE), ran.stdout);
});

test('two documents cannot say it differently', () => {
  const write = (name: string, helm: string): string => {
    writeFileSync(join(FOLDER, name), `apiVersion: hookorder.io/v1\nkind: HookOrder\nhelm: ${helm}\n`);
    return name;
  };
  const files = ['-c', write('a.yaml', '{ wait: true }'), '-c', write('b.yaml', '{ wait: false }')];
  const ran = runCli(['lint', ...files, '-o', 'json'], { input: STREAM, cwd: FOLDER });
  assert.match(ran.stdout, /\\"helm\\" differs from that at a\.yaml:3, and a release is deployed in one way/);
});
