/** The example charts for Argo CD: what render writes, the plan and what lint says are as recorded; rendering twice is once. */
import assert from 'node:assert/strict';
import { assertGolden } from '../support/files.ts';
import { helmTest } from '../support/helm.ts';
import { goldenOf, hookorder, type Scenario, template } from './scenario.ts';

const SCENARIOS: readonly Scenario[] = [
  { name: 'ordered-release', release: 'shop' },
  { name: 'keycloak-postgresql-ha', release: 'shop' },
];

for (const scenario of SCENARIOS)
  helmTest(`${scenario.name}: rendered, planned and linted for Argo CD`, ['4.2.3'], (helm) => {
    const plain = template(helm, scenario);
    const run = (command: string, stream: string) =>
      hookorder(scenario, [command, '--target', 'argocd'], stream, 'hookorder.yaml');
    const rendered = run('render', plain);
    assert.equal(rendered.status, 0, rendered.stderr);
    assertGolden(goldenOf(scenario, 'argocd-render.yaml'), rendered.stdout);
    assert.equal(run('render', rendered.stdout).stdout, rendered.stdout);
    assertGolden(goldenOf(scenario, 'argocd-plan.txt'), run('plan', plain).stdout);
    assertGolden(goldenOf(scenario, 'argocd-lint.txt'), run('lint', plain).stdout);
  });
