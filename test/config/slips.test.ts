/** Mistakes that people make in a config: each is told once, with its line and with what to write instead. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertGolden, TESTDATA } from '../support/files.ts';
import { order } from '../support/pipeline.ts';

const STREAM = `# Source: shop/templates/migrate-job.yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: shop-db-migrate
  labels: { app: shop }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: migrate, image: "shop:1" }] } } }
---
# Source: shop/templates/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  labels: { app: shop }
spec: { selector: { matchLabels: { app: shop } }, template: { metadata: { labels: { app: shop } }, spec: { containers: [{ name: shop, image: "shop:1" }] } } }
`;

/** An entry that is right but for the line that a row is about. */
const entry = (line: string): string => `hooks:\n  - name: migrate\n${line.replace(/^/gm, '    ')}\n`;
const MATCH = 'match: { kind: Job, name: "*-migrate" }';

const SLIPS: readonly string[] = [
  entry('match:\n  name: *-migrate'),
  entry('match: { name: *-migrate }'),
  entry('match: [ *-migrate ]'),
  entry('match: { kind: job }'),
  entry('match: { kind: Jobs, name: "*-migrate" }'),
  entry('match: { kind: Jbo, name: "*-migrate" }'),
  entry('match: { kind: Pod, name: "*-migrate" }'),
  entry('match: Job/shop-db-migrate'),
  entry('match: { kind: Job, name: shop-db-migrat }'),
  entry('match: { name: shop-db-migrte }'),
  entry('match: { kind: Job, name: "{{ .Release.Name }}-db-migrate" }'),
  entry('match:\n  name: {{ .Release.Name }}-db-migrate'),
  entry('match: { kind: Job, namespace: default }'),
  entry('match: { kind: Job, template: ./chart/templates/migrate-job.yaml }'),
  entry('match: { kind: Job, template: migrate_job.yaml }'),
  entry('match: { kind: Job, chart: shp }'),
  entry('match: { kind: Job, apiVersion: v1 }'),
  entry('match: { kind: Job, labels: { app: web } }'),
  entry('match: { kind: Job, labels: { ap: shop } }'),
  entry('match: { kind: Job, labels: { app.kubernetes.io/component: migrate } }'),
  entry('matches: { kind: Job }'),
  entry('match: { kinds: Job }'),
  entry(`${MATCH}\nhook: pre-upgrade`),
  entry(`${MATCH}\nevent: pre-upgrade`),
  entry(`${MATCH}\nevents: pre-upgrade`),
  entry(`${MATCH}\nevents: pre-install, pre-upgrade`),
  entry(`${MATCH}\nevents: [preupgrade]`),
  entry(`${MATCH}\nevents: [before-upgrade]`),
  entry(`${MATCH}\nevents: []`),
  entry(`${MATCH}\nevents:`),
  entry(`${MATCH}\ndeletePolicy: hook-succeeded`),
  entry(`${MATCH}\ndeletePolicy: [hook-success]`),
  entry(`${MATCH}\ndeletePolicy: never`),
  entry(`${MATCH}\ndeletePolicy: [keep, hook-failed]`),
  entry(`${MATCH}\nweight: "5"`),
  entry(`${MATCH}\nweight: 1.5`),
  entry(`${MATCH}\nweigth: 5`),
  entry(`${MATCH}\nweight: {}`),
  entry(`${MATCH}\nweight: { preinstall: 5 }`),
  entry(`${MATCH}\nweight: { pre-install: high }`),
  entry(`${MATCH}\nevents: [pre-upgrade]\nweight: { pre-install: 5 }`),
  entry(`${MATCH}\nhook: false\nweight: { pre-install: 5 }`),
  entry(`${MATCH}\nafter: seed`),
  entry(`${MATCH}\nafter: [seed]`),
  entry(`${MATCH}\njobName: timestmap`),
  entry(`${MATCH}\njob: { backoff: 3 }`),
  entry(`${MATCH}\nbackoffLimit: 3`),
  entry(`${MATCH}\njob: { activeDeadlineSeconds: 5m }`),
  entry(`${MATCH}\npod: { like: shop }`),
  entry(`${MATCH}\npod: { like: [Deployment/shop] }`),
  entry(`${MATCH}\nevents: [post-upgrade]\npod: { like: Deployment/shp }`),
  entry(`${MATCH}\nevents: [post-upgrade]\npod: { like: deployment/shop }`),
  entry(`${MATCH}\nevents: [post-upgrade]\npod: { like: Service/shop }`),
  entry(`${MATCH}\nevents: [post-upgrade]\npod: { like: Job/shop-db-migrate }`),
  entry(`${MATCH}\npod: { like: "Deployment/[shop" }`),
  entry(`${MATCH}\npod: { imagePullSecrets: [registry] }`),
  entry(`${MATCH}\npod: { nodeSelector: { gpu: true } }`),
  entry(`${MATCH}\npod: { toleration: [] }`),
  entry(`${MATCH}\nnodeSelector: { pool: jobs }`),
  entry(`${MATCH}\ndependencies: true`),
  entry(`${MATCH}\npatch: { op: add }`),
  entry(`${MATCH}\n${MATCH}`),
  'hooks:\n\t- name: migrate\n',
  'hook:\n  - name: migrate\n',
  'hooks:\n  migrate:\n    events: [pre-upgrade]\n',
  'hooks:\n  - name: 1\n    match: { kind: Job }\n',
  'hooks:\n  - match: { kind: Job }\n',
  'weights: { start: a }\n',
  'helm: { timeout: 300 }\n',
  'helm: { timeout: "300" }\n',
  'helm: { timeout: ten minutes }\n',
  'helm: { version: 4.3 }\n',
  'helm: { version: "5" }\n',
  'helm: { target: argo }\n',
  'helm: { wait: yes please }\n',
  'helm: { waits: true }\n',
  'helm: true\n',
  'argocd: { phase: PreSync }\n',
  'argocd: presync\n',
  'phase: presync\n',
  'timeout: 10m\n',
];

test('each mistake is told once, with its line and with what to write', () => {
  const told = SLIPS.map((body) => {
    const { findings } = order(STREAM, `apiVersion: hookorder.io/v1\nkind: HookOrder\n${body}`);
    const [finding, ...others] = findings;
    assert.ok(finding?.hint !== undefined && finding.frame !== undefined, body);
    assert.deepEqual(others, [], body);
    return `${body}${finding.message}\n| ${finding.frame.line.trim()}\nfix: ${finding.hint}\n`;
  });
  assertGolden(join(TESTDATA, 'config-slips.txt'), told.join('\n'));
});

test('three entries of which none fits nearly are one mistake: the config of another release', () => {
  const body = `hooks:\n${['a', 'b', 'c'].map((name) => `  - { name: ${name}, match: { kind: Job, name: crm-${name}-import } }\n`).join('')}`;
  const { findings } = order(STREAM, `apiVersion: hookorder.io/v1\nkind: HookOrder\n${body}`);
  assert.equal(findings.length, 1);
  assert.match(findings[0]?.message ?? '', /^none of the 3 hooks .* looks like the config of another release/);
});

test('one entry that fits, or fits nearly, shows that the config is meant for this release', () => {
  for (const name of ['shop-db-migrate', 'shop-db-migrat']) {
    const body = `hooks:\n${['crm-a-import', 'crm-b-import', name].map((match, index) => `  - { name: h${index}, match: { kind: Job, name: ${match} }, events: [pre-upgrade] }\n`).join('')}`;
    const { findings } = order(STREAM, `apiVersion: hookorder.io/v1\nkind: HookOrder\n${body}`);
    assert.ok(
      findings.every(({ message }) => message.startsWith('hook "')),
      name,
    );
  }
});
