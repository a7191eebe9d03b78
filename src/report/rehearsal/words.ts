/** What a rehearsal says, in words that all formats share. */
import { stemOf } from '../../model/name-tail.ts';
import type {
  Aftermath,
  Blocked,
  Deed,
  Failure,
  Mishap,
  Next,
  Rehearsal,
  Thing,
  Worry,
} from '../../rehearsal/rehearsal.ts';
import { retryName } from '../../rehearsal/worries.ts';
import { count, some } from '../layout.ts';

/** `Job/shop-migrate`; of a name that each run has anew, `Job/shop-migrate-TIME`. */
export const thingName = ({ kind, name, isNameOfRun }: Thing): string =>
  `${kind}/${isNameOfRun ? `${stemOf(name) ?? name}-TIME` : name}`;

const SHOWN = 3;
const list = (things: readonly Thing[]): string => some(things.map(thingName), SHOWN);

/** Heads of the columns. */
export const FAILS: Readonly<Record<Failure, string>> = {
  refused: 'refused',
  failed: 'fails',
  'timed-out': 'times out',
  interrupted: 'stopped',
  killed: 'killed',
};

/** What is worst about an outcome. */
export const HEADLINES: Readonly<Record<Worry, string>> = {
  stuck: 'no way out was found: look at it by hand',
  'two-at-once': 'the retry starts a Job while its last run goes on: two at once',
  'new-app-old-schema': 'the new app runs, and its migration is not done',
  gone: 'objects that were there are gone',
  'old-app-new-schema': 'the old app runs on a schema that has changed, or half',
  mixed: 'old and new pods run side by side',
  'retry-blocked': 'the same command again does not work',
  'uninstall-blocked': 'an uninstall does not work',
  'rollback-blocked': 'a rollback does not work',
  'rollback-old-app-new-schema': 'a rollback leaves the old app on the new schema',
  'logs-lost': 'the logs are lost',
  'still-running': 'a Job goes on',
  leftover: 'objects of hooks are left behind',
};

export function headlineOf({ operation, worries, next }: Mishap): string {
  if (worries[0] === undefined) return 'the same command again does it';
  if (worries[0] !== 'retry-blocked') return HEADLINES[worries[0]];
  const blocked = next.find((each) => each.operation === retryName(operation))?.blocked;
  return BLOCKS[blocked?.because ?? 'left'];
}

const BLOCKS: Readonly<Record<Blocked['because'], string>> = {
  locked: 'the release is locked: another operation seems to be in progress',
  'no-release': 'the same command again finds no release',
  'not-owned': "the same command again is refused: what exists is not the release's",
  left: 'what is left is in the way of the same command',
  lacks: 'a hook of the same command lacks what was never made',
};

/** `pre-upgrade: Job/x fails`. */
export function titleOf(mishap: Mishap): string {
  const { operation, phase, object, alike } = mishap;
  const what = alike > 1 ? `one of ${count(alike, object.kind)}` : thingName(object);
  return `${phase === 'release' ? operation : phase}: ${happening(mishap, what)}`;
}

function happening({ operation, failure, then, object }: Mishap, what: string): string {
  const runs =
    then.logs !== null || then.running.some(({ name, kind }) => name === object.name && kind === object.kind);
  switch (failure) {
    case 'refused':
      return `the API server refuses ${what}`;
    case 'failed':
      return `${what} fails`;
    case 'timed-out':
      return `${what} takes longer than --timeout`;
    case 'interrupted':
      return `Helm is stopped (Ctrl-C, a cancelled CI job) while it waits for ${what}`;
    default:
      return runs
        ? `the client is killed while it waits for ${what}`
        : `the client is killed after it has ${operation === 'uninstall' ? 'deleted' : 'applied'} ${what}`;
  }
}

/** The moment after the failure, in short sentences. */
export function nowOf({ then, operation, object }: Mishap): readonly string[] {
  const { history, running, leftover, gone, logs, applied } = then;
  const last = history.at(-1);
  const copies = leftover.filter(({ isCopy }) => isCopy);
  const others = leftover.filter(
    ({ isCopy, name, kind }) => !isCopy && !running.some((each) => each.name === name && each.kind === kind),
  );
  const verb = operation === 'uninstall' || operation === 'deletion' ? 'deleted' : 'applied';
  return [
    last === undefined ? 'Helm knows no release' : `revision ${last.revision} is ${last.status}`,
    ...appOf(then),
    ...(applied.done > 0 && applied.done < applied.of ? [`${applied.done} of ${applied.of} resources ${verb}`] : []),
    ...schemaOf(then),
    ...(running.length > 0 ? [`${list(running)} ${running.length === 1 ? 'goes' : 'go'} on`] : []),
    ...(gone.length > 0 ? [`gone: ${list(gone)}`] : []),
    ...(others.length > 0 ? [`left: ${list(others)}`] : []),
    ...(copies.length > 0 ? [count(copies.length, 'copy').replace('copys', 'copies').concat(' left')] : []),
    ...(logs === null || running.length > 0 ? [] : [LOGS[logs].replace('$', thingName(object).toLowerCase())]),
  ];
}

const LOGS = {
  kept: 'logs: kubectl logs $',
  printed: 'logs: in the output of Helm only',
  lost: 'logs: lost',
} as const;

const APPS = { old: 'the old app runs', new: 'the new app runs', mixed: 'old and new pods run side by side' } as const;
const appOf = ({ app }: Aftermath): readonly string[] => (app === null ? [] : [APPS[app]]);

function schemaOf({ migrations: { done, half, open } }: Aftermath): readonly string[] {
  const parts = [
    ...(done.length > 0 ? [`done: ${list(done)}`] : []),
    ...(half.length > 0 ? [`begun: ${list(half)}`] : []),
    ...(open.length > 0 && done.length + half.length > 0 ? [`not begun: ${list(open)}`] : []),
  ];
  return parts.length === 0 ? [] : [`migrations ${parts.join(', ')}`];
}

export const nextName = ({ operation, to }: Next): string => (to === null ? operation : `${operation} ${to}`);

/** What an operation does from here. */
export function nextWords(next: Next): string {
  const { works, runsAgain, runsTwice, loses, leaves, oldAppNewSchema } = next;
  const logs = loses.filter(({ what }) => what === 'logs');
  const data = loses.filter(({ what }) => what === 'data');
  const parts = [
    works ? 'works' : blockedWords(next),
    ...(runsTwice.length > 0 ? [`starts ${list(runsTwice)} beside the run that goes on`] : []),
    ...(works && runsAgain.length > 0 ? [`runs ${list(runsAgain)} again`] : []),
    ...(data.length > 0 ? [`deletes ${list(data)} and the data`] : []),
    ...(logs.length > 0 ? [`deletes ${list(logs)} with the logs`] : []),
    ...(oldAppNewSchema ? ['the old app meets the changed schema'] : []),
    ...(works && leaves.length > 0 ? [`leaves ${list(leaves)}`] : []),
  ];
  return parts.join('; ');
}

function blockedWords({ operation, blocked }: Next): string {
  const by = some(blocked?.by ?? [], SHOWN);
  const at = blocked?.at ? thingName(blocked.at) : '';
  switch (blocked?.because) {
    case 'locked':
      return 'is refused: another operation is in progress';
    case 'no-release':
      return operation === 'rollback'
        ? 'is refused: there is no revision to go back to'
        : 'is refused: no deployed release';
    case 'not-owned':
      return `is refused: ${by} exists and is not the release's`;
    case 'lacks':
      return `does not work: ${at} waits for ${by}, which is not there`;
    default:
      return by === '' ? `does not work: it stops at ${at}` : `does not work: ${by} is in the way`;
  }
}

/** A command as people type it. */
export const commandOf = ({ command }: Deed): string => command.join(' ');

/** The same without what only people who type it need. */
export const shortCommandOf = ({ command }: Deed): string =>
  command
    .filter((word) => word !== '…' && word !== '-n' && !word.startsWith('--for') && !word.startsWith('--timeout'))
    .join('\u00a0');

/** Why a command is in the way out, where its name does not say it. */
export const DEED_WHY: Readonly<Record<Deed['because'], string>> = {
  again: '',
  'still-running': 'or delete it, if it never ends',
  'in-the-way': '',
  unlock: 'which opens the lock',
  'start-over': '',
};

export const HARMLESS_MEANS = 'cure the cause, and the same command again does it';

export const deployerOf = ({ target, version }: Pick<Rehearsal, 'target' | 'version'>): string =>
  `${target === 'argocd' ? 'Argo CD' : 'Helm'} ${version}`;

/** What a stream does not tell. */
export const UNKNOWN =
  'What a hook did inside a database before it failed, no stream tells: a migration that has begun may be half done. Each way out takes it that the cause is cured first, and that the chart stays as it is.';
