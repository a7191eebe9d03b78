/**
 * A failure that was rehearsed, as operations for the control plane: what comes before it, the operation in which one thing goes wrong, and what
 * comes next.
 *
 * What goes wrong is in no manifest: the stand-in for a kubelet is told how a Pod goes, the API server refuses one request, Helm is killed.
 */
import type { Run, Step } from '../../src/engines/run.ts';
import type { Subject } from '../../src/engines/world.ts';
import type { Operation } from '../../src/model/helm.ts';
import type { Aim } from '../../src/rehearsal/next.ts';
import type { Mishap, Deed as Way } from '../../src/rehearsal/rehearsal.ts';
import type { Deed } from './record.ts';

/** Which operations have gone well before. */
export const BEFORE: Readonly<Record<Operation, readonly Operation[]>> = {
  install: [],
  upgrade: ['install'],
  rollback: ['install', 'upgrade'],
  test: ['install', 'upgrade'],
  uninstall: ['install', 'upgrade', 'test'],
};

/** Charts have the number of the revision for which they are rendered. */
export const chartOf = (number: number): string => `r${number}`;

export interface Manner {
  /** Helm 3 creates by a request that does not name the object: nothing can go wrong with it alone. */
  readonly isHelm3: boolean;
  readonly wait: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly nameOf: (subject: Subject) => string;
}

/** The deed of a run. */
export function deedOf({ operation, end, start }: Run, { wait, timeout }: Manner, aim?: Aim): Deed {
  const { number = 0, rendering = 0 } = end.history.at(-1)?.revision ?? {};
  const isNew = number !== start.history.at(-1)?.revision.number;
  const hasChart = operation === 'install' || operation === 'upgrade';
  const flags = [
    ...(hasChart && aim !== undefined ? ['--install'] : []),
    ...(aim?.takeOwnership === true ? ['--take-ownership'] : []),
    ...(wait && operation !== 'test' ? ['--wait'] : []),
  ];
  return {
    helm: hasChart && aim !== undefined ? 'upgrade' : (operation as Operation),
    ...(hasChart && { chart: chartOf(isNew ? rendering : number + 1) }),
    ...(aim?.to !== undefined && { to: aim.to }),
    timeout,
    flags,
  };
}

/** What brings a step to fail; undefined where that cannot be had. */
export function faultFor(good: Run, at: number, how: Mishap['failure'], manner: Manner): Partial<Deed> | undefined {
  const step = good.steps[at] as Step;
  const { subject, do: doing, owner } = step;
  const name = manner.nameOf(subject);
  const object = `${subject.id.kind}/${name}`;
  const writes = new Set(doing === 'create' || doing === 'update' ? ['create', 'update', 'skip'] : [doing]);
  const isSecond = good.steps.slice(0, at).some((each) => writes.has(each.do) && each.subject.key === subject.key);
  if (isSecond) return undefined;
  if (doing === 'create' && manner.isHelm3) return undefined;
  if (doing === 'create' || doing === 'update') {
    // Objects of one kind are written at the same time: which of them were, is chance.
    if (how === 'killed' && owner === 'release' && hasLike(good, at)) return undefined;
    return { gate: { object, writes: 'apply', outcome: how === 'refused' ? 'refuse' : 'cut' } };
  }
  if (doing === 'delete' && how === 'killed')
    return hasLike(good, at) ? undefined : { gate: { object, writes: 'delete', outcome: 'cut' } };
  if (doing === 'delete') return { gate: { object, writes: 'delete', outcome: 'hold' } };
  if (doing !== 'wait' || owner !== 'hook') return undefined;
  if (how === 'failed') return { fates: { [name]: { outcome: 'fail' } } };
  const kill = how === 'killed' ? 'SIGKILL' : 'SIGTERM';
  return {
    fates: { [name]: { outcome: 'hang' } },
    ...(how !== 'timed-out' && { meanwhile: [{ when: `${object} running`, kill }] }),
  };
}

const hasLike = ({ steps }: Run, at: number): boolean => {
  const { do: doing, subject } = steps[at] as Step;
  return steps.some(
    (each, index) =>
      index !== at && each.owner === 'release' && each.do === doing && each.subject.id.kind === subject.id.kind,
  );
};

/** The commands of a way out as operations. `kinds`: the kind of each `kind/name` in small letters. */
export function wayDeeds(
  way: readonly Way[],
  number: number,
  titles: readonly string[],
  { wait, timeout }: Manner,
): readonly Deed[] {
  let next = number;
  const titleOf = (text: string): string => titles.find((title) => lowered(title) === text) ?? text;
  return way.map(({ command }): Deed => {
    const [tool, verb, ...words] = command;
    const object = words.find((word) => word.includes('/')) ?? '';
    if (tool === 'kubectl') return verb === 'wait' ? { finish: titleOf(object) } : { remove: titleOf(object) };
    const flags = [...words.filter((word) => word.startsWith('--')), ...(wait && verb !== 'test' ? ['--wait'] : [])];
    const to = verb === 'rollback' ? Number(words[1]) : undefined;
    return {
      helm: verb as Operation,
      ...(verb === 'upgrade' && { chart: chartOf(next++) }),
      ...(to !== undefined && { to }),
      timeout,
      flags,
    };
  });
}

const lowered = (title: string): string => title.replace(/^[^/]*/, (kind) => kind.toLowerCase());
