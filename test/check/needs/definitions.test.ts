import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDefinition } from '../../../src/check/needs/definitions.ts';
import { releaseOf } from '../../support/release.ts';

const issuer = (events: string, apiVersion = 'shop.example/v1'): string =>
  `apiVersion: ${apiVersion}\nkind: Policy\nmetadata: { name: p, annotations: { helm.sh/hook: "${events}" } }\n---\n`;
const definition = (annotations = '{}', name = 'policies.shop.example'): string =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: ${name}, annotations: ${annotations} }\n---\n`;

const heard = (text: string): string[] => {
  const release = releaseOf(text);
  return release.placements
    .flatMap((placement) => checkDefinition(placement, release))
    .map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
};

test('a hook of a kind that Helm defines only later', () => {
  const name = 'Policy/p needs CustomResourceDefinition/policies.shop.example';
  assert.deepEqual(heard(issuer('pre-install,pre-upgrade') + definition()), [
    `error refs/not-yet-created: ${name}, which Helm creates after pre-install hooks`,
  ]);
  assert.deepEqual(heard(issuer('post-delete') + definition()), [
    `error refs/already-deleted: ${name}, which the uninstall has deleted by post-delete`,
  ]);
  assert.match(
    heard(issuer('pre-install') + definition('{ helm.sh/hook: pre-install, helm.sh/hook-weight: "5" }')).join(),
    /^error refs\/created-too-late/,
  );
});

test('a hook of a kind that is known by then', () => {
  for (const [name, text] of Object.entries({
    'after the release': issuer('post-install,post-upgrade') + definition(),
    'a new one of the upgrade is unknown, the old one is there': issuer('pre-upgrade') + definition(),
    'defined by a hook': issuer('pre-install') + definition('{ helm.sh/hook: pre-install, helm.sh/hook-weight: "-5" }'),
    'defined elsewhere': issuer('pre-install'),
    'another group': issuer('pre-install', 'other.example/v1') + definition(),
    'another kind': issuer('pre-install') + definition('{}', 'policyrules.shop.example'),
  }))
    assert.deepEqual(heard(text), [], name);
});
