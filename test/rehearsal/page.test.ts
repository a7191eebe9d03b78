/** The rehearsal in the page of a plan: read strictly, every link with its target, and text of a chart as text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import { rehearse } from '../../src/rehearsal/rehearse.ts';
import { rehearsalPanel } from '../../src/report/plan/html/rehearsal.ts';
import { job, plain, stream } from '../engines/steps.ts';

const OPERATIONS = ['install', 'upgrade', 'rollback', 'uninstall', 'test'];
const CIRCUMSTANCES = { version: '4.3', wait: false, timeoutSeconds: 300 };

function panelOf(...documents: readonly string[]): string | undefined {
  const rehearsal = rehearse(stream(...documents), CIRCUMSTANCES);
  return rehearsalPanel({ rehearsal, operations: OPERATIONS, timeoutSeconds: 300, errors: 0 })?.text;
}

test('each letter of the table leads to its outcome, and every tag is closed', () => {
  const panel = panelOf(
    job('migrate', 'helm.sh/hook: "pre-install,pre-upgrade"'),
    job('work', 'helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-succeeded'),
    plain('ConfigMap', 'settings'),
  );
  assert.ok(panel !== undefined);
  const ids: string[] = [];
  const links: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => assert.fail(error));
  parser.on('opentag', ({ attributes }) => {
    const { id, href } = attributes as Record<string, string>;
    if (id !== undefined) ids.push(id);
    if (href !== undefined) links.push(href.slice(1));
  });
  parser.write(panel).close();
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(links.length > 5);
  for (const link of links) assert.ok(ids.includes(link), link);
});

test('a name of a chart adds no markup', () => {
  const panel = panelOf(job('"<b onclick=x>"', 'helm.sh/hook: pre-upgrade'));
  assert.match(panel ?? '', /&lt;b onclick=x&gt;/);
  assert.doesNotMatch(panel ?? '', /<b onclick/);
});

test('a release in which nothing can go wrong has no panel', () => {
  assert.equal(
    rehearsalPanel({ rehearsal: rehearse([], CIRCUMSTANCES), operations: OPERATIONS, timeoutSeconds: 300, errors: 0 }),
    undefined,
  );
});
