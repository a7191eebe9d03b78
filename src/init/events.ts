/**
 * When a Job or Pod runs as a hook: by what it is for, by what it needs, and never less often than the chart runs it.
 *
 * In comes a subject with its purpose, out come events and the sentence that says why them.
 */

import { whyUpgradesRun } from '../check/hooks/operations.ts';
import { EVENTS, type Event } from '../model/helm.ts';
import type { Placement } from '../model/plan.ts';
import { type Purpose, purposeOf } from '../purpose/purpose.ts';
import { wordsOf } from '../purpose/words.ts';
import type { Release } from '../release/release.ts';
import type { Render } from './render.ts';
import type { Subject } from './subject.ts';
import { whyNotBefore } from './surroundings.ts';

export interface When {
  readonly events: readonly Event[];
  readonly note: string;
  /** What does not run it any more. */
  readonly less?: string;
}

const OF_INSTALL: readonly Event[] = ['pre-install', 'post-install'];
const OF_UPGRADE: readonly Event[] = ['pre-upgrade', 'post-upgrade'];

/** The events for a subject. With two renders, the first decides about install and the second about upgrade. Undefined: one render does not show what the subject is for. */
export function whenOf(subject: Subject, renders: readonly Render[]): When | undefined {
  const found = subject.in.map((placement, at): When | undefined => {
    const release = renders[at]?.release;
    if (placement === undefined || release === undefined) return undefined;
    const purpose = purposeOf(placement, release);
    return purpose && whenIn(placement, purpose, release, whyRunAgain(subject, placement));
  });
  const [install, upgrade] = found;
  if (renders.length === 1) return install;
  if (subject.only !== undefined) {
    const own = install ?? upgrade;
    const others = subject.only === 'install' ? OF_UPGRADE : OF_INSTALL;
    return own && { ...own, events: own.events.filter((event) => !others.includes(event)) };
  }
  if (install === undefined || upgrade === undefined) return undefined;
  const events = EVENTS.filter((event) =>
    OF_INSTALL.includes(event)
      ? install.events.includes(event)
      : OF_UPGRADE.includes(event)
        ? upgrade.events.includes(event)
        : [install, upgrade].some((when) => when.events.includes(event)),
  );
  const note = install.note === upgrade.note ? install.note : `at install ${install.note}; at upgrade ${upgrade.note}`;
  const less = install.less ?? upgrade.less;
  return { events, note, ...(less !== undefined && { less }) };
}

/** Why an upgrade runs it as the chart has it; undefined when none does. */
function whyRunAgain({ parts, only }: Subject, { resource }: Placement): string | undefined {
  if (only === 'install') return undefined;
  if (only === 'upgrade') return 'the chart has it for upgrades';
  if (parts !== undefined) return 'each render gives it another name, so each upgrade runs it';
  return whyUpgradesRun(resource);
}

/** Jobs that create and change schemas run as early as they can; the rest has its place. */
function whenIn(placement: Placement, purpose: Purpose, release: Release, again: string | undefined): When {
  switch (purpose.role) {
    case 'test':
      return again === undefined
        ? { events: ['test'], note: 'only `helm test` runs it', less: 'install does not run it any more' }
        : { events: ['post-install', 'post-upgrade'], note: `${again}, and so does this` };
    case 'smoke':
      return {
        events: ['post-install', 'post-upgrade'],
        note: 'Helm runs it when everything is applied, and with --wait when everything is ready',
      };
    case 'backup':
      return backup(placement, again);
    case 'seed':
      return again === undefined
        ? {
            events: ['post-install'],
            note: 'once, when everything is installed; add post-upgrade if it can stand being run again',
          }
        : { events: ['post-install', 'post-upgrade'], note: `${again}, and so does this` };
    default: {
      const obstacle = whyNotBefore(placement, purpose, release);
      return obstacle === undefined
        ? {
            events: ['pre-install', 'pre-upgrade'],
            note: 'it needs nothing of this release that has to be up: it can run before everything else',
          }
        : { events: ['post-install', 'pre-upgrade'], note: `${obstacle}: hence post-install` };
    }
  }
}

function backup(placement: Placement, again: string | undefined): When {
  const isLast = wordsOf(placement.resource.name).some((word) => /^(?:delete|uninstall|final)$/.test(word));
  if (isLast && again === undefined)
    return {
      events: ['pre-delete'],
      note: 'a backup that fails stops the uninstall',
      less: 'install does not run it any more',
    };
  return {
    events: isLast ? ['pre-upgrade', 'pre-delete'] : ['pre-upgrade'],
    note: `a backup that fails stops the upgrade${isLast ? '' : '; add pre-delete for a last one before an uninstall'}`,
    less: 'install, where there is nothing to back up, does not run it any more',
  };
}
