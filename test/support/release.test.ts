import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placementNamed, placementsOf, releaseOf } from './release.ts';

const TEXT = `apiVersion: v1
kind: ConfigMap
metadata: { name: a }
---
# only a comment
---
apiVersion: batch/v1
kind: Job
metadata:
  name: b
  annotations: { helm.sh/hook: "pre-install", helm.sh/hook-weight: "-3" }
spec: { template: { spec: { containers: [] } } }
`;

test('a release has hooks as annotated, rules as given, and lines of the whole text', () => {
  const placements = placementsOf(TEXT, { b: { dependencies: 'copy' } });
  assert.deepEqual(
    placements.map(({ resource, hook, rule }) => [resource.kind, hook?.weight, rule?.name]),
    [
      ['ConfigMap', undefined, undefined],
      ['Job', -3, 'b'],
    ],
  );
  const manifest = placementNamed(placements, 'Job/b').resource.manifest();
  const position = manifest.locate(['metadata', 'name', 'nowhere']);
  assert.deepEqual(position, { line: 10, column: 9 });
  assert.equal(position && manifest.lineAt(position), '  name: b');
  assert.equal(releaseOf(TEXT).find('ConfigMap', 'a', 'anywhere').length, 1);
});
