/** What is bad about a failure, and how bad: the order in which people should look. */
import type { Mishap, Worry } from './rehearsal.ts';

/** By how much one is worse: what loses or doubles work, then what runs in a wrong state, then what stands in the way, then what is untidy. */
const BADNESS: Readonly<Record<Worry, number>> = {
  stuck: 1000,
  'two-at-once': 400,
  'new-app-old-schema': 300,
  gone: 200,
  'old-app-new-schema': 150,
  mixed: 80,
  'retry-blocked': 60,
  'uninstall-blocked': 30,
  'rollback-blocked': 20,
  'rollback-old-app-new-schema': 10,
  'logs-lost': 8,
  'still-running': 4,
  leftover: 1,
};

export const badnessOf = (worries: readonly Worry[]): number => worries.reduce((sum, worry) => sum + BADNESS[worry], 0);

export function worriesOf(mishap: Omit<Mishap, 'worries'>): readonly Worry[] {
  const { operation, then, next, wayOut } = mishap;
  const find = (name: string): Mishap['next'][number] | undefined => next.find((each) => each.operation === name);
  const [retry, back, away] = [find(retryName(operation)), find('rollback'), find('uninstall') ?? find('deletion')];
  const { done, half, open } = then.migrations;
  const isTouched = done.length + half.length > 0;
  const isForward = operation === 'upgrade' || operation === 'sync';
  const holds: Readonly<Record<Worry, boolean>> = {
    stuck: wayOut.length === 0,
    'two-at-once': (retry?.runsTwice.length ?? 0) > 0,
    'new-app-old-schema': then.app === 'new' && half.length + open.length > 0,
    gone: then.gone.length > 0,
    'old-app-new-schema': isForward && then.app === 'old' && isTouched,
    mixed: then.app === 'mixed',
    'retry-blocked': retry?.works === false,
    'uninstall-blocked': operation !== 'uninstall' && away?.works === false,
    'rollback-blocked': back?.works === false && back.blocked?.because !== 'no-release',
    'rollback-old-app-new-schema': back?.oldAppNewSchema === true && then.app !== 'old',
    'logs-lost': then.logs === 'lost',
    'still-running': then.running.length > 0,
    leftover: then.leftover.length > 0,
  };
  return (Object.keys(BADNESS) as Worry[]).filter((worry) => holds[worry]);
}

/** The operation that is tried again. */
export const retryName = (operation: string): string =>
  operation === 'install' ? 'upgrade' : operation === 'first sync' ? 'sync' : operation;
