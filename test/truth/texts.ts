/** What was said or seen of one operation, as lines of text, without what no simulation of one release by itself can know. */
import type { Run, Situation } from '../../src/engines/run.ts';
import type { Subject } from '../../src/engines/world.ts';
import { isAwaited } from '../../src/model/helm.ts';
import type { Seen } from './record.ts';

export interface Told {
  readonly steps: readonly string[];
  readonly isOk: boolean;
  readonly release: readonly string[];
  readonly world: Readonly<Record<string, string>>;
}

export interface Telling {
  readonly situation?: Situation;
  /** Waits for plain objects are left out: they were ready when Helm looked, or not, by chance. */
  readonly isPatient?: boolean;
  /** The name that an object has in the cluster. */
  readonly nameOf?: (subject: Subject) => string;
}

/** `situation`: where the operation ended, or what became of that afterwards. */
export function told(
  run: Run,
  recorded: Seen,
  { situation = run.end, isPatient = false, nameOf = ({ id }) => id.name }: Telling = {},
): { readonly said: Told; readonly seen: Told } {
  const titleOf: TitleOf = (subject) => `${subject.id.kind}/${nameOf(subject)}`;
  const world = worldTexts(situation, Object.keys(recorded.world), titleOf);
  const plain = plainOf(run, titleOf);
  const awaitsNothing = (step: string): boolean =>
    !isPatient || !plain.has(/^wait (\S+?)(?:: |$)/.exec(step)?.[1] ?? '');
  // A plain Pod may fail while Helm waits for it, which ends no wait: how the wait ends, the exit shows.
  const openEnded = (step: string): string =>
    step.replace(/^(wait (Pod\/\S+)): \w+$/, (all, wait: string, name: string) => (plain.has(name) ? wait : all));
  const isHook = new Set(Object.keys(world).filter((name) => world[name] !== ''));
  return {
    said: {
      steps: inOrderOfKinds(stepTexts(run, titleOf).filter(awaitsNothing).map(openEnded), plain),
      isOk: run.stop === undefined,
      release: run.end.history.map(({ revision, status }) => `${revision.number} ${status}`),
      world,
    },
    seen: {
      steps: inOrderOfKinds(recordedTexts(recorded.steps).filter(awaitsNothing).map(openEnded), plain),
      isOk: recorded.exit === 0,
      release: recorded.release.map((text) => text.replace(/pending-\w+/, 'pending')),
      world: Object.fromEntries(
        Object.entries(recorded.world)
          .filter(([name]) => !name.includes('-?'))
          // The last Pod that mounts it has not gone yet, or its controller has not looked yet.
          .filter(([name, { going }]) => !(going && /^PersistentVolume(?:Claim)?\//.test(name) && !(name in world)))
          .map(([name, { state, going }]) => [
            name,
            `${isHook.has(name) ? (state ?? '') : ''}${going ? ' dying' : ''}`,
          ]),
      ),
    },
  };
}

/**
 * What is no hook in any step. Plain objects are awaited together and by chance seen to end, so that no line of a wait can be held against
 * another: what failed shows in what comes after.
 */
function plainOf({ steps }: Run, titleOf: TitleOf): ReadonlySet<string> {
  const hooks = new Set(steps.filter(({ phase }) => phase !== 'release').map(({ subject }) => subject.key));
  return new Set(steps.filter(({ subject }) => !hooks.has(subject.key)).map(({ subject }) => titleOf(subject)));
}

type TitleOf = (subject: Subject) => string;

/**
 * As the record writes it. It has no waits for what is ready or done when Helm looks, and of objects of one kind no order.
 */
function stepTexts(run: Run, titleOf: TitleOf): readonly string[] {
  const done = new Set<string>();
  return run.steps.flatMap(({ do: doing, subject, outcome, because }, at): readonly string[] => {
    const { id, key } = subject;
    const name = titleOf(subject);
    if (because === 'claim-of-statefulset' || because === 'unchanged' || because === 'unknown-event') return [];
    // Helm itself refuses: the API server hears nothing.
    if (because === 'not-owned') return [];
    if ((because === 'already-there' || because === 'onto-dying') && run.worldAfter(at).get(key)?.run !== 'running')
      done.add(key);
    switch (doing) {
      case 'keep':
        return [];
      case 'create':
        return [outcome === 'refused' ? `${name} refused` : `create ${name}`];
      case 'delete':
        return [`delete ${name}`, ...(outcome === 'timed-out' ? [`wait ${name}: timeout`] : [])];
      case 'wait':
        if (outcome === 'killed' || outcome === 'interrupted' || done.has(key)) return [];
        if (!isAwaited(id.kind) && outcome === 'done') return [];
        return [`wait ${name}${outcome === 'failed' ? ': failed' : outcome === 'timed-out' ? ': timeout' : ''}`];
      default:
        return [outcome === 'refused' ? `${name} refused` : `apply ${name}`];
    }
  });
}

const recordedTexts = (steps: readonly string[]): readonly string[] =>
  steps
    .filter((step) => !/: (?:not there|gone)$/.test(step))
    .filter((step) => !/^wait (?!Job|Pod)\S+$/.test(step))
    .map((step) => step.replace(/^patch /, 'apply ').replace(/^\w+ (.*): \d{3}$/, '$1 refused'));

/**
 * The release's own objects are applied and deleted in an order of kinds only; hooks one by one. What Helm writes of one object in two
 * requests, to become its field manager, is one step.
 */
export function inOrderOfKinds(steps: readonly string[], plain: ReadonlySet<string>): readonly string[] {
  const groupOf = (step: string): string | undefined => {
    const [, verb = 'apply', name = ''] = /^(?:(\w+) )?(\S+?)(?:: | |$)/.exec(step) ?? [];
    return plain.has(name) ? `${verb === 'create' ? 'apply' : verb} ${name.replace(/\/.*/, '')}` : undefined;
  };
  const groups: string[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && groupOf(step) !== undefined && groupOf(last[0]) === groupOf(step)) last.push(step);
    else groups.push([step]);
  }
  return groups.flatMap((group) => [...new Set(group.sort())]);
}

/** Whether plain Jobs have ended by then is nothing that Helm waits for; the record has no objects that went while it looked. */
function worldTexts({ world }: Situation, recorded: readonly string[], titleOf: TitleOf): Record<string, string> {
  return Object.fromEntries(
    [...world.values()]
      .map((presence) => ({ ...presence, title: titleOf(presence.subject) }))
      .filter(({ dying, title }) => !dying || recorded.includes(title))
      .map(({ title, run, dying, owner }) => [title, `${owner === 'hook' ? (run ?? '') : ''}${dying ? ' dying' : ''}`]),
  );
}
