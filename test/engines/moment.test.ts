/** The worlds of runs against the table of events that the checks go by: both must say the same of every hook and object. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type State, stateAt } from '../../src/check/needs/availability.ts';
import { helm } from '../../src/engines/helm/simulate.ts';
import { existenceOf, type Moment } from '../../src/engines/moment.ts';
import { subjectOf } from '../../src/engines/world.ts';
import { type Event, OPERATIONS, type Operation } from '../../src/model/helm.ts';
import type { Placement } from '../../src/model/plan.ts';
import { CORPUS } from '../support/files.ts';
import { releaseOf } from '../support/release.ts';

const streams = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.endsWith('.yaml')) : [];
const USUAL = { version: '4.3', wait: false, timeoutSeconds: 300 };

function stateByRun(needed: Placement, moment: Moment, event: Event): State {
  const revision = { number: 1, rendering: 1, placements: [] };
  const found = existenceOf(subjectOf(needed, revision).key, moment);
  if (found.is === 'there') {
    const newest = moment.run.end.history.at(-1)?.revision.rendering ?? 0;
    const isOld = event === 'pre-upgrade' && found.presence.subject.revision.rendering < newest;
    return isOld && renewed(needed) ? 'old' : 'there';
  }
  if (found.later?.phase === event) return 'later-hook';
  if (found.deleted !== undefined) return 'deleted';
  return found.later?.phase === 'release' ? 'later' : 'other-event';
}
const renewed = ({ hook }: Placement): boolean => hook === undefined || hook.events.some((e) => e.endsWith('-upgrade'));

/** Helm never deletes definitions and drops what has an unknown event: the table does not know. */
const isKnown = ({ resource, hook }: Placement): boolean =>
  resource.kind !== 'CustomResourceDefinition' && hook?.events.length !== 0;

test('what exists when a hook of a real chart runs is the same by the steps as by the table', {
  skip: streams.length === 0 && 'there is no corpus on this machine',
}, () => {
  let asked = 0;
  const differences: string[] = [];
  for (const name of streams) {
    const release = releaseOf(readFileSync(join(CORPUS, name), 'utf8'));
    for (const [operation, events] of Object.entries(OPERATIONS) as [Operation, readonly Event[]][]) {
      const run = helm.simulate(release, operation, USUAL);
      for (const [step, { subject, phase, do: deed }] of run.steps.entries()) {
        const user = subject.placement;
        if (user === undefined || deed === 'delete' || deed === 'wait' || !events.includes(phase as Event)) continue;
        for (const needed of release.filter(isKnown)) {
          if (needed === user) continue;
          asked++;
          const [table, steps] = [
            stateAt(needed, user, phase as Event),
            stateByRun(needed, { run, step }, phase as Event),
          ];
          if (table !== steps)
            differences.push(
              `${name} ${phase} ${user.name} needs ${needed.resource.kind}/${needed.name}: ${table}, ${steps}`,
            );
        }
      }
    }
  }
  assert.deepEqual(differences, []);
  assert.ok(asked > 10_000, `${asked} questions`);
});
