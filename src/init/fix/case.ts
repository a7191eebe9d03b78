/** What cures are made of: a finding with its place in the release, and the changes that may resolve it. */
import type { Finding } from '../../model/finding.ts';
import type { Event } from '../../model/helm.ts';
import { type Json, type Operation, type Path, pointer, valueAt } from '../../model/json.ts';
import type { Placement, Plan } from '../../model/plan.ts';
import type { Release } from '../../release/release.ts';
import type { Candidate, Keys } from './change.ts';

export interface Case {
  readonly finding: Finding;
  /** What would have to change by another entry than a patch. */
  readonly placement: Placement;
  /** What the patch of the finding is for. */
  readonly target?: Placement;
  readonly plan: Plan;
  readonly release: Release;
}

export type Cures = (about: Case) => readonly Candidate[];

export const alone =
  (...choices: readonly Keys[]): Cures =>
  ({ placement }) =>
    choices.map((set) => [{ of: placement, set }]);

/** What a chart's hook has keeps its weight under new events. */
export const withEvents = ({ hook }: Placement, events: readonly Event[]): Keys => ({
  events: [...new Set(events)],
  ...(hook !== undefined && { weight: hook.weight }),
});

export const findIn = (plan: Plan, { document }: { readonly document: { readonly index: number } }) =>
  plan.placements.find((one) => one.copyFor === undefined && one.resource.document.index === document.index);

/** Operations that its check knows. */
export const byPatch: Cures = ({ target, finding: { cure } }) =>
  cure?.patch === undefined || target === undefined
    ? []
    : [[{ of: target, set: { ...plainKeys(target), patch: cure.patch } }]];

/** An entry for what is no hook says so. */
export const plainKeys = ({ hook, rule }: Placement): Keys =>
  hook === undefined && rule === undefined ? { hook: false } : {};

export const patched =
  (operationsFor: (value: Json, path: Path) => readonly Operation[]): Cures =>
  ({ placement, finding: { path = [] } }) => {
    const operations = operationsFor(placement.value(), path);
    return operations.length === 0 ? [] : [[{ of: placement, set: { ...plainKeys(placement), patch: operations } }]];
  };

export const remove = (...path: Path): Cures =>
  patched((value) => (valueAt(value, path) === undefined ? [] : [{ op: 'remove', path: pointer(path) }]));

export const both =
  (...all: readonly Cures[]): Cures =>
  (about) =>
    all.flatMap((cures) => cures(about));
