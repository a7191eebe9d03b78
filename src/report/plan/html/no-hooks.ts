/** What to do where nothing is a hook. */
import { count } from '../../layout.ts';
import type { Timeline } from '../../timeline.ts';
import type { PlanReport } from '../report.ts';
import { html, type Markup } from './markup.ts';

export function noHooks({ plan }: PlanReport, { deployer, resources }: Timeline): Markup {
  const jobs = plan.placements.filter(({ resource }) => resource.kind === 'Job' || resource.kind === 'Pod');
  const [first] = jobs;
  const { kind, name } =
    first === undefined ? { kind: 'Job', name: '*-migrate' } : { kind: first.resource.kind, name: first.name };
  const example = [
    'apiVersion: hookorder.io/v1',
    'kind: HookOrder',
    'hooks:',
    '  - name: migrate',
    `    match: { kind: ${kind}, name: ${JSON.stringify(name)} }`,
    '    events: [pre-install, pre-upgrade]',
    '    dependencies: copy',
  ];
  const candidates =
    first === undefined
      ? 'None of them is a Job or a Pod.'
      : `Of its Jobs and Pods, ${jobs.length} could be ${jobs.length === 1 ? 'a hook' : 'hooks'}.`;
  return html`<section class="start" aria-labelledby="start"><h2 id="start">Nothing in this release is a hook</h2>
<p>${deployer} applies its ${count(resources.count, 'resource')} together, whatever needs what. ${candidates} What must run before or after the rest is listed in <code>hookorder.yaml</code>; <code>hookorder init</code> proposes one.</p>
<pre>${example.map((line) => html`${line}\n`)}</pre></section>
`;
}
