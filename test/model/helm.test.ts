import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareHooks,
  effectiveDeletePolicies,
  readHookEvents,
  readHookWeight,
  readPolicies,
} from '../../src/model/helm.ts';

test('readHookEvents forgives case and blanks, and names every unknown word and what stands twice', () => {
  for (const { value, events, again = [], unknown } of [
    { value: 'pre-install', events: ['pre-install'], unknown: [] },
    { value: ' Pre-Install , post-upgrade', events: ['pre-install', 'post-upgrade'], unknown: [] },
    { value: 'test-success', events: ['test'], unknown: [] },
    { value: 'pre-instal,pre-upgrade', events: ['pre-upgrade'], unknown: ['pre-instal'] },
    { value: 'pre-install,', events: ['pre-install'], unknown: [''] },
    { value: 'test,pre-install,test-success', events: ['test', 'pre-install'], again: ['test'], unknown: [] },
  ])
    assert.deepEqual(readHookEvents(value), { events, again, unknown }, value);
});

test('readHookWeight reads what strconv.Atoi reads and 0 for the rest', () => {
  for (const { value, weight, valid } of [
    { value: undefined, weight: 0, valid: true },
    { value: '-5', weight: -5, valid: true },
    { value: '+7', weight: 7, valid: true },
    { value: '007', weight: 7, valid: true },
    { value: '1.0', weight: 0, valid: false },
    { value: ' 1', weight: 0, valid: false },
    { value: '', weight: 0, valid: false },
    { value: '1e3', weight: 0, valid: false },
  ])
    assert.deepEqual(readHookWeight(value), { weight, valid }, String(value));
});

test('compareHooks: weight, then name, and the kind only when both are equal', () => {
  const hook = (weight: number, kind: string, name: string) => ({ weight, kind, name });
  assert.ok(compareHooks(hook(0, 'Job', 'aaa'), hook(0, 'ServiceAccount', 'zzz')) < 0);
  assert.ok(compareHooks(hook(1, 'ServiceAccount', 'a'), hook(0, 'Job', 'z')) > 0);
  assert.ok(compareHooks(hook(0, 'Role', 'a'), hook(0, 'RoleBinding', 'a')) < 0);
});

test('an unknown policy word switches the default off', () => {
  assert.deepEqual(effectiveDeletePolicies([]), ['before-hook-creation']);
  assert.deepEqual(effectiveDeletePolicies(['keep']), []);
  assert.deepEqual(effectiveDeletePolicies(['hook-failed', 'nonsense']), ['hook-failed']);
});

test('an absent policy is the default, an empty one is a word that Helm does not know', () => {
  assert.deepEqual(readPolicies(undefined), []);
  assert.deepEqual(readPolicies(' Hook-Failed, keep'), ['hook-failed', 'keep']);
  assert.deepEqual(effectiveDeletePolicies(readPolicies('')), []);
});
