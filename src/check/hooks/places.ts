/** Where findings about hook annotations point: in the manifest, and in the config. */
import type { Finding } from '../../model/finding.ts';
import { HOOK, HOOK_DELETE_POLICY } from '../../model/helm.ts';
import type { Placement } from '../../model/plan.ts';

export const POLICY_PATH = ['metadata', 'annotations', HOOK_DELETE_POLICY];
export const HOOK_PATH = ['metadata', 'annotations', HOOK];

export function configOf({ rule }: Placement, key: string): Pick<Finding, 'config'> {
  return rule === undefined ? {} : { config: { ...rule.placeOf(key), hook: rule.name } };
}
