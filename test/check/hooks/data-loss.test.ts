import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDataLoss } from '../../../src/check/hooks/data-loss.ts';
import { type Rules, releaseOf } from '../../support/release.ts';

const THROWN_AWAY = 'before-hook-creation,hook-succeeded';
const hooked = (events: string, policy?: string): string =>
  `annotations: { helm.sh/hook: "${events}"${policy === undefined ? '' : `, helm.sh/hook-delete-policy: "${policy}"`} }`;
const claim = (
  events = 'pre-upgrade',
  policy: string | undefined = THROWN_AWAY,
  spec = 'accessModes: [ReadWriteOnce]',
) =>
  `{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: space, ${hooked(events, policy)} }, spec: { ${spec} } }\n`;
const pods = (kind: string, events?: string, name = 'space', more = ''): string => {
  const spec = `{ ${more} volumes: [{ name: s, persistentVolumeClaim: { claimName: ${name} } }] }`;
  const template = kind === 'Pod' ? spec : `{ template: { spec: ${spec} } }`;
  return `{ apiVersion: ${kind === 'Pod' ? 'v1' : kind === 'Job' ? 'batch/v1' : 'apps/v1'}, kind: ${kind}, metadata: { name: user-${kind.toLowerCase()}-${events?.replaceAll(',', '-') ?? 'plain'}${events === undefined ? '' : `, ${hooked(events)}`} }, spec: ${template} }\n`;
};
const volume = (spec: string, metadata = ''): string =>
  `{ apiVersion: v1, kind: PersistentVolume, metadata: { name: disk, ${metadata} }, spec: { ${spec} } }\n`;
const storageClass = (policy: string): string =>
  `{ apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: { name: slow }, reclaimPolicy: ${policy} }\n`;

interface Case {
  readonly name: string;
  readonly in: readonly string[];
  readonly rules?: Rules;
  /** The severities. */
  readonly want: string;
}

function verify(cases: readonly Case[]): void {
  for (const { name, in: documents, rules = {}, want } of cases) {
    const release = releaseOf(documents.join('---\n'), { rules });
    const found = release.placements.flatMap((placement) => checkDataLoss(placement, release));
    assert.equal(found.map(({ severity }) => severity).join(), want, name);
  }
}

test('a claim that comes and goes with the hooks that use it may be meant to', () => {
  const both = 'pre-install,pre-upgrade';
  verify([
    { name: 'scratch space of a Job', in: [claim(), pods('Job', 'pre-upgrade')], want: 'warning' },
    { name: 'of a Pod', in: [claim(), pods('Pod', 'pre-upgrade')], want: 'warning' },
    { name: 'of two Jobs', in: [claim(both), pods('Job', both), pods('Job', 'pre-install')], want: 'warning' },
    { name: 'of a Job of one of its events', in: [claim(both), pods('Job', 'pre-upgrade')], want: 'warning' },
    { name: 'with hook-succeeded alone', in: [claim(both, 'hook-succeeded'), pods('Job', both)], want: 'warning' },
    {
      name: 'of a hook of the config',
      in: [claim(), pods('Job', 'pre-upgrade')],
      rules: { space: {} },
      want: 'warning',
    },
    { name: 'a workload uses it', in: [claim(), pods('Deployment')], want: 'error' },
    { name: 'a workload uses it too', in: [claim(), pods('Job', 'pre-upgrade'), pods('Deployment')], want: 'error' },
    { name: 'a plain Job uses it too', in: [claim(), pods('Job', 'pre-upgrade'), pods('Job')], want: 'error' },
    {
      name: 'a hook of another event uses it',
      in: [claim(), pods('Job', 'pre-upgrade'), pods('Job', 'post-upgrade')],
      want: 'error',
    },
    { name: 'its user runs in another event too', in: [claim(), pods('Job', both)], want: 'error' },
    {
      name: 'only the default policy deletes it',
      in: [claim('pre-upgrade', ''), pods('Job', 'pre-upgrade')],
      want: '',
    },
    {
      name: 'without a policy',
      in: [claim().replace(/, helm.sh\/hook-delete-policy: "[^"]*"/, ''), pods('Job', 'pre-upgrade')],
      want: 'error',
    },
    {
      name: 'before-hook-creation alone keeps it from run to run',
      in: [claim('pre-upgrade', 'before-hook-creation'), pods('Job', 'pre-upgrade')],
      want: 'error',
    },
    { name: 'nothing shows who uses it', in: [claim()], want: 'error' },
    { name: 'another claim is used', in: [claim(), pods('Job', 'pre-upgrade', 'spaces')], want: 'error' },
    {
      name: 'a StatefulSet has it by its template',
      in: [
        claim().replace('name: space', 'name: data-db-0'),
        pods('Job', 'pre-upgrade', 'data-db-0'),
        '{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { volumeClaimTemplates: [{ metadata: { name: data } }] } }\n',
      ],
      want: 'error',
    },
    {
      name: 'a StatefulSet of another name has another',
      in: [
        claim().replace('name: space', 'name: data-db-x'),
        pods('Job', 'pre-upgrade', 'data-db-x'),
        '{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { volumeClaimTemplates: [{ metadata: { name: data } }] } }\n',
      ],
      want: 'warning',
    },
    {
      name: 'a custom resource names it',
      in: [
        claim(),
        pods('Job', 'pre-upgrade'),
        '{ apiVersion: x.io/v1, kind: Backup, metadata: { name: b }, spec: { storage: { existingClaim: space } } }\n',
      ],
      want: 'error',
    },
    {
      name: 'another claim is copied from it',
      in: [
        claim(),
        pods('Job', 'pre-upgrade'),
        '{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: b }, spec: { dataSource: { kind: PersistentVolumeClaim, name: space } } }\n',
      ],
      want: 'error',
    },
    {
      name: 'a word of the same letters is no use',
      in: [
        claim(),
        pods('Job', 'pre-upgrade'),
        '{ apiVersion: v1, kind: ConfigMap, metadata: { name: space }, data: { a: space } }\n',
      ],
      want: 'warning',
    },
    {
      name: 'in another namespace',
      in: [
        claim().replace('name: space,', 'name: space, namespace: a,'),
        pods('Job', 'pre-upgrade').replace('metadata: {', 'metadata: { namespace: a,'),
        pods('Deployment').replace('metadata: {', 'metadata: { namespace: b,'),
      ],
      want: 'warning',
    },
  ]);
});

test('what a volume holds that was there before stays when its claim goes', () => {
  const bound = claim('pre-upgrade', THROWN_AWAY, 'volumeName: disk');
  verify([
    { name: 'a volume by name', in: [bound], want: '' },
    {
      name: 'also under the default policy',
      in: [claim('pre-upgrade', 'before-hook-creation', 'volumeName: disk')],
      want: '',
    },
    { name: 'retained', in: [bound, volume('persistentVolumeReclaimPolicy: Retain')], want: '' },
    { name: 'retained by default', in: [bound, volume('capacity: { storage: 1Gi }')], want: '' },
    { name: 'deleted with it', in: [bound, volume('persistentVolumeReclaimPolicy: Delete')], want: 'error' },
    {
      name: 'NFS',
      in: [bound, volume('persistentVolumeReclaimPolicy: Delete, nfs: { server: x, path: / }')],
      want: '',
    },
    {
      name: 'NFS that is emptied',
      in: [bound, volume('persistentVolumeReclaimPolicy: Recycle, nfs: { server: x, path: / }')],
      want: 'error',
    },
    {
      name: 'a disk under its handle',
      in: [bound, volume('persistentVolumeReclaimPolicy: Delete, csi: { driver: x, volumeHandle: vol-1 }')],
      want: '',
    },
    {
      name: 'a disk that a plugin deletes',
      in: [bound, volume('persistentVolumeReclaimPolicy: Delete, awsElasticBlockStore: { volumeID: vol-1 }')],
      want: 'error',
    },
    { name: 'a volume that is kept for the claim', in: [claim(), volume('claimRef: { name: space }')], want: '' },
    { name: 'a volume that is kept for another', in: [claim(), volume('claimRef: { name: spaces }')], want: 'error' },
    {
      name: 'a volume by label',
      in: [
        claim('pre-upgrade', THROWN_AWAY, 'selector: { matchLabels: { use: space } }'),
        volume('nfs: {}', 'labels: { use: space }'),
      ],
      want: '',
    },
    {
      name: 'a volume with another label',
      in: [
        claim('pre-upgrade', THROWN_AWAY, 'selector: { matchLabels: { use: space } }'),
        volume('nfs: {}', 'labels: { use: spaces }'),
      ],
      want: 'error',
    },
    {
      name: 'a volume of its class',
      in: [claim('pre-upgrade', THROWN_AWAY, 'storageClassName: ""'), volume('nfs: {}')],
      want: '',
    },
    { name: 'a volume beside a claim of the default class', in: [claim(), volume('nfs: {}')], want: 'error' },
    {
      name: 'a class that retains',
      in: [claim('pre-upgrade', THROWN_AWAY, 'storageClassName: slow'), storageClass('Retain')],
      want: '',
    },
    {
      name: 'a class that deletes',
      in: [claim('pre-upgrade', THROWN_AWAY, 'storageClassName: slow'), storageClass('Delete')],
      want: 'error',
    },
    {
      name: 'a class that nobody shows',
      in: [claim('pre-upgrade', THROWN_AWAY, 'storageClassName: slow')],
      want: 'error',
    },
    { name: 'the volume itself', in: [volume('nfs: {}', hooked('pre-upgrade', THROWN_AWAY))], want: '' },
    {
      name: 'a volume that is deleted with its object',
      in: [volume('persistentVolumeReclaimPolicy: Delete', hooked('pre-upgrade', THROWN_AWAY))],
      want: 'error',
    },
    { name: 'a retained volume of a workload', in: [bound, volume('nfs: {}'), pods('Deployment')], want: '' },
  ]);
});

test('the warning says who uses it and how to silence it', () => {
  const release = releaseOf([claim(), pods('Job', 'pre-upgrade')].join('---\n'));
  const [finding] = release.placements.flatMap((placement) => checkDataLoss(placement, release));
  assert.equal(
    finding?.message,
    'PersistentVolumeClaim/space is deleted at the end of each pre-upgrade (hook-succeeded), and its volume with it: right if Job/user-job-pre-upgrade leaves nothing in it that is needed later',
  );
  assert.match(finding.hint ?? '', /^ignore this finding under `lint`/);
});
