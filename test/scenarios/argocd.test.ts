/** The example charts for Argo CD: what render writes, the plan and what lint says are as recorded; rendering twice is once. */
import assert from 'node:assert/strict';
import { assertGolden } from '../support/files.ts';
import { helmTest } from '../support/helm.ts';
import { goldenOf, hookorder, pathOf, type Scenario, template } from './scenario.ts';

interface Form {
  readonly scenario: Scenario;
  /** Beside the first, which may be made for Helm. */
  readonly configs?: readonly [string, ...string[]];
  /** What the golden files begin with. */
  readonly golden?: string;
}

const ATLAS: Scenario = { name: 'atlas-migration', release: 'orders' };
const FORMS: readonly Form[] = [
  { scenario: { name: 'ordered-release', release: 'shop' } },
  { scenario: { name: 'keycloak-postgresql-ha', release: 'shop' } },
  { scenario: { ...ATLAS, flags: ['--values', pathOf(ATLAS, 'values.yaml')] } },
  {
    scenario: { ...ATLAS, flags: ['--values', pathOf(ATLAS, 'values.yaml')] },
    configs: ['hookorder.yaml', 'hookorder.presync.yaml'],
    golden: 'argocd-presync',
  },
  { scenario: { name: 'optscale-migrations', release: 'optscale' }, configs: ['hookorder.argocd.yaml'] },
];

for (const { scenario, configs = ['hookorder.yaml'], golden = 'argocd' } of FORMS)
  helmTest(`${scenario.name}: rendered, planned and linted for Argo CD (${configs.join(', ')})`, ['4.2.3'], (helm) => {
    const plain = template(helm, scenario);
    const [first, ...others] = configs;
    const more = others.map((config) => `--config=testdata/charts/${scenario.name}/${config}`);
    const run = (command: string, stream: string) =>
      hookorder(scenario, [command, '--target', 'argocd', ...more], stream, first);
    const rendered = run('render', plain);
    assert.equal(rendered.status, 0, rendered.stderr);
    assertGolden(goldenOf(scenario, `${golden}-render.yaml`), rendered.stdout);
    assert.equal(run('render', rendered.stdout).stdout, rendered.stdout);
    assertGolden(goldenOf(scenario, `${golden}-plan.txt`), run('plan', plain).stdout);
    assertGolden(goldenOf(scenario, `${golden}-lint.txt`), run('lint', plain).stdout);
  });
