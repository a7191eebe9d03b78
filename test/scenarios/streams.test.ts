/** What Helm renders of the example charts, as a file: the playground's examples and the README's picture are made of them, where there is no Helm. */
import { assertGolden } from '../support/files.ts';
import { helmTest } from '../support/helm.ts';
import { goldenOf, template } from './scenario.ts';

const STREAMS = [
  { name: 'ordered-release', release: 'shop', chart: 'chart', file: 'stream.yaml' },
  { name: 'ordered-release', release: 'shop', chart: 'mistakes', file: 'mistakes.stream.yaml' },
  { name: 'atlas-migration', release: 'orders', chart: 'chart', file: 'stream.yaml' },
  { name: 'keycloak-postgresql-ha', release: 'sso', chart: 'chart', file: 'stream.yaml' },
  { name: 'optscale-migrations', release: 'optscale', chart: 'chart', file: 'stream.yaml' },
];

for (const { chart, file, ...scenario } of STREAMS)
  helmTest(`${scenario.name}: ${file} is what Helm renders of ${chart}`, ['4.2.3'], (helm) =>
    assertGolden(goldenOf(scenario, file), template(helm, scenario, chart)),
  );
