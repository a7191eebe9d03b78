import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkStopped } from '../../../src/check/live/stopped.ts';
import { object, scriptJob, stream, workload } from '../../support/manifests.ts';
import { releaseOf } from '../../support/release.ts';

const HOOK = { hook: 'pre-upgrade' };
const APP = workload('Deployment pond');
const STOPS = 'kubectl scale deploy/pond --replicas=0';
const WAIT = 'kubectl wait --for=delete pod -l app=pond';

const found = (text: string): readonly string[] => {
  const release = releaseOf(text);
  return release.placements.flatMap((placement) =>
    checkStopped(placement, release).map(({ message }) => / stops (\S+)/.exec(message)?.[1] ?? message),
  );
};

const CASES: readonly { readonly name: string; readonly in: readonly string[]; readonly want?: readonly string[] }[] = [
  { name: 'scaled to nothing', in: [APP, scriptJob('fix', HOOK, `${STOPS}; app migrate`)], want: ['Deployment/pond'] },
  { name: 'deleted', in: [APP, scriptJob('fix', HOOK, 'kubectl delete deployment pond')], want: ['Deployment/pond'] },
  {
    name: 'a StatefulSet',
    in: [workload('StatefulSet db'), scriptJob('fix', HOOK, 'kubectl delete sts/db')],
    want: ['StatefulSet/db'],
  },
  { name: 'after an upgrade', in: [APP, scriptJob('fix', { hook: 'post-upgrade' }, STOPS)], want: ['Deployment/pond'] },
  { name: 'it waits', in: [APP, scriptJob('fix', HOOK, `${STOPS}; ${WAIT}; app migrate`)] },
  {
    name: 'it waits with a loop',
    in: [APP, scriptJob('fix', HOOK, `${STOPS}; while kubectl get pod -l app=pond | grep pond; do date; done`)],
  },
  { name: 'it sleeps', in: [APP, scriptJob('fix', HOOK, `${STOPS}; sleep 60`)] },
  { name: 'it waited before', in: [APP, scriptJob('fix', HOOK, `${WAIT}; ${STOPS}`)], want: ['Deployment/pond'] },
  {
    name: 'a later hook waits',
    in: [APP, scriptJob('fix', HOOK, STOPS), scriptJob('wait', { ...HOOK, weight: '1' }, WAIT)],
  },
  {
    name: 'an earlier hook waits',
    in: [APP, scriptJob('fix', HOOK, STOPS), scriptJob('wait', { ...HOOK, weight: '-1' }, WAIT)],
    want: ['Deployment/pond'],
  },
  { name: 'scale waits itself', in: [APP, scriptJob('fix', HOOK, `${STOPS} --timeout=60s`)] },
  {
    name: 'delete waits for the pods',
    in: [APP, scriptJob('fix', HOOK, 'kubectl delete deploy pond --cascade=foreground')],
  },
  { name: 'the pods are to run on', in: [APP, scriptJob('fix', HOOK, 'kubectl delete deploy pond --cascade=orphan')] },
  { name: 'scaled to something', in: [APP, scriptJob('fix', HOOK, 'kubectl scale deploy/pond --replicas=1')] },
  {
    name: 'a plain Job that the upgrade makes anew',
    in: [object('Job once', {}), scriptJob('fix', HOOK, 'kubectl delete job once')],
  },
  {
    name: 'by its labels',
    in: [
      workload('Deployment pond', {}, { labels: { app: 'pond' } }),
      scriptJob('fix', HOOK, 'kubectl delete deploy -l app=pond'),
    ],
    want: ['Deployment/pond'],
  },
  {
    name: 'all of a kind',
    in: [APP, scriptJob('fix', HOOK, 'kubectl scale deploy --all --replicas=0')],
    want: ['Deployment/pond'],
  },
  { name: 'by labels that only the run tells', in: [APP, scriptJob('fix', HOOK, 'kubectl delete deploy -l app=$APP')] },
  { name: 'what is not of the release', in: [APP, scriptJob('fix', HOOK, 'kubectl delete deploy other')] },
  { name: 'at an uninstall', in: [APP, scriptJob('fix', { hook: 'pre-delete' }, STOPS)] },
  { name: 'a dry run', in: [APP, scriptJob('fix', HOOK, `${STOPS} --dry-run=server`)] },
];

for (const each of CASES)
  test(`live/deleted-by-hook: ${each.name}`, () => {
    assert.deepEqual(found(stream(...each.in)), each.want ?? []);
  });
