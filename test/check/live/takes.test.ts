import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTakes } from '../../../src/check/live/takes.ts';
import { object, scriptJob, stream, workload } from '../../support/manifests.ts';
import { releaseOf } from '../../support/release.ts';

const BEFORE = { hook: 'pre-upgrade' };
const AFTER = { hook: 'post-upgrade' };
const CLAIM = object('PersistentVolumeClaim files', {});
const VOLUME = { name: 'v', persistentVolumeClaim: { claimName: 'files' } };
const APP = workload('Deployment pond', { volumes: [VOLUME] });
const SETTINGS = object('Secret pond', {});
const READER = workload('Deployment pond', { volumes: [{ name: 's', secret: { secretName: 'pond' } }] });
const STOPS = 'kubectl scale deploy/pond --replicas=0';
const STATEFUL = workload('StatefulSet db', {}, {}, { volumeClaimTemplates: [{ metadata: { name: 'data' } }] });

const mounting = (script: string): string =>
  object('Job fix', BEFORE, {
    spec: {
      template: {
        spec: {
          restartPolicy: 'Never',
          volumes: [VOLUME],
          containers: [
            { name: 'c', image: 'x', command: ['sh', '-c', script], volumeMounts: [{ name: 'v', mountPath: '/data' }] },
          ],
        },
      },
    },
  });

const found = (text: string): readonly string[] => {
  const release = releaseOf(text);
  return release.placements.flatMap((placement) =>
    checkTakes(placement, release).map(({ message }) => / (deletes \S+|empties \S+)/.exec(message)?.[1] ?? message),
  );
};

const DELETED = ['deletes PersistentVolumeClaim/files'];

const CASES: readonly { readonly name: string; readonly in: readonly string[]; readonly want?: readonly string[] }[] = [
  { name: 'a claim in use', in: [CLAIM, APP, scriptJob('fix', BEFORE, 'kubectl delete pvc files')], want: DELETED },
  {
    name: 'without a wait',
    in: [CLAIM, APP, scriptJob('fix', BEFORE, 'kubectl delete pvc files --wait=false')],
    want: DELETED,
  },
  {
    name: 'the claim of a StatefulSet',
    in: [STATEFUL, scriptJob('fix', BEFORE, 'kubectl delete pvc data-db-0')],
    want: ['deletes PersistentVolumeClaim/data-db-0'],
  },
  { name: 'a claim of another name', in: [STATEFUL, scriptJob('fix', BEFORE, 'kubectl delete pvc data-db-x')] },
  { name: 'a claim that nothing uses', in: [CLAIM, scriptJob('fix', BEFORE, 'kubectl delete pvc files')] },
  {
    name: 'the app is stopped before',
    in: [CLAIM, APP, scriptJob('fix', BEFORE, `${STOPS}; kubectl delete pvc files`)],
  },
  { name: 'at an uninstall', in: [CLAIM, APP, scriptJob('fix', { hook: 'pre-delete' }, 'kubectl delete pvc files')] },
  {
    name: 'a Secret after Helm has applied it',
    in: [SETTINGS, READER, scriptJob('fix', AFTER, 'kubectl delete secret pond')],
    want: ['deletes Secret/pond'],
  },
  {
    name: 'by its labels',
    in: [
      object('Secret pond', { labels: { a: 'b' } }),
      READER,
      scriptJob('fix', AFTER, 'kubectl delete secret -l a=b,a==b'),
    ],
    want: ['deletes Secret/pond'],
  },
  {
    name: 'by other labels',
    in: [
      object('Secret pond', { labels: { a: 'b' } }),
      READER,
      scriptJob('fix', AFTER, 'kubectl delete secret -l a=c'),
    ],
  },
  {
    name: 'the Service of an app',
    in: [
      object('Service pond', {}, { spec: { selector: { app: 'pond' } } }),
      workload('Deployment pond'),
      scriptJob('fix', AFTER, 'kubectl delete svc pond'),
    ],
    want: ['deletes Service/pond'],
  },
  {
    name: 'before Helm applies it again',
    in: [SETTINGS, READER, scriptJob('fix', BEFORE, 'kubectl delete secret pond')],
  },
  {
    name: 'it is made anew',
    in: [
      SETTINGS,
      READER,
      scriptJob('fix', AFTER, 'kubectl delete secret pond; kubectl create secret generic pond --from-literal=a=b'),
    ],
  },
  { name: 'what nothing needs', in: [SETTINGS, scriptJob('fix', AFTER, 'kubectl delete secret pond')] },
  {
    name: 'all files of a claim',
    in: [APP, mounting('rm -rf /data/*')],
    want: ['empties PersistentVolumeClaim/files'],
  },
  {
    name: 'all files, found',
    in: [APP, mounting('find /data -mindepth 1 -delete')],
    want: ['empties PersistentVolumeClaim/files'],
  },
  { name: 'a folder of it', in: [APP, mounting('rm -rf /data/cache')] },
  { name: 'old files of it', in: [APP, mounting('find /data -mtime +7 -delete')] },
  { name: 'a claim of the hook alone', in: [workload('Deployment pond'), mounting('rm -rf /data/*')] },
];

for (const each of CASES)
  test(`live/deleted-by-hook: ${each.name}`, () => {
    assert.deepEqual(found(stream(...each.in)), each.want ?? []);
  });
