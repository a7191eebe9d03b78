/** Why a plain Job or Pod has no entry in the proposal, as the end of a sentence that begins with its name. */

import { nameKindOf } from '../check/hooks/names.ts';
import { formatPlacement } from '../model/plan.ts';
import { purposeOf } from '../purpose/purpose.ts';
import { waitsOf } from '../waits/find.ts';
import { whenOf } from './events.ts';
import type { Render } from './render.ts';
import type { Subject } from './subject.ts';

export function explainUndecided(subject: Subject, renders: readonly Render[]): string {
  const { placement, release } = subject;
  if (placement.resource.name === '')
    return 'has only a generateName, which Helm 4 refuses: give it a name in the chart';
  const purpose = purposeOf(placement, release);
  if (purpose?.role === 'restore')
    return 'restores a backup: whether and when it runs again is yours to say (`events: [post-upgrade]` would be at each upgrade)';
  if (purpose !== undefined && subject.only !== undefined)
    return `is in the render for ${subject.only} only, where a ${purpose.role} has nothing to do as a hook`;
  if (purpose !== undefined && whenOf(subject, renders) === undefined)
    return `is a ${purpose.role} in one of the renders, and runs no command that init knows in the other`;
  const waited = [
    ...new Set(waitsOf(placement, release).flatMap(({ targets }) => targets.slice(0, 1).map(formatPlacement))),
  ];
  const parts = ['runs no command that init knows'];
  if (waited.length > 0) {
    const more = waited.length > 3 ? ` and ${waited.length - 3} more` : '';
    parts.push(`it waits for ${waited.slice(0, 3).join(', ')}${more}, so as a hook it has to be post-install`);
  }
  const isInUpgrades = subject.only !== 'install' && subject.parts === undefined;
  if (placement.resource.kind === 'Job' && isInUpgrades && nameKindOf(placement) === 'fixed')
    parts.push('as a plain Job with a fixed name it fails an upgrade that changes it');
  return parts.join('; ');
}
