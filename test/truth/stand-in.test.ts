/**
 * The stand-in API server (test/support/cluster.ts) makes a real Helm do what it did on a real control plane. The same operations run
 * here against the stand-in; what the control plane saw is in the record, which `npm run truth` holds against it.
 */
import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { startCluster } from '../support/cluster.ts';
import { helmTest, writeChart } from '../support/helm.ts';
import { type Document, readRecord, type Scenario, type Seen } from './record.ts';

/** What the stand-in leaves out: time, controllers, validation, other clients. */
const SHARED =
  /^(order\/(?!crds|definition)|policy\/|failure\/fails\/|operation\/(rollback|uninstall|resource-policy|no-hooks)$|after\/(pre|post)-upgrade|adopt\/|leave\/(?!without-post-renderer)|leftover\/(unchanged|changed|failed|configmap))/;
const VERSION = '4.1.4';

/** Steps as the stand-in notes them: no waits, and nothing of what was refused or not there. */
const callsOf = ({ steps }: Seen): readonly string[] =>
  steps.filter((step) => !step.startsWith('wait ') && !step.includes(': '));

/** Plain objects of one kind are written at the same time, so only the order of kinds counts; hooks go one by one. */
function inOrder(calls: readonly string[], hooks: ReadonlySet<string>): readonly string[] {
  const groups: string[][] = [];
  const groupOf = (call = '') => {
    const [verb = '', object = ''] = call.split(' ');
    return hooks.has(object) ? undefined : `${verb === 'delete'} ${object.split('/')[0]}`;
  };
  for (const call of calls) {
    const last = groups.at(-1);
    if (last && groupOf(call) !== undefined && groupOf(call) === groupOf(last[0])) last.push(call);
    else groups.push([call]);
  }
  return groups.flatMap((group) => group.sort());
}

const titleOf = ({ kind, metadata }: Document) => `${kind}/${metadata.name}`;
const isHook = ({ metadata }: Document) => metadata.annotations?.['helm.sh/hook'] !== undefined;
const allOf = ({ charts }: Scenario) => Object.values(charts).flatMap(({ documents }) => documents);

for (const scenario of readRecord().scenarios.filter(({ name }) => SHARED.test(name)))
  helmTest(`${scenario.name}: the stand-in sees what the control plane saw`, [VERSION], async (helm) => {
    const recorded = scenario.results.find(({ versions }) => versions.includes(VERSION))?.operations ?? [];
    assert.ok(recorded.length > 0);
    const charts = new Map(
      Object.entries(scenario.charts).map(([name, { documents }]) => [
        name,
        writeChart(helm, name, Object.fromEntries(documents.map((each, at) => [`${at}.yaml`, stringify(each)]))),
      ]),
    );
    const cluster = await startCluster();
    try {
      for (const [at, { helm: command = 'install', chart, to, flags = [] }] of scenario.run.entries()) {
        cluster.calls.length = 0;
        cluster.failing.clear();
        const documents = chart === undefined ? allOf(scenario) : (scenario.charts[chart]?.documents ?? []);
        // What is a hook in one revision is plain in another.
        const hooks = new Set(documents.filter(isHook).map(titleOf));
        for (const each of documents)
          if (JSON.stringify(each).includes('"plane/outcome":"fail"')) cluster.failing.add(titleOf(each));
        const what = [
          ...(chart === undefined ? [] : [charts.get(chart) ?? '']),
          ...(to === undefined ? [] : [String(to)]),
        ];
        const args = [command, 'shop', ...what, '--timeout', '20s', ...flags, ...cluster.flags];
        const { status, stderr } = await helm.start(args);
        const seen = recorded[at];
        assert.ok(seen);
        assert.equal(status, seen.exit, `${seen.do}\n${stderr}`);
        assert.deepEqual(inOrder(cluster.calls, hooks), inOrder(callsOf(seen), hooks), seen.do);
      }
    } finally {
      await cluster.close();
    }
  });
