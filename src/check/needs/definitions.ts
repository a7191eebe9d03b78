/**
 * Custom resources that are hooks, and the definitions of their kinds: what the API server does not know yet, Helm cannot create,
 * and the event fails [S pkg/action/hooks.go execHook: KubeClient.Build].
 */

import { groupOf } from '../../model/manifest.ts';
import { formatPlacement } from '../../model/plan.ts';
import { bestStateAt, isGone, stateAt } from '../../release/availability.ts';
import type { Check } from '../../release/release.ts';
import { reportLack } from './existence.ts';

export const checkDefinition: Check = (placement, release) => {
  const { resource, hook, rule } = placement;
  const group = groupOf(resource.apiVersion);
  if (hook === undefined || rule?.dependencies === 'ignore' || !group.includes('.')) return [];
  // A definition is called after its plural; to read it would take parsing thousands of lines.
  const kind = resource.kind.toLowerCase();
  const names = [`${kind}s`, `${kind}es`, kind.replace(/y$/, 'ies'), kind].map((plural) => `${plural}.${group}`);
  const providers = names.flatMap((name) => release.find('CustomResourceDefinition', name, undefined));
  const [first] = providers;
  if (first === undefined) return [];
  for (const event of hook.events) {
    const state = bestStateAt(providers, placement, event, release);
    if (!isGone(state)) continue;
    const provider = providers.find((one) => stateAt(one, placement, event, release) === state) ?? first;
    const need = { name: formatPlacement(provider), providers, path: ['kind'], optional: false, use: 'class' } as const;
    return [reportLack({ need, provider, event, state }, placement)];
  }
  return [];
};
