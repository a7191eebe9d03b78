/** Objects of the chart that nothing has any more under their identity, because the config drops or renames them. */
import { enteredOf } from '../model/leaving.ts';
import { formatPlacement, type Placement } from '../model/plan.ts';

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

/** True where the config says that it comes from elsewhere, or that the need does not matter. */
export const isIgnored = (gone: Placement, user: Placement): boolean =>
  gone.rule?.dependencies === 'ignore' || user.rule?.dependencies === 'ignore';
