/** The look at what is there, and that it never hides a hook that hangs: waits.test.ts asks it too, for each of its releases. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { checkWaits } from '../../../src/check/waits/waits.ts';
import { EVENTS } from '../../../src/model/helm.ts';
import type { Operation } from '../../../src/model/json.ts';
import { replaceIn } from '../../../src/model/plan.ts';
import { Release } from '../../../src/release/release.ts';
import { mayHang } from '../../../src/waits/may-hang.ts';
import { mayWait } from '../../../src/waits/may-wait.ts';
import { CORPUS } from '../../support/files.ts';
import { runs } from '../../support/property.ts';
import { hookOf, placementNamed, releaseOf } from '../../support/release.ts';

const object = (kind: string, name: string, hook: string, more: object): object => {
  const [events = '', weight = '0', policy = 'before-hook-creation'] = hook.split(' ');
  const annotations = { 'helm.sh/hook': events, 'helm.sh/hook-weight': weight, 'helm.sh/hook-delete-policy': policy };
  return { apiVersion: 'v1', kind, metadata: { name, ...(events !== '' && { annotations }) }, ...more };
};
/** Pods with the label of a Service, whose init container runs a script. */
const pods = (kind: string, name: string, hook: string, script: string, app = name): object => {
  const initContainers = [{ name: 'wait', command: ['sh', '-c', script] }];
  const containers = [{ name: 'main', image: 'app', envFrom: [{ configMapRef: { name: 'settings' } }] }];
  const template = { metadata: { labels: { app } }, spec: { initContainers, containers } };
  return object(kind, name, hook, { spec: { template } });
};
const service = (name: string, hook: string): object =>
  object('Service', name, hook, { spec: { selector: { app: name } } });
const streamOf = (...values: readonly object[]): string => values.map((value) => stringify(value)).join('---\n');
const until = (host: string): string => `until nc -z ${host} 80; do sleep 1; done`;

/** Names of hooks that hang, and those about which the look says that they do not. */
function judge(release: Release): { readonly hanging: readonly string[]; readonly spared: readonly string[] } {
  const hooks = release.placements.filter(({ hook }) => hook !== undefined);
  const hangs = (code: string): boolean => code === 'refs/waits-forever';
  return {
    hanging: hooks.filter((hook) => checkWaits(hook, release).some(({ code }) => hangs(code))).map(({ name }) => name),
    spared: hooks.filter((hook) => mayWait(hook, release) && !mayHang(hook, release)).map(({ name }) => name),
  };
}
const both = ({ hanging, spared }: ReturnType<typeof judge>): readonly string[] =>
  hanging.filter((name) => spared.includes(name));

interface Case {
  readonly name: string;
  readonly hook: string;
  readonly others?: readonly object[];
  readonly want: boolean;
}

const POST = 'post-install,post-upgrade';
const secret = (data: object): object => object('Secret', 'scripts', '', data);
const cases: readonly Case[] = [
  { name: 'plain resources before the release', hook: 'pre-install', want: true },
  { name: 'plain resources before and after the release', hook: 'post-install,pre-install', want: true },
  { name: 'plain resources after the uninstall', hook: 'post-delete', want: true },
  { name: 'plain resources after the install', hook: POST, want: false },
  { name: 'plain resources of the release before', hook: 'pre-upgrade', want: false },
  { name: 'a later Job', hook: POST, others: [pods('Job', 'b', `${POST} 5`, 'true')], want: false },
  { name: 'a test', hook: POST, others: [pods('Pod', 'b', 'test', 'true')], want: false },
  { name: 'a later Service', hook: POST, others: [service('late', `${POST} 5`)], want: true },
  { name: 'a later database', hook: POST, others: [pods('StatefulSet', 'db', `${POST} 5`, 'true')], want: true },
  { name: 'an earlier database', hook: POST, others: [pods('StatefulSet', 'db', `${POST} -5`, 'true')], want: false },
  { name: 'a Service that is gone', hook: POST, others: [service('old', 'pre-install 0 hook-succeeded')], want: true },
  { name: 'kubectl', hook: POST, others: [pods('Deployment', 'd', '', 'kubectl wait job/b')], want: true },
  {
    name: 'kubectl by its path',
    hook: POST,
    others: [pods('Deployment', 'd', '', '/bin/kubectl get job b')],
    want: true,
  },
  { name: 'oc', hook: POST, others: [pods('Deployment', 'd', '', 'set -e\n\toc wait job/b')], want: true },
  { name: 'a process', hook: POST, others: [pods('Deployment', 'd', '', 'process doc oc-run')], want: false },
  { name: 'what is called like a tool', hook: POST, others: [pods('Deployment', 'd', '', 'wait_for_db')], want: false },
  { name: 'an annotation', hook: POST, others: [pods('Deployment', 'kubectl-user', '', 'true')], want: false },
  {
    name: 'kubectl in an annotation',
    hook: POST,
    others: [object('Pod', 'p', '', { metadata: { name: 'p', annotations: { 'kubectl.kubernetes.io/a': 'b' } } })],
    want: false,
  },
  { name: 'kubectl in another hook', hook: POST, others: [pods('Job', 'b', POST, 'kubectl wait job/c')], want: false },
  { name: 'kubectl in a Job', hook: POST, others: [pods('Job', 'b', '', 'kubectl wait job/c')], want: true },
  {
    name: 'kubectl in a Secret',
    hook: POST,
    others: [secret({ stringData: { a: 'kubectl wait job/b' } })],
    want: true,
  },
  {
    name: 'kubectl in what a Secret hides',
    hook: POST,
    others: [secret({ data: { a: Buffer.from('exec kubectl wait job/b').toString('base64') } })],
    want: true,
  },
  {
    name: 'kubectl in what the second of two Secrets hides',
    hook: POST,
    others: [
      object('Secret', 'scripts', '', { metadata: { name: 'scripts', namespace: 'elsewhere' } }),
      secret({ data: { a: Buffer.from('exec kubectl wait job/b').toString('base64') } }),
    ],
    want: true,
  },
  { name: 'a Secret with something else', hook: POST, others: [secret({ data: { a: 'c2VjcmV0' } })], want: false },
];

for (const { name, hook, others = [], want } of cases)
  test(`${want ? 'may hang' : 'surely goes on'}: ${name}`, () => {
    const release = releaseOf(streamOf(pods('Job', 'hook', hook, until('db')), service('db', ''), ...others));
    assert.equal(mayHang(placementNamed(release.placements, 'Job/hook'), release), want);
  });

test('who asks may hang itself', () => {
  const release = releaseOf(streamOf(pods('Job', 'hook', POST, 'kubectl wait job/b')));
  assert.equal(mayHang(placementNamed(release.placements, 'Job/hook'), release), true);
});

test('what a rule writes may ask too', () => {
  const text = streamOf(pods('Job', 'hook', POST, 'true'));
  const path = '/spec/template/spec/containers/0/args';
  const patch: readonly Operation[] = [{ op: 'add', path, value: ['kubectl', 'wait', 'job/b'] }];
  const asked = [[], patch].map((patch: readonly Operation[]) => {
    const release = releaseOf(text, { rules: { hook: { patch } } });
    return mayHang(placementNamed(release.placements, 'Job/hook'), release);
  });
  assert.deepEqual(asked, [false, true]);
});

test('a hook that hangs is never spared', () => {
  const hook = fc.oneof(
    { arbitrary: fc.constant(''), weight: 3 },
    fc
      .tuple(
        fc.subarray([...EVENTS], { minLength: 1, maxLength: 2 }),
        fc.integer({ min: -1, max: 1 }),
        fc.constantFrom('before-hook-creation', 'hook-succeeded'),
      )
      .map(([events, weight, policy]) => `${events.join(',')} ${weight} ${policy}`),
  );
  const script = fc.constantFrom('', 'true', until('db'), until('web'), 'kubectl wait job/k --for=condition=complete');
  let spared = 0;
  let hanging = 0;
  fc.assert(
    fc.property(
      fc.array(hook, { minLength: 7, maxLength: 7 }),
      fc.array(script, { minLength: 3, maxLength: 3 }),
      (hooks, scripts) => {
        const [a = '', b = '', c = '', d = '', e = '', f = '', g = ''] = hooks;
        const [first = '', second = '', third = ''] = scripts;
        const release = releaseOf(
          streamOf(
            pods('Job', 'j', a || 'post-install', first || until('db')),
            pods('Job', 'k', b, second, 'db'),
            service('db', c),
            service('web', d),
            pods('StatefulSet', 'db', e, third),
            pods('Deployment', 'web', f, until('db')),
            object('ConfigMap', 'settings', g, { data: {} }),
          ),
        );
        const judged = judge(release);
        spared += judged.spared.length;
        hanging += judged.hanging.length;
        assert.deepEqual(both(judged), []);
      },
    ),
    runs(500),
  );
  assert.ok(spared > 50 && hanging > 50, `${spared} are spared, ${hanging} hang`);
});

const files = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.endsWith('.yaml')) : [];

test('real streams: nor is one there, whatever events its Jobs have', {
  skip: files.length === 0 && 'no corpus',
}, () => {
  let spared = 0;
  for (const file of files) {
    const { placements, circumstances } = releaseOf(readFileSync(join(CORPUS, file), 'utf8'));
    for (const events of ['post-install,post-upgrade', 'pre-upgrade', 'pre-delete,test'])
      for (const weigh of [(at: number) => at, (at: number) => -at]) {
        const hooks = placements.map((placement, at) => {
          const hook = hookOf({ annotations: { 'helm.sh/hook': events, 'helm.sh/hook-weight': String(weigh(at)) } });
          return hook !== undefined && placement.resource.kind === 'Job' ? replaceIn(placement, { hook }) : placement;
        });
        const judged = judge(new Release(hooks, circumstances));
        spared += judged.spared.length;
        assert.deepEqual(both(judged), [], `${file}: ${events}`);
      }
  }
  assert.ok(spared > 50, `${spared} are spared`);
});
