/**
 * Whether a pre-upgrade hook wants the content that this upgrade brings: yes, unless a server that runs on has the old one too.
 *
 * Reading commands is much code, so it is loaded when a hook surely reads something old.
 */
import type { Event } from '../../model/helm.ts';
import type { Placement } from '../../model/plan.ts';
import { bestStateAt } from '../../release/availability.ts';
import type { Reference } from '../../release/references.ts';
import { once, type Release } from '../../release/release.ts';
import { providersOf } from '../../release/rights.ts';

/** The server for whose sake the old content is the right one. */
export const serverBehind = (reference: Reference, hook: Placement, release: Release): Placement | undefined =>
  (require('../../waits/running-servers.ts') as typeof import('../../waits/running-servers.ts')).runningServerOf(
    reference,
    hook,
    release,
  );

export const wantsNew = (reference: Reference, hook: Placement, release: Release): boolean =>
  serverBehind(reference, hook, release) === undefined;

/** True for what may be missing, or old and wanted new, when a hook runs in one of its events. */
export const isLackedBy = once((reference: Reference, hook: Placement, release: Release): boolean => {
  const providers = providersOf(reference, release);
  if (providers.length === 0) return false;
  const isLack = (event: Event): boolean => {
    const state = bestStateAt(providers, hook, event, release);
    return state !== 'there' && (state !== 'old' || wantsNew(reference, hook, release));
  };
  return (hook.hook?.events ?? []).some(isLack);
});
