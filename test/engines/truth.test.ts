/**
 * The simulator against what real Helms did on a real control plane (testdata/truth/helm.json): step by step, the world afterwards, and the
 * release. `npm run truth` records it anew; a lie in the simulator fails here.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { compare } from '../truth/compare.ts';
import { LIES } from '../truth/lies.ts';
import { readRecord } from '../truth/record.ts';

/** What a simulation of one release by itself cannot know, or is not told. */
const APART: Readonly<Record<string, string>> = {
  'order/crds-folder': 'the crds folder never reaches a post-renderer',
  'order/crds-folder-awaited': 'the crds folder never reaches a post-renderer',
  'waiting/ttl-zero': 'time passes between the operations',
  'waiting/job-removed-meanwhile': 'another client removes the Job',
  'waiting/ttl': 'time passes between the operations',
  'operation/test-logs': '--logs is about what is printed',
  'operation/no-hooks': '--no-hooks',
  'operation/uninstall-foreign': 'another client takes the marks of the release away',
  'after/cleanup-on-fail': '--cleanup-on-fail',
  'apply/foreign-change': 'another client owns the field',
  'apply/hook-state': 'another client owns the field',
  'apply/existing-object': 'another client made the object',
  'apply/existing-object-default-policy': 'another client made the object',
  'apply/unknown-kind': 'no cluster is asked for its kinds',
};

for (const scenario of readRecord().scenarios)
  for (const { versions, operations } of scenario.results)
    for (const version of versions)
      test(`${scenario.name} with Helm ${version}`, { skip: APART[scenario.name] ?? false }, () => {
        const compared = compare(scenario, operations, version, { refusals: 'as seen' });
        assert.deepEqual(
          compared.map(({ said }) => said),
          compared.map(({ seen }) => seen),
        );
      });

for (const [lie, simulate] of Object.entries(LIES))
  test(`the record finds a simulator that says: ${lie}`, () => {
    const found = readRecord()
      .scenarios.filter(({ name }) => APART[name] === undefined)
      .filter((scenario) => {
        const { versions, operations } = scenario.results[0] ?? { versions: [], operations: [] };
        const compared = compare(scenario, operations, versions[0] ?? '', { refusals: 'as seen', simulate });
        return compared.some(({ said, seen }) => !isDeepStrictEqual(said, seen));
      });
    assert.ok(found.length > 0);
  });
