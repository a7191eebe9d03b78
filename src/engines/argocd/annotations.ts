/**
 * What Argo CD reads of an object: whether it is a hook, in which phases and which wave, and what deletes it.
 *
 * [S] gitops-engine 3.6.1, pkg/sync/{hook,hook/helm,syncwaves,sync_phase.go}; the same since 0.7.3.
 */
import { type Event, HOOK, HOOK_DELETE_POLICY, HOOK_WEIGHT, readHookWeight } from '../../model/helm.ts';
import { type JsonObject, valueAt } from '../../model/json.ts';

const PREFIX = 'argocd.argoproj.io/';
export const ARGO_HOOK = `${PREFIX}hook`;
export const ARGO_WAVE = `${PREFIX}sync-wave`;
export const ARGO_DELETE_POLICY = `${PREFIX}hook-delete-policy`;
export const ARGO_OPTIONS = `${PREFIX}sync-options`;

/** In the order in which a sync reaches them; SyncFail only when it fails. */
export const PHASES = ['PreSync', 'Sync', 'PostSync', 'SyncFail'] as const;
export type Phase = (typeof PHASES)[number];
export type DeletionHook = 'PreDelete' | 'PostDelete';
export type ArgoPolicy = 'BeforeHookCreation' | 'HookSucceeded' | 'HookFailed';

export interface ArgoRole {
  /** Hooks are not compared with Git, not healed and not pruned. */
  readonly isHook: boolean;
  /** Empty: it is never applied in a sync. */
  readonly phases: readonly Phase[];
  /** Before namespaces and definitions are moved to what needs them. */
  readonly wave: number;
  /** Of a hook. */
  readonly deletes: readonly ArgoPolicy[];
  /** When it is created at the deletion of the application: PostDelete since 2.10, PreDelete since 3.3. */
  readonly atDeletion: readonly DeletionHook[];
}

/** The phase of an event of Helm's; rollback and test have none. */
const PHASE_OF_EVENT: Readonly<Record<string, Phase>> = {
  'pre-install': 'PreSync',
  'pre-upgrade': 'PreSync',
  'post-install': 'PostSync',
  'post-upgrade': 'PostSync',
};

const POLICY_OF_WORD: Readonly<Record<string, ArgoPolicy>> = {
  'before-hook-creation': 'BeforeHookCreation',
  'hook-succeeded': 'HookSucceeded',
  'hook-failed': 'HookFailed',
};

export function roleOf(value: JsonObject): ArgoRole {
  const annotations = readerOf(value);
  const own = annotations.words(ARGO_HOOK);
  const known = own.filter((word): word is Phase | 'Skip' => word === 'Skip' || isPhase(word));
  const helm = annotations.words(HOOK);
  // Helm's events count where no word of Argo's own is known.
  const types = known.length > 0 ? known : helm.flatMap((event) => lookUp(PHASE_OF_EVENT, event) ?? []);
  // A list of nothing but Skip takes the object out of every sync. One Skip among others does nothing.
  const isSkipped = types.length === 1 && types[0] === 'Skip';
  const hasHelmHook = annotations.text(HOOK) !== undefined && annotations.text(HOOK) !== 'crd-install';
  const isHook = annotations.text(ARGO_HOOK) !== undefined ? !isSkipped : hasHelmHook;
  const hookPhases = PHASES.filter((phase) => types.includes(phase));
  return {
    isHook,
    phases: isSkipped ? [] : isHook ? hookPhases : ['Sync'],
    wave: waveOf(annotations),
    deletes: isHook ? policiesOf(annotations) : [],
    atDeletion: deletionHooksOf(own, helm),
  };
}

/** Go's `strconv.Atoi` on the wave, else on Helm's weight, for plain objects too. */
function waveOf({ text }: Annotations): number {
  const wave = readHookWeight(text(ARGO_WAVE));
  return text(ARGO_WAVE) !== undefined && wave.valid ? wave.weight : readHookWeight(text(HOOK_WEIGHT)).weight;
}

/** Argo's and Helm's add up; unknown words count for nothing, and nothing at all is BeforeHookCreation. */
function policiesOf({ words }: Annotations): readonly ArgoPolicy[] {
  const known = new Set<ArgoPolicy>();
  for (const word of words(ARGO_DELETE_POLICY)) if (isPolicy(word)) known.add(word);
  for (const word of words(HOOK_DELETE_POLICY)) {
    const policy = lookUp(POLICY_OF_WORD, word);
    if (policy !== undefined) known.add(policy);
  }
  return known.size > 0 ? [...known] : ['BeforeHookCreation'];
}

/** [S argo-cd 3.6 controller/hook.go] */
function deletionHooksOf(own: readonly string[], helm: readonly string[]): readonly DeletionHook[] {
  const found: DeletionHook[] = [];
  if (own.includes('PreDelete') || helm.includes('pre-delete')) found.push('PreDelete');
  if (own.includes('PostDelete') || helm.includes('post-delete')) found.push('PostDelete');
  return found;
}

/** Whether the option stands in `argocd.argoproj.io/sync-options`, as `Prune=false`. */
export const hasOption = (value: JsonObject, option: string): boolean =>
  readerOf(value).words(ARGO_OPTIONS).includes(option);

/** An annotation and the words of its list. */
export const wordsIn = (
  value: JsonObject,
  key: string,
): { readonly text: string | undefined; readonly words: readonly string[] } => {
  const { text, words } = readerOf(value);
  return { text: text(key), words: words(key) };
};

/** Words that name a phase, `Skip`, or a hook of the deletion. */
export const isArgoHookWord = (word: string): boolean =>
  isPhase(word) || word === 'Skip' || word === 'PreDelete' || word === 'PostDelete';
export const isArgoPolicyWord = (word: string): word is ArgoPolicy => isPolicy(word);
/** Helm's events that Argo CD acts on, at the deletion of the application too; case counts. */
export const HELM_EVENTS_OF_ARGO: readonly string[] = [...Object.keys(PHASE_OF_EVENT), 'pre-delete', 'post-delete'];
/** The phase of a sync that Argo CD takes an event of Helm's for. */
export const phaseOfEvent = (event: Event): Phase | undefined => lookUp(PHASE_OF_EVENT, event);
export const isHelmPolicyOfArgo = (word: string): boolean => lookUp(POLICY_OF_WORD, word) !== undefined;

interface Annotations {
  readonly text: (key: string) => string | undefined;
  /** The words of a list with commas, each once; case counts. */
  readonly words: (key: string) => readonly string[];
}

function readerOf(value: JsonObject): Annotations {
  const text = (key: string): string | undefined => {
    const annotation = valueAt(value, ['metadata', 'annotations', key]);
    return typeof annotation === 'string' ? annotation : undefined;
  };
  const words = (key: string): readonly string[] => [
    ...new Set(
      (text(key) ?? '')
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    ),
  ];
  return { text, words };
}

const isPhase = (word: string): word is Phase => (PHASES as readonly string[]).includes(word);
const isPolicy = (word: string): word is ArgoPolicy => Object.values(POLICY_OF_WORD).includes(word as ArgoPolicy);
const lookUp = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
