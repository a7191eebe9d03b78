/** Why a plain Job or Pod has no entry in the proposal, as the end of a sentence that begins with its name. */
import type { CheckContext } from '../check/context.ts';
import { nameKindOf } from '../check/hooks/names.ts';
import { waitsOf } from '../check/waits/find.ts';
import { nameOf } from '../check/waits/obstacles.ts';
import type { Placement } from '../model/plan.ts';
import { purposeOf } from './purpose.ts';

export function explainUndecided(placement: Placement, context: CheckContext): string {
  if (placement.resource.name === '')
    return 'has only a generateName, which Helm 4 refuses: give it a name in the chart';
  const purpose = purposeOf(placement, context);
  if (purpose?.role === 'restore')
    return 'restores a backup: whether and when it runs again is yours to say (`events: [post-upgrade]` would be at each upgrade)';
  const waited = [...new Set(waitsOf(placement, context).flatMap(({ targets }) => targets.slice(0, 1).map(nameOf)))];
  const parts = ['runs no command that init knows'];
  if (waited.length > 0) {
    const more = waited.length > 3 ? ` and ${waited.length - 3} more` : '';
    parts.push(`it waits for ${waited.slice(0, 3).join(', ')}${more}, so as a hook it has to be post-install`);
  }
  if (placement.resource.kind === 'Job' && nameKindOf(placement) === 'fixed')
    parts.push('as a plain Job with a fixed name it fails an upgrade that changes it');
  return parts.join('; ');
}
