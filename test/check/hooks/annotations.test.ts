import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAnnotations, checkDefaultPolicy, checkUnknownAnnotations } from '../../../src/check/hooks/annotations.ts';
import { checkStrings } from '../../../src/check/hooks/strings.ts';
import { type Rules, releaseOf } from '../../support/release.ts';

/** `code: what` of each finding of a ConfigMap with these annotation lines. */
function findings(annotations: string, rules: Rules = {}): string[] {
  const lines = annotations.split('\n').map((line) => `    ${line}\n`);
  const release = releaseOf(
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n${lines.join('')}`,
    { rules },
  );
  return release.placements
    .flatMap((placement) =>
      [checkAnnotations, checkStrings, checkDefaultPolicy, checkUnknownAnnotations].flatMap((check) =>
        check(placement, release),
      ),
    )
    .map(({ code, hint }) => `${code}: ${hint}`);
}

const POLICY = 'helm.sh/hook-delete-policy: before-hook-creation';

test('hook annotations are read as Helm reads them', () => {
  for (const { name, in: annotations, want } of [
    { name: 'a known event is fine in any case', in: `helm.sh/hook: Pre-Install , post-upgrade\n${POLICY}`, want: [] },
    { name: 'test-success is an event', in: `helm.sh/hook: test-success\n${POLICY}`, want: [] },
    {
      name: 'an unknown event has the nearest as hint',
      in: `helm.sh/hook: pre-instal\n${POLICY}`,
      want: ['hook/unknown-event: write pre-install'],
    },
    {
      name: 'crd-install goes to the crds folder',
      in: `helm.sh/hook: crd-install\n${POLICY}`,
      want: ["hook/unknown-event: move the definition to the chart's crds folder: crd-install ended with Helm 2"],
    },
    {
      name: 'an empty hook annotation drops the resource',
      in: `helm.sh/hook: ""\n${POLICY}`,
      want: ['hook/unknown-event: name an event, or leave the annotation out'],
    },
    {
      name: 'and so does a null',
      in: `helm.sh/hook:\n${POLICY}`,
      want: ['hook/unknown-event: name an event, or leave the annotation out'],
    },
    {
      name: 'and a comma too many',
      in: `helm.sh/hook: "pre-install,"\n${POLICY}`,
      want: ['hook/unknown-event: take the comma too many out'],
    },
    { name: 'a negative weight is a weight', in: `helm.sh/hook: test\n${POLICY}\nhelm.sh/hook-weight: "-5"`, want: [] },
    {
      name: 'a fraction is none',
      in: `helm.sh/hook: test\n${POLICY}\nhelm.sh/hook-weight: "1.5"`,
      want: ['hook/weight-not-integer: write a whole number in quotes, for example "5"'],
    },
    { name: 'without a hook nobody reads the weight', in: 'helm.sh/hook-weight: "high"', want: [] },
    {
      name: 'an unquoted weight is a number',
      in: `helm.sh/hook: test\n${POLICY}\nhelm.sh/hook-weight: 5`,
      want: ['hook/annotation-not-string: put the value in quotes'],
    },
    {
      name: 'also where nothing is a hook: the API server reads all annotations',
      in: 'helm.sh/hook-weight: 5',
      want: ['hook/annotation-not-string: put the value in quotes'],
    },
    {
      name: "an unquoted yes is a boolean for Helm's YAML",
      in: `helm.sh/hook: test\n${POLICY}\nhelm.sh/hook-weight: yes`,
      want: ['hook/annotation-not-string: put the value in quotes'],
    },
    {
      name: 'an unquoted number with an underscore is a number',
      in: `helm.sh/hook: test\n${POLICY}\nhelm.sh/hook-weight: 1_0`,
      want: ['hook/annotation-not-string: put the value in quotes'],
    },
    {
      name: 'a quoted yes is a string',
      in: `helm.sh/hook: test\n${POLICY}\nhelm.sh/hook-weight: "yes"`,
      want: ['hook/weight-not-integer: write a whole number in quotes, for example "5"'],
    },
    {
      name: 'a misspelt policy has the nearest as hint',
      in: 'helm.sh/hook: test\nhelm.sh/hook-delete-policy: hook-suceeded',
      want: ['hook/unknown-delete-policy: write hook-succeeded'],
    },
    {
      name: 'one unknown word among known ones is one too many',
      in: 'helm.sh/hook: test\nhelm.sh/hook-delete-policy: hook-failed,never',
      want: ['hook/unknown-delete-policy: use before-hook-creation, hook-succeeded, hook-failed'],
    },
    { name: 'keep alone means never delete', in: 'helm.sh/hook: test\nhelm.sh/hook-delete-policy: keep', want: [] },
    {
      name: 'keep beside a policy means nothing',
      in: 'helm.sh/hook: test\nhelm.sh/hook-delete-policy: hook-failed,keep',
      want: ['hook/unknown-delete-policy: use before-hook-creation, hook-succeeded, hook-failed'],
    },
    { name: 'a policy without a hook is not read', in: 'helm.sh/hook-delete-policy: keep-it', want: [] },
    {
      name: 'an empty policy switches the default off',
      in: 'helm.sh/hook: test\nhelm.sh/hook-delete-policy: ""',
      want: [
        'hook/unknown-delete-policy: write one of before-hook-creation, hook-succeeded, hook-failed, or leave the annotation out',
      ],
    },
    {
      name: 'a comma too many in a policy does no harm',
      in: 'helm.sh/hook: test\nhelm.sh/hook-delete-policy: hook-failed,',
      want: [],
    },
    {
      name: 'a delete policy is no log policy',
      in: `helm.sh/hook: test\n${POLICY}\nhelm.sh/hook-output-log-policy: before-hook-creation`,
      want: ['hook/unknown-log-policy: use hook-succeeded, hook-failed'],
    },
    {
      name: 'a log policy is one',
      in: `helm.sh/hook: test\n${POLICY}\nhelm.sh/hook-output-log-policy: hook-failed`,
      want: [],
    },
    {
      name: 'no policy is the default',
      in: 'helm.sh/hook: pre-upgrade',
      want: ['hook/no-delete-policy: write `helm.sh/hook-delete-policy: before-hook-creation` if that is meant'],
    },
    { name: 'a test needs none', in: 'helm.sh/hook: test', want: [] },
    { name: 'what is no hook needs no policy', in: 'a: b', want: [] },
    {
      name: 'a misspelt annotation has the nearest as hint',
      in: `helm.sh/hook: test\n${POLICY}\nhelm.sh/hook-weigth: "1"`,
      want: ['hook/unknown-annotation: did you mean "helm.sh/hook-weight"?'],
    },
    {
      name: 'also of what is no hook because of it',
      in: 'helm.sh/hooks: test',
      want: ['hook/unknown-annotation: did you mean "helm.sh/hook"?'],
    },
    {
      name: 'other annotations under helm.sh are none of ours',
      in: 'helm.sh/chart: shop-1\nhelm.sh/resource-policy: keep',
      want: [],
    },
  ])
    assert.deepEqual(findings(annotations), want, name);
});

test('the message names the word and what Helm does with it', () => {
  const release = releaseOf(
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations: { helm.sh/hook: "pre-install,pre-upgrad" }\n',
  );
  const [finding] = release.placements.flatMap((placement) => checkAnnotations(placement, release));
  assert.equal(
    finding?.message,
    'ConfigMap/a has the unknown event "pre-upgrad" in its helm.sh/hook, so Helm drops the whole resource and exits 0',
  );
  assert.equal(finding?.severity, 'error');
  assert.deepEqual(finding?.frame?.mark, 'pre-upgrad');
  assert.equal(finding?.position?.line, 5);
});

test('pod templates are none of the business of Helm', () => {
  const release = releaseOf(`apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec: { template: { metadata: { annotations: { helm.sh/hook: nonsense, helm.sh/hook-weight: 5 } }, spec: {} } }
`);
  assert.deepEqual(
    release.placements.flatMap((placement) => checkAnnotations(placement, release)),
    [],
  );
});

test('what the config overwrites is not judged', () => {
  const release = releaseOf(
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations: { helm.sh/hook: nonsense, helm.sh/hook-weight: 5 }\n',
    { rules: { a: {} } },
  );
  const [placement] = release.placements;
  assert.ok(placement);
  assert.equal(checkAnnotations(placement, release).length, 1);
  assert.equal(checkStrings(placement, release).length, 1);
  const annotations = { 'helm.sh/hook': 'pre-install', 'helm.sh/hook-weight': '0' };
  const written = { ...placement, value: () => ({ metadata: { annotations } }) };
  assert.deepEqual(checkAnnotations(written, release), []);
  assert.deepEqual(checkStrings(written, release), []);
});

const WORDS = ['y', 'yes', 'on', 'n', 'no', 'off'].flatMap((word) => [
  word,
  word.toUpperCase(),
  word.charAt(0).toUpperCase() + word.slice(1),
]);

test('every word that Helm takes for a boolean is told, in all annotations and labels of a hook and of its pods', () => {
  const told = (metadata: string, pods = '', rules: Rules = {}): string[] => {
    const release = releaseOf(
      `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n${metadata}spec: {template: {metadata: {${pods}}, spec: {}}}\n`,
      { rules },
    );
    return release.placements.flatMap((placement) => checkStrings(placement, release)).map(({ message }) => message);
  };
  const hook = '  annotations:\n    helm.sh/hook: test\n';
  for (const word of [...WORDS, 'true', 'FALSE', '5', '1_0', '0o7', '.5']) {
    const type = /\d/.test(word) ? 'number' : 'boolean';
    const tail = `a ${type} where the API server takes only strings`;
    assert.deepEqual(told(`${hook}    x: ${word}\n`), [`Job/a has ${word} without quotes as its x, ${tail}`]);
    assert.deepEqual(told(`${hook}  labels: {x: ${word}}\n`), [
      `Job/a has ${word} without quotes as its label x, ${tail}`,
    ]);
    assert.deepEqual(told(hook, `labels: {x: ${word}}`), [
      `Job/a has ${word} without quotes as its label x (spec.template.metadata.labels), ${tail}`,
    ]);
    assert.equal(told(`  annotations:\n    helm.sh/hook: ${word}\n`).length, 1);
    for (const quoted of [`"${word}"`, `'${word}'`, `!!str ${word}`, `|-\n      ${word}`])
      assert.deepEqual(told(`${hook}    x: ${quoted}\n  labels:\n    z: ${quoted}\n`), [], quoted);
  }
  for (const fine of [
    'yEs',
    'nO',
    'oFF',
    'yess',
    'not',
    'once',
    '~',
    'null',
    '',
    '1:30',
    '2026-11-29',
    '1.2.3',
    '5s',
    '0x',
    '1e',
  ])
    assert.deepEqual(told(`${hook}    x: ${fine}\n`), [], fine);
  assert.deepEqual(told('  labels: {x: yes}\n'), [], 'what is neither a hook nor claimed');
  assert.equal(told('  labels: {x: yes}\n', '', { a: {} }).length, 1, 'what the config makes a hook');
  assert.equal(told(`${hook}    <<: {x: yes}\n`).length, 1, 'merged');
});
