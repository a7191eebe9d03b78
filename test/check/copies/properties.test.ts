/** What holds for the copies of every release. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareHooks } from '../../../src/model/helm.ts';
import type { Placement } from '../../../src/model/plan.ts';
import { referencesOf } from '../../../src/release/references.ts';
import { copy, copyText, hooked, job, leaving, object, subject } from '../../support/copies.ts';
import { runs } from '../../support/property.ts';
import { placementsOf, type Rules } from '../../support/release.ts';

const EVENT_SETS = [
  'pre-install',
  'pre-upgrade',
  'pre-install,pre-upgrade',
  'post-install',
  'post-delete',
  'pre-install,post-delete',
  'pre-rollback',
];
const LETTERS = ['a', 'b', 'c', 'a-hook'];
const letter = fc.constantFrom(...LETTERS);
const maybeHook = fc.option(fc.tuple(fc.constantFrom(...EVENT_SETS), fc.integer({ min: -3, max: 3 })), {
  nil: undefined,
  freq: 3,
});
const release = fc.record({
  objects: fc.array(
    fc.record({
      kind: fc.constantFrom(
        'ConfigMap',
        'Secret',
        'ServiceAccount',
        'Role',
        'ClusterRole',
        'RoleBinding',
        'ClusterRoleBinding',
      ),
      name: letter,
      to: letter,
      by: fc.array(letter, { minLength: 1, maxLength: 3 }),
      hook: maybeHook,
    }),
    { maxLength: 14 },
  ),
  jobs: fc.array(
    fc.record({
      events: fc.constantFrom(...EVENT_SETS),
      weight: fc.integer({ min: -3, max: 3 }),
      account: fc.option(letter),
      reads: fc.array(fc.tuple(fc.constantFrom('configMapRef', 'secretRef'), letter), { maxLength: 3 }),
      copies: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

const textOf = ({
  objects,
  jobs,
}: typeof release extends fc.Arbitrary<infer T> ? T : never): { text: string; rules: Rules } => {
  const seen = new Set<string>();
  const text = objects
    .filter(({ kind, name }) => !seen.has(`${kind}/${name}`) && seen.add(`${kind}/${name}`))
    .map(({ kind, name, to, by, hook }) => {
      const metadata = hook === undefined ? '' : hooked(...hook);
      if (kind === 'ServiceAccount') return object(kind, name, `imagePullSecrets: [{ name: ${to} }]`, metadata);
      if (kind.endsWith('Binding'))
        return object(
          kind,
          name,
          `roleRef: { kind: ${kind.replace('Binding', '')}, name: ${to} }, subjects: [${[...new Set(by)].map(subject).join(', ')}]`,
          metadata,
        );
      return object(
        kind,
        name,
        kind.endsWith('Role') ? `rules: [{ resources: [secrets], resourceNames: [${to}] }]` : 'data: {}',
        metadata,
      );
    });
  const runs = jobs.map(({ events, weight, account, reads }, index) =>
    job(
      `j${index}`,
      events,
      weight,
      `${account === null ? '' : `serviceAccountName: ${account}, `}containers: [{ envFrom: [${reads.map(([key, name]) => `{ ${key}: { name: ${name} } }`).join(', ')}] }]`,
    ),
  );
  return {
    text: [...text, ...runs].join(''),
    rules: Object.fromEntries(
      jobs.map(({ copies }, index) => [`Job/j${index}`, { dependencies: copies ? 'copy' : 'fail' }]),
    ),
  };
};

test('copies: free names, in time for every hook, the originals untouched, and nothing more to copy', () => {
  fc.assert(
    fc.property(release, (input) => {
      const { text, rules } = textOf(input);
      const before = placementsOf(text, rules);
      const values = before.map((placement) => JSON.stringify(placement.value()));
      const copied = copy(before);
      const { placements } = copied;

      const names = placements.map(({ resource, name }) => `${resource.kind}/${name}`);
      assert.equal(new Set(names).size, names.length, 'every name is free');
      assert.deepEqual(
        before.map((placement) => JSON.stringify(placement.value())),
        values,
        'originals are untouched',
      );

      const run = ({ resource, name, hook }: Placement) => ({ kind: resource.kind, name, weight: hook?.weight ?? 0 });
      const isInTime = (needed: Placement, user: Placement): boolean =>
        user.hook?.events.every((event) => needed.hook?.events.includes(event)) === true &&
        compareHooks(run(needed), run(user)) < 0;
      const copyNamed = (kind: string, name: string): Placement | undefined =>
        placements.find(
          (placement) => placement.copyFor !== undefined && placement.resource.kind === kind && placement.name === name,
        );

      for (const user of placements) {
        const isUser = user.rule?.dependencies === 'copy';
        if (!isUser && user.copyFor === undefined) continue;
        for (const reference of referencesOf(user)) {
          const meant = copyNamed(reference.kind, reference.name);
          // A binding may name an account that is not there: that gives nobody anything.
          if (meant === undefined || reference.use === 'subject') continue;
          const events = user.hook?.events ?? [];
          assert.ok(
            events.every((event) => meant.hook?.events.includes(event)),
            `${reference.kind}/${reference.name} is there in all events`,
          );
          if (isUser || reference.use === 'role')
            assert.ok(isInTime(meant, user), `${reference.kind}/${reference.name} is in time`);
        }
        if (!isUser) continue;
        for (const reference of referencesOf(user)) {
          const plain = before.find(
            ({ resource, hook }) =>
              hook === undefined && `${resource.kind}/${resource.name}` === `${reference.kind}/${reference.name}`,
          );
          const events = user.hook?.events ?? [];
          if (plain !== undefined && !copyNamed(reference.kind, reference.name))
            assert.ok(
              !events.some((event) => /^pre-(install|upgrade)$|^post-delete$/.test(event)),
              `${reference.kind}/${reference.name} is not left out`,
            );
        }
      }

      const again = copyText(leaving(copied), rules);
      assert.deepEqual(
        again.copies.map(({ name, resource }) => `${resource.kind}/${name}`),
        [],
        'nothing more to copy',
      );
      assert.deepEqual(again.rewrites, []);
    }),
    runs(300),
  );
});
