import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDuplicateKeys, checkRewrites, findRewrites } from '../../../src/check/hooks/text.ts';
import { placementsOf, releaseOf } from '../../support/release.ts';

test('findRewrites: the block scalars that Helm 4 prints differently', () => {
  for (const { name, in: text, last = false, want } of [
    { name: 'a literal at the end of a document', in: 'a:\n  b: |\n    x\n', want: ['final-newline 1'] },
    { name: 'also one that keeps all newlines', in: 'b: |+\n  x\n', want: ['final-newline 0'] },
    { name: 'also a folded one', in: 'b: >\n  x\n', want: ['final-newline 0'] },
    { name: 'also in a list', in: 'b:\n- |\n  x\n', want: ['final-newline 1'] },
    { name: 'also with more-indented lines at its end', in: 'b: |\n  x\n    y\n', want: ['final-newline 0'] },
    { name: 'not one that has no final newline', in: 'b: |-\n  x\n', want: [] },
    { name: 'not one that ends its file, behind which Helm prints a blank line', in: 'b: |\n  x\n\n', want: [] },
    { name: 'not one that ends the stream', in: 'b: |\n  x\n', last: true, want: [] },
    { name: 'not one that another key follows', in: 'b: |\n  x\nc: d\n', want: [] },
    { name: 'not one that a comment follows', in: 'b: |\n  x\n# c\n', want: [] },
    { name: 'a header inside a literal is text', in: 'a: |-\n  b: |\n    x\n', want: [] },
    { name: 'a folded scalar with indented lines', in: 'a: >-\n  x\n    y\n  z\nb: c\n', want: ['folded 0'] },
    { name: 'also across a blank line', in: 'a: >-\n  x\n\n    y\nb: c\n', want: ['folded 0'] },
    { name: 'a folded scalar of even lines', in: 'a: >-\n  x\n  y\nb: c\n', want: [] },
    { name: 'a literal may indent', in: 'a: |-\n  x\n    y\nb: c\n', want: [] },
    { name: 'a quoted sign is no header', in: 'a: ">"\nb: c\n', want: [] },
    { name: 'a comparison is no header', in: 'a: x >\n  y\n    z\nb: c\n', want: [] },
    { name: 'an anchor and a comment may stand by', in: 'a: &x !!str |  # c\n  y\n', want: ['final-newline 0'] },
    { name: 'line breaks may be CRLF', in: 'a: |\r\n  x\r\n', want: ['final-newline 0'] },
  ])
    assert.deepEqual(
      findRewrites(text, last).map(({ kind, line }) => `${kind} ${line}`),
      want,
      name,
    );
});

const STREAM = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: a }
data:
  script: |
    run
---
apiVersion: v1
kind: ConfigMap
metadata: { name: b }
`;

test('input/helm-rewrites-text has the line of the stream and the key', () => {
  const release = releaseOf(STREAM, { version: '4.2.3' });
  const findings = release.placements.flatMap((placement) => checkRewrites(placement, release));
  assert.deepEqual(
    findings.map(({ code, message, position, frame }) => ({ code, message, position, line: frame?.line })),
    [
      {
        code: 'input/helm-rewrites-text',
        message:
          'ConfigMap/a loses the final newline of script: with any post-renderer Helm 4 turns a | at the end of a document into |-',
        position: { line: 6, column: 11 },
        line: '  script: |',
      },
    ],
  );
});

test('input/helm-rewrites-text: what a Helm does not do is not said of it', () => {
  for (const version of ['4.1.4', '4.2.4', '4.3']) {
    const release = releaseOf(STREAM, { version });
    assert.deepEqual(
      release.placements.flatMap((placement) => checkRewrites(placement, release)),
      [],
    );
  }
});

test('input/helm-rewrites-text: blank lines break a command that goes on', () => {
  const severities = (text: string): readonly string[] => {
    const release = releaseOf(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  a: >-\n${text}  b: c\n`,
    );
    return release.placements.flatMap((placement) => checkRewrites(placement, release)).map(({ severity }) => severity);
  };
  assert.deepEqual(severities('    run \\\n      --all\n'), ['warning']);
  assert.deepEqual(severities('    run\n      --all\n'), ['info']);
});

test('a stream that Helm 4 sent is past it', () => {
  const release = releaseOf(
    STREAM.replace('{ name: a }', '{ name: a, annotations: { postrenderer.helm.sh/postrender-filename: a.yaml } }'),
  );
  assert.deepEqual(
    release.placements.flatMap((placement) => checkRewrites(placement, release)),
    [],
  );
});

test('input/duplicate-key: once for each key that stands more than once', () => {
  const [placement] = placementsOf('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { b: c }\n');
  assert.ok(placement);
  const release = releaseOf('');
  assert.deepEqual(checkDuplicateKeys(placement, release), []);
  const manifest = { ...placement.resource.manifest(), duplicateKeys: [{ path: ['data', 'b'], isLost: true }] };
  const doubled = { ...placement, resource: { ...placement.resource, manifest: () => manifest } };
  const [finding] = checkDuplicateKeys(doubled, release);
  assert.equal(finding?.message, 'ConfigMap/a has the key data.b more than once, and Helm takes the last');
  assert.equal(finding?.severity, 'warning');
});
