/** What the cluster says is read by the rule that is meant for it, and by no rule before that. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAUSE_TITLES } from '../../src/knowledge/causes.generated.ts';
import { RULES, readMessage } from '../../src/live/messages.ts';

for (const rule of RULES)
  test(`${rule.at}: ${rule.example}`, () => {
    assert.equal(
      RULES.find(({ at, says }) => at === rule.at && says.test(rule.example)),
      rule,
    );
    const reading = readMessage(rule.at, rule.example);
    assert.ok(reading !== undefined && reading.code in CAUSE_TITLES);
    assert.equal(reading.said, rule.example);
    assert.doesNotMatch(reading.text, /undefined|\.$/);
  });

for (const { at, message, text } of [
  {
    at: 'admission',
    message:
      'Error creating: pods "a-" is forbidden: error looking up service account shop/b: serviceaccount "b" not found',
    text: 'ServiceAccount/b is missing',
  },
  {
    at: 'admission',
    message:
      'Error creating: pods "a-x" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=2, used: pods=10,requests.cpu=3, limited: pods=10,requests.cpu=4',
    text: 'ResourceQuota/q has no room: pods=1,requests.cpu=2 asked for, pods=10,requests.cpu=3 of pods=10,requests.cpu=4 in use',
  },
  {
    at: 'admission',
    message: 'pods "a" is forbidden: failed quota: q: must specify limits.cpu for: main,side; requests.cpu for: main',
    text: 'ResourceQuota/q takes no pod without limits.cpu, requests.cpu',
  },
  {
    at: 'scheduler',
    message:
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
    text: "no node takes the pod (3 nodes: 1 Insufficient cpu, 2 node(s) didn't match Pod's node affinity/selector)",
  },
  {
    at: 'container',
    message: "couldn't find key a.b in ConfigMap shop/config",
    text: 'ConfigMap/config has no key a.b',
  },
  { at: 'container', message: "couldn't find key a in Secret db", text: 'Secret/db has no key a' },
] as const)
  test(`${message} means: ${text}`, () => assert.equal(readMessage(at, message)?.text, text));

test('what no rule knows is left to be shown as it is', () => {
  assert.equal(readMessage('admission', 'something went wrong'), undefined);
  assert.equal(readMessage('scheduler', 'secret "db" not found'), undefined);
});
