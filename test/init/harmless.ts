/** The law of init: what a proposal may not do to a render of the chart, whatever the chart is. Written from findings and plans alone. */
import assert from 'node:assert/strict';
import { HOOK, isAwaited, OPERATION_NAMES, OPERATIONS, type Operation } from '../../src/model/helm.ts';
import { tailOfResource } from '../../src/model/name-tail.ts';
import type { Placement } from '../../src/model/plan.ts';
import { order } from '../support/pipeline.ts';

type Stream = string | Uint8Array;

/** Throws where the proposal makes a render worse. `of`: the only operation that has this render. */
export function assertHarmless(stream: Stream, config: string, of?: Operation): void {
  const { plan, findings } = order(stream, config);
  assert.ok(plan !== undefined, JSON.stringify(findings.map(({ message }) => message)));
  assert.deepEqual(
    findings.map(({ code, message }) => `${code}: ${message}`),
    [],
    'it renders without an error',
  );
  for (const wait of [false, true]) assertNothingNew(stream, config, wait, of);
  const before = order(stream, undefined, { needsConfig: false }).plan?.placements ?? [];
  for (const [at, placement] of before.entries()) {
    const after = plan.placements.find(
      ({ resource, copyFor }) => resource.document.index === placement.resource.document.index && !copyFor,
    );
    // Of two documents of one name, one may be dropped.
    if (after === undefined && !isAwaited(placement.resource.kind)) continue;
    assert.ok(after !== undefined, `${at}`);
    assertRunsAsOften(placement, after, config, of);
    const { kind, tail } = tailOfResource(placement.resource);
    if (kind === 'random')
      for (const line of config.split('\n')) if (/^\s+match:/.test(line)) assert.ok(!line.includes(tail), line);
  }
}

function assertNothingNew(stream: Stream, config: string, wait: boolean, of?: Operation): void {
  // A render of one operation is judged for that, as `lint CHART` does: what only an install has meets no upgrade.
  const operations = of && {
    operations: OPERATION_NAMES.filter((name) => (name === 'install') === (of === 'install')),
  };
  const options = { needsConfig: false, scope: 'all', severity: 'warning', wait, ...operations } as const;
  const counted = (text: string | undefined): ReadonlyMap<string, readonly string[]> => {
    const found = new Map<string, string[]>();
    for (const { code, resource, message, severity } of order(stream, text, options).findings)
      for (const level of severity === 'error' ? ['error', 'warning'] : ['warning']) {
        const key = `${level} ${code} ${resource?.document.index ?? ''}`;
        found.set(key, [...(found.get(key) ?? []), message]);
      }
    return found;
  };
  const before = counted(undefined);
  for (const [key, messages] of counted(config))
    assert.ok(
      messages.length <= (before.get(key)?.length ?? 0),
      `new${wait ? ' with --wait' : ''}: ${key} ${messages.join('; ')}\n${config}`,
    );
}

/** Fewer operations only where the proposal says so. */
function assertRunsAsOften(before: Placement, after: Placement, config: string, of?: Operation): void {
  if (!isAwaited(before.resource.kind)) return;
  const lost = operationsOf(before).filter(
    (operation) => !operationsOf(after).includes(operation) && (of === undefined || of === operation),
  );
  if (lost.length === 0) return;
  const id = `${before.resource.kind}/${before.resource.name}`;
  const comment = config
    .replaceAll(/\n {2}# /g, ' ')
    .split('\n')
    .find((line) => line.includes(` ${id}: `));
  assert.ok(
    lost.join() === 'install' && /install\b[^.]* does not run it any more/i.test(comment ?? ''),
    `${id} loses ${lost.join(' and ')}\n${config}`,
  );
}

function operationsOf({ resource, hook, rule }: Placement): readonly Operation[] {
  if (hook !== undefined)
    return OPERATION_NAMES.filter((name) => OPERATIONS[name].some((event) => hook.events.includes(event)));
  if (Object.hasOwn(resource.annotations, HOOK) && rule === undefined) return [];
  const spec = resource.manifest().value['spec'] as { ttlSecondsAfterFinished?: number } | undefined;
  const again =
    tailOfResource(resource).kind !== 'fixed' ||
    spec?.ttlSecondsAfterFinished !== undefined ||
    rule?.jobName.suffix === 'hash';
  return again ? ['install', 'upgrade'] : ['install'];
}
