/** Where Helm's readers and YAML differ, a real Helm does what hookorder says: the Job stays in the release, as the hook of the plan. */
import assert from 'node:assert/strict';
import { HELM_4, type Helm, helmTest, installHookorder, writeChart } from '../support/helm.ts';

const CONFIG = `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - name: migrate
    match: { kind: Job, name: "*-migrate" }
    events: [pre-install, pre-upgrade]
    weight: 7
    deletePolicy: [before-hook-creation, hook-succeeded]
    job: { backoffLimit: 2, activeDeadlineSeconds: 60 }
`;
const BODY = '  template: {spec: {restartPolicy: Never, containers: [{name: m, image: m}]}}\n';
const job = (metadata: string, spec = ''): string =>
  `apiVersion: batch/v1\nkind: Job\n${metadata}spec:\n${spec}${BODY}`;
const META = 'metadata:\n  name: shop-migrate\n';

/** The hooks that Helm has, as `install --dry-run` lists them. */
function hooksOf(helm: Helm, manifest: string): string {
  const chart = writeChart(helm, 'demo', { 'job.yaml': manifest });
  const out = helm.succeed(['install', 'shop', chart, '--dry-run=client', ...installHookorder(helm, CONFIG)]);
  return out.slice(out.indexOf('HOOKS:'), out.indexOf('MANIFEST:'));
}

const MERGED = {
  'an annotation that a merge below it would take away': `${META}  annotations:\n    <<: {helm.sh/hook: bogus, helm.sh/hook-weight: "1"}\n`,
  'annotations in flow style': `${META}  annotations: {a: b, <<: {helm.sh/hook: bogus}}\n`,
  'an annotation above the merge': `${META}  annotations:\n    helm.sh/hook: test\n    <<: {helm.sh/hook: bogus}\n`,
  'two merges': `${META}  annotations:\n    <<: {helm.sh/hook: bogus}\n    a: b\n    <<: [{helm.sh/hook: worse}]\n`,
  'a merge of labels into metadata': 'metadata:\n  <<: {name: other, labels: {a: b}}\n  name: shop-migrate\n',
};
for (const [name, metadata] of Object.entries(MERGED))
  helmTest(`a merge key cannot take the Job out of the release: ${name}`, HELM_4, (helm) => {
    const hooks = hooksOf(helm, job(metadata, '  <<: {backoffLimit: 6, activeDeadlineSeconds: 1}\n'));
    assert.match(hooks, /name: "?shop-migrate/);
    assert.match(hooks, /hook"?: "?pre-install,\s?pre-upgrade/);
    assert.match(hooks, /backoffLimit: 2/);
    // What stands below the last merge counts.
    assert.ok(hooks.lastIndexOf('backoffLimit: 2') > hooks.lastIndexOf('backoffLimit: 6'), hooks);
    assert.ok(hooks.lastIndexOf('pre-install,') > hooks.lastIndexOf('bogus'), hooks);
  });

helmTest('annotations that only Helm takes for such are refused by name', HELM_4, (helm) => {
  const chart = writeChart(helm, 'demo', { 'job.yaml': job(`${META}  Annotations: {a: b}\n`) });
  const { status, stderr } = helm.run(['template', 'shop', chart, ...installHookorder(helm, CONFIG)]);
  assert.equal(status, 1);
  assert.match(stderr, /input\/read-two-ways[\s\S]*Job\/shop-migrate[\s\S]*"Annotations"/);
});

helmTest('annotations by a merge inside metadata are refused by name', HELM_4, (helm) => {
  const metadata = 'metadata:\n  <<: {annotations: {helm.sh/hook: bogus}}\n  name: shop-migrate\n';
  const chart = writeChart(helm, 'demo', { 'job.yaml': job(metadata) });
  const { status, stderr } = helm.run(['template', 'shop', chart, ...installHookorder(helm, CONFIG)]);
  assert.equal(status, 1);
  assert.match(stderr, /input\/read-two-ways[\s\S]*Job\/shop-migrate/);
});
