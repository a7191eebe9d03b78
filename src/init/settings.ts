/**
 * Settings of Jobs that a proposal adds: a number of retries, a lifetime of finished runs, and a deadline only where nothing is lost by it.
 */

import { valueAt } from '../model/json.ts';
import { type TailKind, tailOfResource } from '../model/name-tail.ts';
import { containersOf } from '../release/references.ts';
import type { Release } from '../release/release.ts';
import type { Draft } from './draft.ts';

/** A chart that waits, loops or tries again takes as long as that takes. */
const TAKES_LONG = /\b(?:sleep|wait\w*|until|while|retry|retries|timeout|seq)\b|wait-for/i;

/** Sets what the Job of a new hook lacks, each with its reason. */
export function addSettings(draft: Draft, release: Release): void {
  const { placement, purpose } = draft;
  const { resource } = placement;
  if (resource.kind !== 'Job') return;
  const has = (name: string): boolean => typeof valueAt(placement.value(), ['spec', name]) === 'number';
  if (!has('activeDeadlineSeconds')) addDeadline(draft, release);
  // Behind install, tries are what a Job without a visible wait gets to its database by.
  const isEarly = draft.events?.every((event) => event.startsWith('pre-')) === true;
  if (!has('backoffLimit') && (isEarly || isTest(draft))) draft.job = { ...draft.job, backoffLimit: 2 };
  const { kind, tail } = tailOfResource(resource);
  if (draft.subject.parts !== undefined && kind !== 'clock') {
    draft.notes.set('name', 'each render gives it another name, so failed runs go after a day');
    if (!has('ttlSecondsAfterFinished')) draft.job = { ...draft.job, ttlSecondsAfterFinished: 86_400 };
  } else if (kind === 'clock')
    draft.notes.set(
      'name',
      'its name ends in a clock of the chart and is matched by what stands before, so it needs no jobName',
    );
  else if (kind !== 'fixed' && purpose !== undefined) {
    draft.notes.set('name', `its name ends in ${tail}, ${TAILS[kind]}, so failed runs go after a day`);
    if (!has('ttlSecondsAfterFinished')) draft.job = { ...draft.job, ttlSecondsAfterFinished: 86_400 };
  }
}

const TAILS: Readonly<Record<Exclude<TailKind, 'clock' | 'fixed'>, string>> = {
  date: 'which looks like the day',
  revision: 'which looks like the number of the revision',
  version: 'which looks like a version',
  hash: 'which looks like a hash of some content',
  random: 'which looks drawn anew by each render and is not matched',
  unknown: 'which looks like another one for each run',
};

const isTest = ({ purpose }: Draft): boolean => purpose?.role === 'smoke' || purpose?.role === 'test';

/** A test that hangs is ended with a reason; work on data is never ended, however long it takes. */
function addDeadline(draft: Draft, release: Release): void {
  const { timeoutSeconds } = release.circumstances;
  const seconds = Math.max(1, Math.floor(timeoutSeconds * 0.8));
  const text = draft.placement.resource.text();
  if (isTest(draft) && !TAKES_LONG.test(text)) {
    draft.job = { ...draft.job, activeDeadlineSeconds: seconds };
    draft.notes.set(
      'settings',
      `a deadline below Helm's --timeout (${timeoutSeconds}s) ends a test that hangs, and says so`,
    );
    return;
  }
  draft.possibleDeadline = Math.max(seconds, waitedSeconds(text) + 60, waitedFor(release) + 60);
}

/** Seconds for which the init containers of the chart wait, which may be for this Job. */
const waitedFor = (release: Release): number =>
  Math.max(
    0,
    ...release.byKind('Deployment', 'StatefulSet', 'DaemonSet').flatMap((workload) =>
      containersOf(workload)
        .filter(({ init }) => init)
        .map(({ value }) => waitedSeconds(JSON.stringify(value))),
    ),
  );

/** Seconds for which the words of a Job wait, as far as numbers tell. */
export function waitedSeconds(text: string): number {
  const found = [...text.matchAll(/(?:--?timeout|-t|--wait)["',]*[= ]+["']?(\d{1,5})(m|h)?/g)].map(
    ([, number = '', unit]) => Number(number) * (unit === 'h' ? 3_600 : unit === 'm' ? 60 : 1),
  );
  const pause = Math.max(
    0,
    ...[...text.matchAll(/\bsleep["',]*\s+["']?(\d{1,4})/g)].map(([, seconds]) => Number(seconds)),
  );
  const times = [...text.matchAll(/\bseq\s+(?:1\s+)?(\d{1,5})|\{1\.\.(\d{1,5})\}|-(?:lt|le|ge|gt)\s+"?(\d{1,5})/g)].map(
    ([, a, b, c]) => Number(a ?? b ?? c),
  );
  return Math.max(0, ...found, ...times.map((count) => count * pause));
}
