import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDataLoss } from '../../../src/check/hooks/data-loss.ts';
import { checkAdoption, checkAwaited, checkLeftovers, checkLogs } from '../../../src/check/hooks/policies.ts';
import type { Check } from '../../../src/release/release.ts';
import { placementNamed, type Rules, releaseOf } from '../../support/release.ts';

interface Case {
  readonly name: string;
  readonly api?: string;
  readonly kind?: string;
  readonly id?: string;
  readonly hook?: string;
  readonly policy?: string;
  readonly more?: Readonly<Record<string, string>>;
  readonly spec?: string;
  readonly rules?: Rules;
  readonly version?: string;
  /** `severity`, or none. */
  readonly want?: string;
}

/** The severities of what a check finds in one resource. */
function severities(
  check: Check,
  { api, kind = 'Job', id = 'a', hook, policy, more, spec = '{}', rules = {}, version }: Case,
): string {
  const annotations = {
    ...(hook !== undefined && { 'helm.sh/hook': hook }),
    ...(policy !== undefined && { 'helm.sh/hook-delete-policy': policy }),
    ...more,
  };
  const apiVersion = api ?? API[kind] ?? 'v1';
  const name = id.endsWith('-') ? 'generateName' : 'name';
  const release = releaseOf(
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { ${name}: ${id}, annotations: ${JSON.stringify(annotations)} }\nspec: ${spec}\n`,
    { rules, ...(version !== undefined && { version }) },
  );
  return release.placements
    .flatMap((placement) => check(placement, release))
    .map((finding) => finding.severity)
    .join();
}

const API: Readonly<Record<string, string>> = { Job: 'batch/v1', StatefulSet: 'apps/v1', Deployment: 'apps/v1' };

function verify(check: Check, cases: readonly Case[]): void {
  for (const each of cases) assert.equal(severities(check, each), each.want ?? '', each.name);
}

const UPGRADE = 'pre-install,pre-upgrade';
const ALWAYS = 'before-hook-creation';

test('hook/name-blocks-rerun: a run that is left behind under a fixed name', () => {
  verify(checkLeftovers, [
    { name: 'hook-succeeded alone leaves the failed run', hook: UPGRADE, policy: 'hook-succeeded', want: 'warning' },
    { name: 'of an install alone', hook: 'pre-install', policy: 'hook-succeeded', want: 'info' },
    {
      name: 'of an install alone, by the config',
      hook: 'pre-install',
      policy: 'hook-succeeded',
      rules: { a: {} },
      want: 'warning',
    },
    { name: 'both leave none', hook: UPGRADE, policy: 'hook-succeeded,hook-failed' },
    { name: 'the default removes it', hook: UPGRADE },
    { name: 'before-hook-creation removes it', hook: UPGRADE, policy: `${ALWAYS},hook-succeeded` },
    { name: 'keep keeps every run', hook: UPGRADE, policy: 'keep', want: 'warning' },
    { name: 'for the config that is an error', hook: UPGRADE, policy: 'keep', rules: { a: {} }, want: 'error' },
    {
      name: 'hook-failed keeps the successful run',
      hook: UPGRADE,
      policy: 'hook-failed',
      rules: { a: {} },
      want: 'error',
    },
    {
      name: 'a Pod of the config likewise',
      kind: 'Pod',
      hook: UPGRADE,
      policy: 'hook-failed',
      rules: { a: {} },
      want: 'error',
    },
    {
      name: 'only the failed run of the config is a warning',
      hook: UPGRADE,
      policy: 'hook-succeeded',
      rules: { a: {} },
      want: 'warning',
    },
    {
      name: 'a run that a TTL removes is a warning',
      hook: UPGRADE,
      policy: 'keep',
      spec: '{ttlSecondsAfterFinished: 600}',
      rules: { a: {} },
      want: 'warning',
    },
    { name: 'a timestamp never meets its last run', id: 'a-1732147200', hook: UPGRADE, policy: 'hook-succeeded' },
    { name: 'a revision neither', id: 'a-1', hook: UPGRADE, policy: 'hook-succeeded' },
    { name: 'a version comes again', id: 'a-1-25-0', hook: UPGRADE, policy: 'hook-succeeded', want: 'warning' },
    {
      name: 'a name that the config makes unique neither',
      hook: UPGRADE,
      policy: 'hook-succeeded',
      rules: { a: { jobName: { suffix: 'timestamp', format: 'unix' } } },
    },
    {
      name: 'a failed run of the same hash blocks its retry',
      hook: UPGRADE,
      policy: 'hook-succeeded',
      rules: { a: { jobName: { suffix: 'hash' } } },
      want: 'warning',
    },
    { name: 'a generated name never meets its last run', id: 'a-', hook: UPGRADE, policy: 'hook-succeeded' },
    {
      name: 'a claim kept on purpose is applied again',
      kind: 'PersistentVolumeClaim',
      hook: UPGRADE,
      policy: 'keep',
      rules: { a: {} },
    },
    {
      name: 'a ConfigMap that is left by accident is not',
      kind: 'ConfigMap',
      hook: UPGRADE,
      policy: 'hook-failed',
      want: 'info',
    },
    {
      name: 'which Helm 3 refuses to create again',
      kind: 'ConfigMap',
      hook: UPGRADE,
      policy: 'hook-failed',
      version: '3.22',
      want: 'warning',
    },
    { name: 'a ConfigMap goes with the event', kind: 'ConfigMap', hook: UPGRADE, policy: 'hook-succeeded' },
    { name: 'no hook, no run', policy: 'keep' },
  ]);
});

test('hook/delete-policy-loses-data: what Helm deletes while the release lives', () => {
  const claims = '{volumeClaimTemplates: [{metadata: {name: data}}]}';
  verify(checkDataLoss, [
    { name: 'a claim goes by default at each upgrade', kind: 'PersistentVolumeClaim', hook: UPGRADE, want: 'error' },
    {
      name: 'a claim of the chart that is only created by install goes with a reinstall',
      kind: 'PersistentVolumeClaim',
      hook: 'pre-install',
      want: 'warning',
    },
    {
      name: 'a claim of the config must say keep',
      kind: 'PersistentVolumeClaim',
      hook: 'pre-install',
      rules: { a: {} },
      want: 'error',
    },
    { name: 'a kept claim stays', kind: 'PersistentVolumeClaim', hook: UPGRADE, policy: 'keep', rules: { a: {} } },
    {
      name: 'hook-succeeded takes it at once',
      kind: 'PersistentVolumeClaim',
      hook: 'pre-install',
      policy: 'hook-succeeded',
      want: 'error',
    },
    {
      name: 'hook-failed takes nothing: creating a claim is all there is',
      kind: 'PersistentVolumeClaim',
      hook: UPGRADE,
      policy: 'hook-failed',
    },
    {
      name: 'the claim of a test is made for the test',
      kind: 'PersistentVolumeClaim',
      hook: 'test',
      policy: 'hook-succeeded',
    },
    {
      name: 'two events of one operation delete it too',
      kind: 'PersistentVolumeClaim',
      hook: 'pre-install,post-install',
      want: 'error',
    },
    { name: 'a namespace goes with all that is in it', kind: 'Namespace', hook: UPGRADE, want: 'error' },
    {
      name: 'a volume goes',
      kind: 'PersistentVolume',
      hook: 'post-upgrade',
      spec: '{persistentVolumeReclaimPolicy: Delete}',
      want: 'error',
    },
    { name: 'a volume made by hand is retained', kind: 'PersistentVolume', hook: 'post-upgrade' },
    { name: 'a StatefulSet goes at each upgrade', kind: 'StatefulSet', hook: UPGRADE, spec: claims, want: 'error' },
    { name: 'a StatefulSet that only install creates keeps running', kind: 'StatefulSet', hook: 'pre-install' },
    { name: 'its claims outlive a reinstall', kind: 'StatefulSet', hook: 'pre-install', spec: claims },
    {
      name: 'unless they are deleted with it',
      kind: 'StatefulSet',
      hook: 'pre-install',
      spec: '{volumeClaimTemplates: [{}], persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}}',
      want: 'warning',
    },
    {
      name: 'a database behind a custom resource goes',
      api: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      hook: UPGRADE,
      want: 'error',
    },
    { name: 'a Cluster of another group is none', api: 'management.cattle.io/v3', kind: 'Cluster', hook: UPGRADE },
    {
      name: 'Helm never deletes a definition',
      api: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      hook: UPGRADE,
    },
    { name: 'a Deployment has no data', kind: 'Deployment', hook: UPGRADE },
    { name: 'a plain claim is not touched', kind: 'PersistentVolumeClaim', policy: ALWAYS },
  ]);
});

test('hook/delete-policy-loses-data: a ConfigMap that a Job of the release writes into is state', () => {
  const release = (script: string, policy = ''): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: state
  annotations: { helm.sh/hook: pre-upgrade${policy === '' ? '' : `, helm.sh/hook-delete-policy: ${policy}`} }
---
apiVersion: batch/v1
kind: Job
metadata: { name: backup, annotations: { helm.sh/hook: pre-upgrade } }
spec:
  template:
    spec:
      containers:
        - name: main
          env: [{ name: STATE, value: state }]
          command: [sh, -c, '${script}']
`;
  const write = 'done() { kubectl patch configmap "$STATE" --type=merge --patch="{}"; }; done';
  for (const { name, text, rules, want } of [
    { name: 'the default policy forgets it', text: release(write), rules: { state: {} }, want: ['error'] },
    { name: 'a chart may mean to begin anew', text: release(write), rules: {}, want: ['warning'] },
    { name: 'kept, it stays', text: release(write, 'keep'), rules: { state: {} }, want: [] },
    { name: 'reading is not writing', text: release('kubectl get configmap "$STATE"'), rules: { state: {} }, want: [] },
    { name: 'another ConfigMap', text: release('kubectl annotate cm other a=b'), rules: { state: {} }, want: [] },
  ]) {
    const release = releaseOf(text, { rules });
    const findings = checkDataLoss(placementNamed(release.placements, 'ConfigMap/state'), release);
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      want,
      name,
    );
  }
});

test('hook/logs-lost: deleted on failure, and nothing prints the logs', () => {
  verify(checkLogs, [
    { name: 'hook-failed takes the logs along', hook: UPGRADE, policy: 'hook-succeeded,hook-failed', want: 'info' },
    {
      name: 'unless they are printed',
      hook: UPGRADE,
      policy: 'hook-failed',
      more: { 'helm.sh/hook-output-log-policy': 'hook-failed' },
    },
    {
      name: 'printing those of success does not help',
      hook: UPGRADE,
      policy: 'hook-failed',
      more: { 'helm.sh/hook-output-log-policy': 'hook-succeeded' },
      want: 'info',
    },
    { name: 'a failed run that stays has its logs', hook: UPGRADE, policy: `${ALWAYS},hook-succeeded` },
    { name: 'a ConfigMap has none', kind: 'ConfigMap', hook: UPGRADE, policy: 'hook-failed' },
  ]);
});

test('hook/not-awaited: what runs and holds nothing up', () => {
  verify(checkAwaited, [
    { name: 'a Deployment', kind: 'Deployment', hook: UPGRADE, want: 'warning' },
    { name: 'a StatefulSet', kind: 'StatefulSet', hook: UPGRADE, want: 'warning' },
    { name: 'a workflow', api: 'argoproj.io/v1alpha1', kind: 'Workflow', hook: UPGRADE, want: 'warning' },
    {
      name: 'a migration of an operator',
      api: 'db.atlasgo.io/v1alpha1',
      kind: 'AtlasMigration',
      hook: UPGRADE,
      want: 'warning',
    },
    { name: 'a Job is awaited', hook: UPGRADE },
    { name: 'a CronJob runs when it runs', api: 'batch/v1', kind: 'CronJob', hook: UPGRADE },
    { name: 'a ServiceAccount is there at once', kind: 'ServiceAccount', hook: UPGRADE },
    { name: 'a plain Deployment is no hook', kind: 'Deployment' },
  ]);
});

test('hook/adopts-resource: an object of the release becomes a hook of the config', () => {
  const builds = { a: {} };
  const adopted: Check = (placement, release) =>
    checkAdoption(
      { ...placement, hook: { events: ['pre-install'], weight: 0, deletePolicies: [], deletes: [], logPolicies: [] } },
      release,
    );
  verify(adopted, [
    { name: 'a ConfigMap', kind: 'ConfigMap', rules: builds, want: 'error' },
    { name: 'a Deployment', kind: 'Deployment', rules: builds, want: 'error' },
    { name: 'a finished Job may go', kind: 'Job', rules: builds },
    { name: "what was a hook before is nobody's loss", kind: 'ConfigMap', hook: 'post-install', rules: builds },
    { name: 'adopt: true takes it on', kind: 'ConfigMap', rules: { a: { adopt: true } } },
    {
      name: 'the resource policy makes Helm leave it alone',
      kind: 'ConfigMap',
      more: { 'helm.sh/resource-policy': 'keep' },
      rules: builds,
    },
    { name: 'without a rule nothing changed', kind: 'ConfigMap' },
  ]);
  verify(checkAdoption, [
    { name: 'a rule that makes it plain adopts nothing', kind: 'ConfigMap', rules: { a: { plain: true } } },
  ]);
});

test('messages say when, by what, and what is lost', () => {
  const text = (check: Check, yaml: string, rules: Rules = {}): string | undefined => {
    const release = releaseOf(yaml, { rules });
    return release.placements.flatMap((placement) => check(placement, release))[0]?.message;
  };
  const claim = (annotations: string): string =>
    `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: a, annotations: { ${annotations} } }\n`;
  assert.equal(
    text(checkDataLoss, claim('helm.sh/hook: "pre-install,pre-upgrade"')),
    'PersistentVolumeClaim/a is deleted by each pre-upgrade (the default policy), and its volume with it',
  );
  assert.equal(
    text(checkDataLoss, claim('helm.sh/hook: pre-install')),
    'PersistentVolumeClaim/a is deleted by the next pre-install of this release (the default policy), and its volume with it',
  );
  assert.equal(
    text(checkDataLoss, claim('helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-succeeded')),
    'PersistentVolumeClaim/a is deleted at the end of each pre-upgrade (hook-succeeded), and its volume with it',
  );
  const job =
    'apiVersion: batch/v1\nkind: Job\nmetadata: { name: a, annotations: { helm.sh/hook: test, helm.sh/hook-delete-policy: hook-succeeded } }\nspec: {}\n';
  assert.equal(
    text(checkLeftovers, job),
    'Job/a that failed is left behind under its fixed name, and blocks the next run: Helm finds it failed, or cannot change it',
  );
});
