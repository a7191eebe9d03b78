/** Where findings about hook annotations point: in the manifest, and in the config. */
import type { Cause, Finding } from '../../model/finding.ts';
import { HOOK, HOOK_DELETE_POLICY } from '../../model/helm.ts';
import { formatResource } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';

export const POLICY_PATH = ['metadata', 'annotations', HOOK_DELETE_POLICY];
export const HOOK_PATH = ['metadata', 'annotations', HOOK];

/** What one chart, or one entry of the config, does to many resources is one cause. `message` has `$all` for their names. */
export const causeOf = ({ resource, rule }: Placement, message: string, hint?: string): { readonly cause: Cause } => ({
  cause: {
    key: JSON.stringify([resource.chart ?? '', rule?.name ?? '']),
    member: formatResource(resource),
    message,
    ...(hint !== undefined && { hint }),
  },
});

export function configOf({ rule }: Placement, key: string): Pick<Finding, 'config'> {
  return rule === undefined ? {} : { config: { ...rule.placeOf(key), hook: rule.name } };
}
