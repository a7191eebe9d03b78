/**
 * The simulator against what real Helms did on a real control plane (testdata/truth/helm.json): step by step, the world afterwards, and the
 * release. `npm run truth` records it anew; a lie in the simulator fails here.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Circumstances } from '../../src/engines/engine.ts';
import { helm } from '../../src/engines/helm/simulate.ts';
import { type Fault, type Faults, NOTHING_INSTALLED, type Run, type Situation } from '../../src/engines/run.ts';
import type { Subject, World } from '../../src/engines/world.ts';
import { isAwaited, type Operation } from '../../src/model/helm.ts';
import { type JsonObject, valueAt } from '../../src/model/json.ts';
import type { Placement } from '../../src/model/plan.ts';
import { TESTDATA } from '../support/files.ts';
import { placementsOf } from '../support/release.ts';

interface Deed {
  readonly helm?: Operation;
  readonly chart?: string;
  readonly flags?: readonly string[];
  readonly timeout?: number;
  readonly to?: number;
  readonly with?: string;
  readonly meanwhile?: readonly { readonly when: string; readonly kill?: string }[];
}

interface Scenario {
  readonly name: string;
  readonly charts: Readonly<Record<string, { readonly documents: readonly JsonObject[]; readonly crds?: unknown }>>;
  readonly run: readonly Deed[];
  readonly results: readonly {
    readonly versions: readonly string[];
    readonly operations: readonly {
      readonly do: string;
      readonly exit: number;
      readonly steps: readonly string[];
      readonly world: Readonly<Record<string, { readonly state?: string; readonly going?: boolean }>>;
      readonly release: readonly string[];
    }[];
  }[];
}

const { scenarios }: { readonly scenarios: readonly Scenario[] } = JSON.parse(
  readFileSync(join(TESTDATA, 'truth', 'helm.json'), 'utf8'),
);

/** What a simulation of one release by itself cannot know, or is not told. */
const APART: Readonly<Record<string, string>> = {
  'order/crds-folder': 'the crds folder never reaches a post-renderer',
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

const placementsIn = (scenario: Scenario, chart: string | undefined): readonly Placement[] =>
  placementsOf(
    (scenario.charts[chart ?? '']?.documents ?? []).map((document) => JSON.stringify(document)).join('\n---\n'),
  );

function circumstancesOf(deed: Deed, version: string): Circumstances {
  const has = (flag: string): boolean => deed.flags?.includes(flag) ?? false;
  return {
    version: deed.with ?? version,
    wait: has('--wait') || has('--rollback-on-failure'),
    waitForJobs: has('--wait-for-jobs'),
    rollbackOnFailure: has('--rollback-on-failure'),
    timeoutSeconds: deed.timeout ?? 300,
    takeOwnership: has('--take-ownership'),
    ...(has('--server-side=false') && { serverSide: false }),
    ...(deed.to !== undefined && { rollbackTo: deed.to }),
  };
}

/** What the cluster did to the objects: what it refused for a reason of its own, and what the stand-in for a kubelet was told to let happen. */
function faultsOf(deed: Deed, recorded: readonly string[]): Faults {
  return ({ do: doing, subject }, _, world): Fault | undefined => {
    const name = `${subject.id.kind}/${subject.id.name}`;
    if (
      doing === 'create' &&
      recorded.some((step) => new RegExp(`^(?:create|apply) ${name}: (?:422|404|500)`).test(step)) &&
      !isDying(world, subject)
    )
      return 'refused';
    // What another client put into it, and holds there, no manifest shows.
    if (doing === 'delete' && subject.id.kind === 'Namespace' && recorded.includes(`wait ${name}: timeout`))
      return 'timed-out';
    if (doing !== 'wait') return undefined;
    const cut = deed.meanwhile?.find(({ when, kill }) => kill !== undefined && when === `${name} running`)?.kill;
    if (cut !== undefined)
      return cut === 'SIGKILL' ? 'killed' : cut === 'SIGINT' || cut === 'SIGTERM' ? 'interrupted' : undefined;
    return fateOf(subject, deed.timeout ?? 300, world);
  };
}

const isDying = (world: World, { id }: Subject): boolean =>
  [...world.values()].some(
    ({ subject, dying }) => dying && subject.id.kind === 'Namespace' && subject.id.name === id.namespace,
  );

function fateOf({ id: { kind }, placement }: Subject, timeout: number, world: World): Fault | undefined {
  const value = placement?.value();
  const spec = valueAt(value, ['spec']);
  const pod = kind === 'Pod' ? value : valueAt(spec, ['template']);
  const fate = valueAt(pod, ['metadata', 'annotations']);
  const outcome = valueAt(fate, ['plane/outcome']);
  if (outcome === 'fail') return 'failed';
  const seconds = Number(valueAt(fate, [isAwaited(kind) ? 'plane/seconds' : 'plane/ready']) ?? 0);
  const needed = valueAt(pod, ['spec', 'containers', 0, 'envFrom', 0, 'configMapRef', 'name']);
  const account = valueAt(pod, ['spec', 'serviceAccountName']);
  const lacks = (need: string, name: unknown): boolean => typeof name === 'string' && !world.has(`/${need}//${name}`);
  const isLacking = lacks('ConfigMap', needed) || lacks('ServiceAccount', account);
  const serves = kind === 'Pod' && valueAt(spec, ['restartPolicy']) === undefined;
  const isEndless = outcome === 'hang' || valueAt(spec, ['suspend']) === true || isLacking || serves;
  const lasts = isEndless ? Number.POSITIVE_INFINITY : seconds;
  const deadline = valueAt(spec, ['activeDeadlineSeconds']);
  if (typeof deadline === 'number' && deadline < timeout && lasts > deadline) return 'failed';
  return lasts > timeout ? 'timed-out' : undefined;
}

/**
 * As the record writes it. It has no waits for what is ready or done when Helm looks, and of objects of one kind no order.
 */
function stepTexts(run: Run): readonly string[] {
  const done = new Set<string>();
  return run.steps.flatMap(({ do: doing, subject: { id, key }, outcome, because }, at): readonly string[] => {
    const name = `${id.kind}/${id.name}`;
    if (because === 'claim-of-statefulset' || because === 'unchanged' || because === 'unknown-event') return [];
    // Helm itself refuses: the API server hears nothing.
    if (because === 'not-owned') return [];
    if (because === 'already-there' && run.worldAfter(at).get(key)?.run !== 'running') done.add(key);
    switch (doing) {
      case 'keep':
        return [];
      case 'create':
        return [outcome === 'refused' ? `${name} refused` : `create ${name}`];
      case 'delete':
        return [`delete ${name}`, ...(outcome === 'timed-out' ? [`wait ${name}: timeout`] : [])];
      case 'wait':
        if (outcome === 'killed' || outcome === 'interrupted' || done.has(key)) return [];
        if (!isAwaited(id.kind) && outcome === 'done') return [];
        return [`wait ${name}${outcome === 'failed' ? ': failed' : outcome === 'timed-out' ? ': timeout' : ''}`];
      default:
        return [outcome === 'refused' ? `${name} refused` : `apply ${name}`];
    }
  });
}

const recordedTexts = (steps: readonly string[]): readonly string[] =>
  steps
    .filter((step) => !/: (?:not there|gone)$/.test(step))
    .filter((step) => !/^wait (?!Job|Pod)\S+$/.test(step))
    .map((step) => step.replace(/^patch /, 'apply ').replace(/^\w+ (.*): \d{3}$/, '$1 refused'));

/** What the release's own objects are applied and deleted in is an order of kinds only. */
function inOrderOfKinds(steps: readonly string[]): readonly string[] {
  const groups: string[][] = [];
  const kindOf = (step: string): string => step.replace(/\/.*/, '');
  for (const step of steps) {
    const last = groups.at(-1);
    if (
      last?.[0] !== undefined &&
      kindOf(last[0]) === kindOf(step) &&
      !/^(?:create|delete|apply|wait) (?:Job|Pod)/.test(step)
    )
      last.push(step);
    else groups.push([step]);
  }
  return groups.flatMap((group) => group.sort());
}

/** Whether plain Jobs have ended by then is nothing that Helm waits for; the record has no objects that went while it looked. */
function worldTexts({ end }: Run, recorded: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    [...end.world.values()]
      .filter(({ subject: { id }, dying }) => !dying || recorded.includes(`${id.kind}/${id.name}`))
      .map(({ subject: { id }, run, dying, owner }) => [
        `${id.kind}/${id.name}`,
        `${owner === 'hook' ? (run ?? '') : ''}${dying ? ' dying' : ''}`,
      ]),
  );
}

for (const scenario of scenarios) {
  for (const { versions, operations } of scenario.results)
    for (const version of versions)
      test(`${scenario.name} with Helm ${version}`, { skip: APART[scenario.name] ?? false }, () => {
        let situation: Situation = NOTHING_INSTALLED;
        const seen: unknown[] = [];
        const wanted: unknown[] = [];
        for (const [at, deed] of scenario.run.filter(({ helm: operation }) => operation !== undefined).entries()) {
          const recorded = operations[at];
          assert.ok(recorded);
          const run = helm.simulate(
            placementsIn(scenario, deed.chart),
            deed.helm as Operation,
            circumstancesOf(deed, version),
            situation,
            faultsOf(deed, recorded.steps),
          );
          situation = run.end;
          const world = worldTexts(run, Object.keys(recorded.world));
          const isHook = new Set(Object.keys(world).filter((name) => world[name] !== ''));
          seen.push({
            steps: inOrderOfKinds(stepTexts(run)),
            isOk: run.stop === undefined,
            release: run.end.history.map(({ revision, status }) => `${revision.number} ${status}`),
            world,
          });
          wanted.push({
            steps: inOrderOfKinds(recordedTexts(recorded.steps)),
            isOk: recorded.exit === 0,
            release: recorded.release.map((text) => text.replace(/pending-\w+/, 'pending')),
            world: Object.fromEntries(
              Object.entries(recorded.world)
                .filter(([name]) => !name.includes('-?'))
                .map(([name, { state, going }]) => [
                  name,
                  `${isHook.has(name) ? (state ?? '') : ''}${going ? ' dying' : ''}`,
                ]),
            ),
          });
        }
        assert.deepEqual(seen, wanted);
      });
}
