/**
 * What a sync has to do, in Argo CD's order: by phase, wave, kind and name, namespaces and definitions moved to what needs them first.
 *
 * [S] gitops-engine 3.6.1 pkg/sync/sync_tasks.go; the same since 0.7.3.
 */
import { compareBytes, INSTALL_ORDER } from '../../model/helm.ts';
import { valueAt } from '../../model/json.ts';
import { groupOf } from '../../model/manifest.ts';
import type { Subject } from '../world.ts';
import { type ArgoRole, PHASES, type Phase } from './annotations.ts';

export interface Task {
  readonly phase: Phase;
  readonly wave: number;
  readonly subject: Subject;
  readonly role: ArgoRole;
  /** The object is live and no longer wanted. */
  readonly isPrune: boolean;
}

/** What is in one phase and wave is applied together. */
export interface Wave {
  readonly phase: Phase;
  readonly wave: number;
  readonly tasks: readonly Task[];
}

/** In the order of a sync. */
export function sortTasks(tasks: readonly Task[]): readonly Task[] {
  const sorted = [...tasks].sort(compareTasks);
  moveDefinitions(sorted, namespaceOf, ({ subject: { id } }) => id.namespace);
  moveDefinitions(sorted, definedKind, ({ subject: { id } }) => `${groupOf(id.apiVersion)}/${id.kind}`);
  return sorted;
}

/** Neighbours of one phase and wave, together. */
export function wavesOf(tasks: readonly Task[]): readonly Wave[] {
  const waves: (Wave & { tasks: Task[] })[] = [];
  for (const task of tasks) {
    const last = waves.at(-1);
    if (last !== undefined && last.phase === task.phase && last.wave === task.wave) last.tasks.push(task);
    else waves.push({ phase: task.phase, wave: task.wave, tasks: [task] });
  }
  return waves;
}

const compareTasks = (a: Task, b: Task): number =>
  PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) ||
  a.wave - b.wave ||
  rankOf(a) - rankOf(b) ||
  compareBytes(a.subject.id.name, b.subject.id.name);

/** Helm's order of old; kinds that are not listed come last, in order of their names alone. */
const KINDS: readonly string[] = INSTALL_ORDER.filter(
  (kind) => kind !== 'PriorityClass' && !kind.endsWith('WebhookConfiguration'),
);
const RANK_OF_KIND = new Map<string, number>(KINDS.map((kind, rank) => [kind, rank]));
/** Whether Argo CD has a place for a kind in its order. */
export const isListed = (kind: string): boolean => RANK_OF_KIND.has(kind);
const rankOf = ({ subject }: Task): number => RANK_OF_KIND.get(subject.id.kind) ?? KINDS.length;

/** A definition that comes after the first object that needs it takes its place, phase and wave. */
function moveDefinitions(
  tasks: Task[],
  defines: (task: Task) => string | undefined,
  needs: (task: Task) => string | undefined,
): void {
  const firstUser = new Map<string, number>();
  for (let at = 0; at < tasks.length; at++) {
    const task = tasks[at] as Task;
    if (task.isPrune) continue;
    const defined = defines(task);
    if (defined === undefined) {
      const needed = needs(task);
      if (needed !== undefined && !firstUser.has(needed)) firstUser.set(needed, at);
      continue;
    }
    const place = firstUser.get(defined);
    if (place === undefined) continue;
    const { phase, wave } = tasks[place] as Task;
    tasks.splice(at, 1);
    tasks.splice(place, 0, { ...task, phase, wave });
    for (const [key, index] of firstUser) if (index >= place) firstUser.set(key, index + 1);
  }
}

const namespaceOf = ({ subject: { id } }: Task): string | undefined =>
  id.kind === 'Namespace' && groupOf(id.apiVersion) === '' ? id.name : undefined;

function definedKind({ subject: { id, placement } }: Task): string | undefined {
  if (id.kind !== 'CustomResourceDefinition') return undefined;
  const spec = valueAt(placement?.value(), ['spec']);
  const [group, kind] = [valueAt(spec, ['group']), valueAt(spec, ['names', 'kind'])];
  return typeof group === 'string' && typeof kind === 'string' ? `${group}/${kind}` : undefined;
}
