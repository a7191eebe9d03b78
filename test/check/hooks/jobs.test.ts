import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkBackoffLimit,
  checkDeadline,
  checkImmutable,
  checkPileUp,
  checkRestartPolicy,
  checkTtl,
} from '../../../src/check/hooks/jobs.ts';
import type { Check } from '../../../src/release/release.ts';
import { type Rules, releaseOf } from '../../support/release.ts';

interface Case {
  readonly name: string;
  readonly api?: string;
  readonly kind?: string;
  readonly id?: string;
  readonly hook?: string;
  readonly policy?: string;
  readonly timeout?: number;
  readonly spec?: string;
  readonly rules?: Rules;
  readonly want?: string;
}

function codes(
  check: Check,
  { api = 'batch/v1', kind = 'Job', id = 'a', hook, policy, timeout = 300, spec = '{}', rules = {} }: Case,
): string {
  const annotations = {
    ...(hook !== undefined && { 'helm.sh/hook': hook }),
    ...(policy !== undefined && { 'helm.sh/hook-delete-policy': policy }),
  };
  const name = id.endsWith('-') ? 'generateName' : 'name';
  const release = releaseOf(
    `apiVersion: ${api}\nkind: ${kind}\nmetadata: { ${name}: ${id}, annotations: ${JSON.stringify(annotations)} }\nspec: ${spec}\n`,
    { rules, timeoutSeconds: timeout },
  );
  return release.placements
    .flatMap((placement) => check(placement, release))
    .map(({ code }) => code)
    .join();
}

function verify(check: Check, cases: readonly Case[]): void {
  for (const each of cases) assert.equal(codes(check, each), each.want ?? '', each.name);
}

test('job/restart-always: the API server rejects such a Job', () => {
  const want = 'job/restart-always';
  const pod = (policy: string): string => `{template: {spec: {${policy}}}}`;
  verify(checkRestartPolicy, [
    { name: 'Always', spec: pod('restartPolicy: Always'), want },
    { name: 'nothing means Always', spec: pod('containers: []'), want },
    { name: 'null means nothing', spec: pod('restartPolicy:'), want },
    { name: 'hooks too', hook: 'test', spec: pod('restartPolicy: Always'), want },
    { name: 'Never', spec: pod('restartPolicy: Never') },
    { name: 'OnFailure', spec: pod('restartPolicy: OnFailure') },
    { name: 'a CronJob makes Jobs', kind: 'CronJob', spec: `{jobTemplate: {spec: ${pod('a: b')}}}`, want },
    { name: 'a Pod may', api: 'v1', kind: 'Pod', spec: '{containers: []}' },
    { name: 'a Pod that is a hook never ends', api: 'v1', kind: 'Pod', hook: 'test', spec: '{containers: []}', want },
    { name: 'a hook Pod that ends', api: 'v1', kind: 'Pod', hook: 'pre-install', spec: '{restartPolicy: Never}' },
    { name: "another group's Job has its own rules", api: 'batch.volcano.sh/v1alpha1', spec: pod('a: b') },
  ]);
});

const TOO_LONG = 'job/deadline-exceeds-timeout';
const tries = (deadline: number, limit?: number, more = 'suspend: false'): string =>
  `{ ${more}, ${limit === undefined ? '' : `backoffLimit: ${limit}, `}template: { spec: { activeDeadlineSeconds: ${deadline} } } }`;

test('job/no-deadline and job/deadline-exceeds-timeout', () => {
  verify(checkDeadline, [
    { name: 'a hook without a deadline', hook: 'test', want: 'job/no-deadline' },
    {
      name: 'a hook that may outlive Helm',
      hook: 'test',
      spec: '{activeDeadlineSeconds: 301}',
      want: 'job/deadline-exceeds-timeout',
    },
    { name: 'a deadline that equals the timeout', hook: 'test', spec: '{activeDeadlineSeconds: 300}', want: TOO_LONG },
    { name: 'a deadline a second before it', hook: 'test', spec: '{activeDeadlineSeconds: 299}', want: TOO_LONG },
    { name: 'a deadline within 2 % of it', hook: 'test', spec: '{activeDeadlineSeconds: 295}', want: TOO_LONG },
    { name: 'a deadline with room before it', hook: 'test', spec: '{activeDeadlineSeconds: 294}' },
    { name: 'half of the timeout', hook: 'pre-install,pre-upgrade', spec: '{activeDeadlineSeconds: 150}' },
    { name: 'ten minutes of ten', hook: 'test', timeout: 600, spec: '{activeDeadlineSeconds: 600}', want: TOO_LONG },
    { name: 'nine minutes of ten', hook: 'test', timeout: 600, spec: '{activeDeadlineSeconds: 540}' },
    {
      name: 'a minute less of an hour',
      hook: 'test',
      timeout: 3600,
      spec: '{activeDeadlineSeconds: 3540}',
      want: TOO_LONG,
    },
    { name: 'two minutes less of an hour', hook: 'test', timeout: 3600, spec: '{activeDeadlineSeconds: 3480}' },
    {
      name: 'five seconds before a short timeout',
      hook: 'test',
      timeout: 30,
      spec: '{activeDeadlineSeconds: 26}',
      want: TOO_LONG,
    },
    { name: 'a short timeout with room', hook: 'test', timeout: 30, spec: '{activeDeadlineSeconds: 25}' },
    {
      name: 'a Pod with a deadline like the timeout',
      api: 'v1',
      kind: 'Pod',
      hook: 'test',
      spec: '{activeDeadlineSeconds: 300}',
      want: TOO_LONG,
    },
    { name: 'a Pod that ends before', api: 'v1', kind: 'Pod', hook: 'test', spec: '{activeDeadlineSeconds: 200}' },
    { name: 'a Pod without a deadline', api: 'v1', kind: 'Pod', hook: 'test', spec: '{containers: []}' },
    { name: 'a Pod that is no hook', api: 'v1', kind: 'Pod', spec: '{activeDeadlineSeconds: 300}' },
    { name: 'one try with a deadline of its own', hook: 'test', spec: tries(200, 0) },
    { name: 'one try with a deadline like the timeout', hook: 'test', spec: tries(300, 0), want: 'job/no-deadline' },
    { name: 'two tries that fit with the pause between', hook: 'test', spec: tries(140, 1) },
    { name: 'two tries that do not', hook: 'test', spec: tries(145, 1), want: 'job/no-deadline' },
    {
      name: 'a deadline of its own for each of many tries',
      hook: 'test',
      spec: tries(100, 6),
      want: 'job/no-deadline',
    },
    { name: 'tries without a limit', hook: 'test', spec: tries(100), want: 'job/no-deadline' },
    {
      name: 'several pods, each with a deadline',
      hook: 'test',
      spec: tries(100, 0, 'completions: 3'),
      want: 'job/no-deadline',
    },
    {
      name: 'a deadline of the Job beside that of its pods',
      hook: 'test',
      spec: tries(300, 6, 'activeDeadlineSeconds: 200'),
    },
    { name: 'nobody waits for a plain Job' },
  ]);
});

test('job/no-backoff-limit', () => {
  verify(checkBackoffLimit, [
    { name: 'a hook without', hook: 'test', want: 'job/no-backoff-limit' },
    { name: 'null is none', hook: 'test', spec: '{backoffLimit: null}', want: 'job/no-backoff-limit' },
    { name: 'zero is a limit', hook: 'test', spec: '{backoffLimit: 0}' },
    { name: 'a plain Job holds nothing up' },
  ]);
});

test('job/immutable: a plain Job that an upgrade may change', () => {
  verify(checkImmutable, [
    { name: 'a fixed name', want: 'job/immutable' },
    { name: 'a name that ends in a word of hex letters is fixed', id: 'a-deface', want: 'job/immutable' },
    { name: 'a timestamp', id: 'a-20261121015255' },
    { name: 'a hash', id: 'a-5f0c1e2a' },
    { name: 'a revision', id: 'a-1' },
    { name: 'a version', id: 'a-1-25-0' },
    { name: 'a generated name', id: 'a-' },
    { name: 'a name that the config makes', rules: { a: { plain: true, jobName: { suffix: 'hash' } } } },
    { name: 'Helm creates a hook anew', hook: 'test' },
    { name: 'a Deployment can change', api: 'apps/v1', kind: 'Deployment' },
  ]);
});

test('job/ttl-too-short and job/ttl-reruns', () => {
  verify(checkTtl, [
    { name: 'gone at once', hook: 'test', spec: '{ttlSecondsAfterFinished: 0}', want: 'job/ttl-too-short' },
    {
      name: 'gone before a broken watch is back',
      hook: 'test',
      spec: '{ttlSecondsAfterFinished: 59}',
      want: 'job/ttl-too-short',
    },
    { name: 'a minute is enough', hook: 'test', spec: '{ttlSecondsAfterFinished: 60}' },
    { name: 'no TTL', hook: 'test' },
    {
      name: 'a plain Job by content that vanishes runs again',
      id: 'a-5f0c1e2a',
      spec: '{ttlSecondsAfterFinished: 600}',
      want: 'job/ttl-reruns',
    },
    {
      name: 'also one that the config names',
      spec: '{ttlSecondsAfterFinished: 600}',
      rules: { a: { plain: true, jobName: { suffix: 'hash' } } },
      want: 'job/ttl-reruns',
    },
    { name: 'one that stays does not', id: 'a-5f0c1e2a' },
    { name: 'by the clock it is to run each time', id: 'a-1732147200', spec: '{ttlSecondsAfterFinished: 600}' },
  ]);
});

test('job/unique-name-piles-up: hook Jobs that nothing removes', () => {
  const want = 'job/unique-name-piles-up';
  verify(checkPileUp, [
    { name: 'the default policy deletes by name', id: 'a-1732147200', hook: 'test', want },
    { name: 'hook-succeeded leaves the failed ones', id: 'a-1732147200', hook: 'test', policy: 'hook-succeeded', want },
    { name: 'both policies leave none', id: 'a-1732147200', hook: 'test', policy: 'hook-succeeded,hook-failed' },
    { name: 'a TTL cleans up', id: 'a-1732147200', hook: 'test', spec: '{ttlSecondsAfterFinished: 86400}' },
    { name: 'no policy finds a generated name', id: 'a-', hook: 'test', policy: 'hook-succeeded,hook-failed', want },
    { name: 'a fixed name is one Job', hook: 'test' },
    { name: 'Helm removes a plain Job that left the manifest', id: 'a-1732147200' },
  ]);
});
