/** `live/without-post-renderer`: what an upgrade to the charts alone does to the installed revision. */

import type { Run, Step } from '../../engines/run.ts';
import { type Finding, SEVERITIES } from '../../model/finding.ts';
import { isAwaited } from '../../model/helm.ts';
import type { Release } from '../../release/release.ts';
import { listNames } from '../live/users.ts';
import { upgradeOf } from './upgrade.ts';

/** `alone` is the release without the config. */
export function checkWithout(release: Release, alone: Release): readonly Finding[] {
  const [ordered, plain] = [upgradeOf(release), upgradeOf(alone)];
  const effect = describeStop(plain) ?? describeRuns(ordered, plain);
  if (effect === undefined) return [];
  const code = 'live/without-post-renderer';
  return [
    {
      code,
      severity: SEVERITIES[code],
      message: `an upgrade of the installed revision without the post-renderer ${effect}`,
      hint: 'give `--post-renderer hookorder` in every place that upgrades this release',
    },
  ];
}

function describeStop({ stop, steps }: Run): string | undefined {
  const nameOf = ({ id }: { readonly id: { readonly kind: string; readonly name: string } }): string =>
    `${id.kind}/${id.name}`;
  if (stop?.because === 'not-owned')
    return `fails before it changes anything, while ${listNames(stop.subjects.map(nameOf))} of its hooks ${stop.subjects.length > 1 ? 'are' : 'is'} there: Helm takes over nothing that a hook made ("invalid ownership metadata")`;
  const step = stop?.because === 'step' ? steps[stop.step] : undefined;
  if (step === undefined) return undefined;
  return `fails at ${nameOf(step.subject)}${step.because === 'immutable' ? ', which cannot change ("field is immutable")' : ''}`;
}

function describeRuns(ordered: Run, alone: Run): string | undefined {
  const runs = new Map(runsIn(alone).map((step) => [baseOf(step), step]));
  const hooks = runsIn(ordered).filter(({ phase, subject }) => phase !== 'release' && subject.placement?.rule);
  const missing = hooks.filter((step) => !runs.has(baseOf(step)));
  const beside = hooks.filter((step) => runs.get(baseOf(step))?.phase === 'release');
  const effects = [
    ...(missing.length > 0 ? [`does not run ${listNames(namesOf(missing))}`] : []),
    ...(beside.length > 0
      ? [`creates ${listNames(namesOf(beside))} with the other resources, and waits for none of that`]
      : []),
  ];
  return effects.length === 0 ? undefined : effects.join(', and ');
}

const runsIn = ({ steps }: Run): readonly Step[] =>
  steps.filter(
    ({ subject, do: deed }) =>
      isAwaited(subject.id.kind) && deed === 'create' && subject.placement !== undefined && !subject.placement.copyFor,
  );

const baseOf = ({ subject }: Step): string =>
  `${subject.id.kind}/${subject.placement?.resource.baseName ?? subject.id.name}`;

const namesOf = (steps: readonly Step[]): readonly string[] => [...new Set(steps.map(baseOf))];
