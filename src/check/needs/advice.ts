/** How to fix a lack: one action that works, by what is lacking, when, and who owns the hook. */
import { isAwaited } from '../../model/helm.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import type { Lack } from '../../release/lack.ts';
import { COPYABLE } from '../../release/rights.ts';

export function adviseFor({ need, provider, event, state }: Lack, user: Placement): string {
  if (provider.hook !== undefined) return adviseForHook(state, event, need.name, provider, user);
  const { kind } = provider.resource;
  if (kind === 'PersistentVolumeClaim' && state === 'later')
    return `run this hook post-install, or, where the release was never installed, make ${need.name} a hook that runs before, with \`adopt: true\` and \`deletePolicy: keep\``;
  const otherwise = state === 'deleted' ? 'pre-delete' : event.replace('pre-', 'post-');
  if (!COPYABLE.has(kind)) return `create ${need.name} outside of the release, or run this hook in ${otherwise}`;
  if (!isAwaited(user.resource.kind)) return `run this hook in ${otherwise}`;
  return user.rule === undefined
    ? `claim ${formatPlacement(user)} in hookorder.yaml with \`dependencies: copy\`, or run it in ${otherwise}`
    : 'add `dependencies: copy` to this hook';
}

function adviseForHook(
  state: Lack['state'],
  event: string,
  name: string,
  provider: Placement,
  user: Placement,
): string {
  if (state === 'later-hook' || state === 'old') {
    const [own, other] = [user.hook?.weight ?? 0, provider.hook?.weight ?? 0];
    if (user.rule !== undefined && user.rule === provider.rule) return splitHint(user.rule.name, name);
    if (user.rule !== undefined && provider.rule !== undefined)
      return `list hook "${provider.rule.name}" before hook "${user.rule.name}", or add \`after: [${provider.rule.name}]\` to it`;
    if (user.rule !== undefined)
      return `set \`weight: ${other + 1}\` on this hook, or claim ${name} in a hook listed before it`;
    return `give ${name} a weight below ${own}, or ${formatPlacement(user)} one above ${other}`;
  }
  return state === 'deleted'
    ? `take hook-succeeded out of the delete policy of ${name}, or add ${event} to its events`
    : `add ${event} to the events of ${name}, with a lower weight than ${formatPlacement(user)} has`;
}

/** For two hooks of one entry: `kind/name` has to run first. */
export const splitHint = (hook: string, first: string): string =>
  `give ${first} an entry of its own, and list it before hook "${hook}"`;
