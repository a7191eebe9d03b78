/**
 * A real kubectl against the stand-in API server: the requests that it makes are those that hookorder believes it makes.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { requestsOf } from '../../src/check/rights/requests.ts';
import { readResource } from '../../src/check/rights/resources.ts';
import { startCluster } from '../support/cluster.ts';
import { ROOT } from '../support/files.ts';
import { releaseOf } from '../support/release.ts';

const MANIFEST = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new' }, data: { a: 'b' } });

/** What it does beside discovery; `get -w` and an exec are left out, which the stand-in does not end. */
const COMMANDS: readonly (readonly [command: string, input?: string])[] = [
  ['get pods'],
  ['get pod web'],
  ['get secrets -l app=web'],
  ['get deployments,services'],
  ['describe configmap web'],
  ['wait --for=condition=Complete job/web --timeout=5s'],
  ['rollout status deployment/web --timeout=5s'],
  ['rollout restart deployment web'],
  ['scale deployment/web --replicas=0'],
  ['patch service web -p {"spec":{"type":"NodePort"}} --type=merge'],
  ['annotate configmap web a=b'],
  ['label pod web c=d e-'],
  ['delete secret web'],
  ['delete jobs -l app=web'],
  ['delete pod web --wait=false'],
  ['logs web'],
  ['logs -l app=web'],
  ['create configmap fresh --from-literal=a=b'],
  ['create configmap fresh --from-literal=a=b --dry-run=client -o yaml'],
  ['create job fresh --from=cronjob/web'],
  ['apply -f -', MANIFEST],
  ['apply -f -', MANIFEST.replace('"new"', '"web"')],
  ['create -f -', MANIFEST],
  ['replace -f -', MANIFEST.replace('"new"', '"web"')],
];

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** `get pods`, `patch deployments/scale` */
function verbOf(request: string): string {
  const [method = '', url = ''] = request.split(' ');
  const { pathname, searchParams } = new URL(url, 'http://cluster');
  const [, resource, name, part] =
    /^\/apis?\/.*?\/namespaces\/[^/]+\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(pathname) ?? [];
  if (resource === undefined) return '';
  const read = name !== undefined ? 'get' : searchParams.has('watch') ? 'watch' : 'list';
  return `${VERBS[method] ?? read} ${resource}${part === undefined ? '' : `/${part}`}`;
}

const found =
  process.platform === 'linux' && process.arch === 'x64'
    ? spawnSync(process.execPath, [join(ROOT, 'scripts', 'helm.mjs'), 'kubectl'], { encoding: 'utf8' })
    : undefined;
const kubectl = found?.status === 0 ? found.stdout.trim() : undefined;

for (const [command, input] of COMMANDS)
  test(`kubectl ${command}`, { skip: kubectl === undefined && 'there is no kubectl for this machine' }, async () => {
    const home = mkdtempSync(join(tmpdir(), 'hookorder-kubectl-'));
    const cluster = await startCluster();
    const run = (args: readonly string[], stdin = ''): Promise<string> =>
      new Promise((resolve) => {
        const server = cluster.flags[1] ?? '';
        const child = spawn(kubectl ?? '', [`--server=${server}`, `--cache-dir=${home}`, ...args], {
          env: { ...process.env, KUBECONFIG: join(home, 'none') },
        });
        let text = '';
        child.stdout.on('data', (chunk) => (text += chunk));
        child.stderr.on('data', (chunk) => (text += chunk));
        child.stdin.on('error', () => {}).end(stdin);
        child.on('close', () => resolve(text));
      });
    try {
      const objects = [
        ['v1', 'Pod'],
        ['v1', 'Service'],
        ['v1', 'ConfigMap'],
        ['v1', 'Secret'],
        ['apps/v1', 'Deployment'],
        ['batch/v1', 'Job'],
        ['batch/v1', 'CronJob'],
      ].map(([apiVersion, kind]) => ({
        apiVersion,
        kind,
        metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
        spec: { replicas: 1, template: {}, jobTemplate: { spec: {} }, containers: [{ name: 'c', image: 'x' }] },
      }));
      await run(
        ['create', '--validate=false', '-f', '-'],
        JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
      );
      cluster.requests.length = 0;
      const args = command.split(' ');
      const output = await run(
        [...args, ...(/^(?:apply|create -f|replace)/.test(command) ? ['--validate=false'] : [])],
        input,
      );
      const release = releaseOf('');
      const believed = requestsOf(args, input)
        .filter(({ where }) => where === undefined)
        .map(
          ({ verb, type, subresource }) =>
            `${verb} ${readResource(type, release)?.names[0]}${subresource === undefined ? '' : `/${subresource}`}`,
        );
      const made = new Set(cluster.requests.map(verbOf).filter((each) => each !== '' && !each.endsWith(' events')));
      // What is there is patched, what is not is created.
      const isOther = (each: string): boolean => command.startsWith('apply') && /^(?:create|patch) /.test(each);
      // Since 1.35 a watch brings the list along; and a delete looks whether the object is gone, if it may.
      const isNewer = (each: string): boolean => made.has(each.replace(/^list/, 'watch'));
      const isOptional = (each: string): boolean => command.startsWith('delete') && each.startsWith('get ');
      assert.deepEqual(
        [...made].filter((each) => !believed.includes(each) && !isOptional(each)),
        [],
        output,
      );
      assert.deepEqual(
        believed.filter((each) => !made.has(each) && !isNewer(each) && !isOther(each)),
        [],
        output,
      );
    } finally {
      await cluster.close();
      rmSync(home, { recursive: true, force: true });
    }
  });
