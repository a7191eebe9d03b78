/**
 * `refs/taken-away`: what names an object of the chart that the config drops, or gives another name, kind or namespace. Without the config it
 * would be there.
 *
 * Hooks that wait for such an object are told by the waits (waits/obstacles.ts).
 */
import { type Finding, findingOf } from '../../model/finding.ts';
import { enteredOf } from '../../model/leaving.ts';
import { groupOf, mayShareNamespace } from '../../model/manifest.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import type { Check, CheckContext } from '../context.ts';
import { type Reference, referencesOf } from './references.ts';
import { grantsOf, identityOf, providersOf, subjectsOf } from './rights.ts';
import { needsRights } from './uses-rights.ts';

/** The identities with which resources came in and nothing leaves. */
export const goneOf = (placements: readonly Placement[], dropped: readonly Placement[]): readonly Placement[] => [
  ...dropped,
  ...placements.flatMap((placement): readonly Placement[] => {
    const { resource, rule, copyFor } = placement;
    const entered = enteredOf(resource);
    if (rule === undefined || entered === resource || copyFor !== undefined || entered.name === '') return [];
    const isSame =
      entered.kind === resource.kind && entered.name === resource.name && entered.namespace === resource.namespace;
    if (isSame) return [];
    return [
      { resource: entered, rule, name: entered.name, value: () => entered.manifest().value, gone: { as: placement } },
    ];
  }),
];

/** As the end of a sentence. */
export function describeGone({ rule, gone }: Placement): string {
  const by = rule === undefined ? 'the config' : `hook "${rule.name}"`;
  return gone?.as === undefined
    ? `which ${by} takes out of the stream`
    : `which leaves as ${formatPlacement(gone.as)} under ${by}`;
}

export function adviseForGone(gone: Placement, user: Placement): string {
  const by = gone.rule === undefined ? 'the config' : `hook "${gone.rule.name}"`;
  if (gone.gone?.as === undefined)
    return `keep ${formatPlacement(gone)}, or add \`dependencies: ignore\` to ${by} if it exists outside of the release`;
  return gone.rule?.jobName.suffix === 'keep'
    ? `let ${formatPlacement(user)} name ${formatPlacement(gone.gone.as)}, by a \`patch\` too, or take the change of the name out of ${by}`
    : `write the name as \`job/NAME\` in a command or an argument, so that it follows, or set \`jobName: keep\` in ${by}`;
}

/** True where the config says that somebody else brings it, or that the need does not matter. */
export const isIgnored = (gone: Placement, user: Placement): boolean =>
  gone.rule?.dependencies === 'ignore' || user.rule?.dependencies === 'ignore';

export const checkTakenAway: Check = (placement, context) => {
  if (context.gone.length === 0) return [];
  const found = new Map<Placement, Finding>();
  const add = (gone: Placement, path: readonly (string | number)[], relation: string): void => {
    if (found.has(gone) || isIgnored(gone, placement)) return;
    const { rule } = gone;
    found.set(
      gone,
      findingOf(
        'refs/taken-away',
        placement.resource,
        path,
        `${formatPlacement(placement)} ${relation} ${formatPlacement(gone)}, ${describeGone(gone)}`,
        {
          mark: gone.name,
          hint: adviseForGone(gone, placement),
          ...(rule && { config: { ...rule.place, hook: rule.name } }),
        },
      ),
    );
  };
  for (const reference of referencesOf(placement)) {
    if (reference.optional || reference.use === 'subject') continue;
    const meant = goneBehind(reference, context);
    if (meant !== undefined && providersOf(reference, context).length === 0) add(meant, reference.path, 'needs');
  }
  for (const { binding, path } of lostRights(placement, context)) add(binding, path, 'has its rights from');
  return [...found.values()];
};

const goneBehind = ({ kind, name, namespace, apiGroup }: Reference, context: CheckContext): Placement | undefined =>
  context.gone.find(
    ({ resource }) =>
      resource.kind === kind &&
      resource.name === name &&
      groupOf(resource.apiVersion) === apiGroup &&
      mayShareNamespace(resource.namespace, namespace),
  );

/** Bindings without which a hook that talks to the API server has no rights at all. */
function lostRights(
  hook: Placement,
  context: CheckContext,
): readonly { readonly binding: Placement; readonly path: readonly string[] }[] {
  const bindings = context.gone.filter(
    ({ resource, gone }) => /^(?:Cluster)?RoleBinding$/.test(resource.kind) && !gone?.as,
  );
  const identity = bindings.length === 0 ? undefined : identityOf(hook);
  const [event] = hook.hook?.events ?? [];
  if (identity === undefined || event === undefined || grantsOf(identity, context).length > 0) return [];
  const own = bindings.filter((binding) => subjectsOf(binding, identity).length > 0);
  if (own.length === 0 || needsRights(hook, event, context) !== 'yes') return [];
  return own.map((binding) => ({ binding, path: ['spec'] }));
}
