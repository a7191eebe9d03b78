/**
 * Everything that hookorder believes about Helm, each belief with its source. [S] read in Helm's source (v4.2), [X] seen
 * with a real binary by test/helm. No other file may hold a Helm fact of its own.
 */

export const HOOK = 'helm.sh/hook';
export const HOOK_WEIGHT = 'helm.sh/hook-weight';
export const HOOK_DELETE_POLICY = 'helm.sh/hook-delete-policy';
export const HOOK_OUTPUT_LOG_POLICY = 'helm.sh/hook-output-log-policy';
export const HOOK_ANNOTATIONS = [HOOK, HOOK_WEIGHT, HOOK_DELETE_POLICY, HOOK_OUTPUT_LOG_POLICY] as const;
/** Not looked at for hooks [S]; on a copy it would say something untrue. */
export const RESOURCE_POLICY = 'helm.sh/resource-policy';
/** Helm 4 names each document's template with this before post-rendering and removes it afterwards [X]. */
export const POSTRENDER_FILENAME = 'postrenderer.helm.sh/postrender-filename';
/** helm-diff matches objects by this instead of by name (databus23/helm-diff manifest/parse.go). */
export const HELM_DIFF_BASE_NAME = 'helm-diff/base-name';

export const EVENTS = [
  'pre-install',
  'post-install',
  'pre-upgrade',
  'post-upgrade',
  'pre-rollback',
  'post-rollback',
  'pre-delete',
  'post-delete',
  'test',
] as const;
export type Event = (typeof EVENTS)[number];
export const isEvent = (word: string): word is Event => (EVENTS as readonly string[]).includes(word);

/** The events of each operation, in the order in which Helm reaches them [S pkg/action]. */
export const OPERATIONS = {
  install: ['pre-install', 'post-install'],
  upgrade: ['pre-upgrade', 'post-upgrade'],
  rollback: ['pre-rollback', 'post-rollback'],
  uninstall: ['pre-delete', 'post-delete'],
  test: ['test'],
} as const satisfies Record<string, readonly Event[]>;
export type Operation = keyof typeof OPERATIONS;
/** The operation that reaches an event. */
export const operationOf = (event: Event): Operation => OPERATION_OF_EVENT.get(event) ?? 'install';
const OPERATION_OF_EVENT = new Map<Event, Operation>(
  Object.entries(OPERATIONS).flatMap(([operation, events]) =>
    events.map((event): [Event, Operation] => [event, operation as Operation]),
  ),
);
/** Whether one of the events is one of these operations. */
export const hasEventOf = (events: readonly Event[], ...operations: readonly Operation[]): boolean =>
  events.some((event) => operations.includes(operationOf(event)));
export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly Operation[];
/** What happens to a release that is there. */
export const AFTER_INSTALL = OPERATION_NAMES.filter((name) => name !== 'install');

export const DELETE_POLICIES = ['before-hook-creation', 'hook-succeeded', 'hook-failed'] as const;
export type DeletePolicy = (typeof DELETE_POLICIES)[number];
/**
 * A policy word that Helm does not know does nothing and switches the default off, so this list of one word means
 * "never delete" [X].
 */
export const KEEP_POLICY = 'keep';
export const DEFAULT_DELETE_POLICY: DeletePolicy = 'before-hook-creation';
export const LOG_POLICIES = ['hook-succeeded', 'hook-failed'] as const;
export type LogPolicy = (typeof LOG_POLICIES)[number];

/** Helm waits for these kinds of hooks to finish; any other kind counts as ready at once [S pkg/kube/wait.go]. */
export const isAwaited = (kind: string): boolean => kind === 'Job' || kind === 'Pod';

const words = (list: string): string[] => list.split(',').map((word) => word.trim().toLowerCase());

/**
 * The events of a `helm.sh/hook` value. Case and blanks are forgiven; `test-success` is the old name of `test`; a single
 * unknown word makes Helm drop the whole resource with exit 0 [X].
 */
export function readHookEvents(value: string): {
  readonly events: readonly Event[];
  /** Events that are named more than once, for each further time: Helm runs the hook once more [X]. */
  readonly again: readonly Event[];
  readonly unknown: readonly string[];
} {
  const events: Event[] = [];
  const again: Event[] = [];
  const unknown: string[] = [];
  for (const word of words(value)) {
    const event = word === 'test-success' ? 'test' : isEvent(word) ? word : undefined;
    if (event === undefined) unknown.push(word);
    else (events.includes(event) ? again : events).push(event);
  }
  return { events, again, unknown };
}

/** The weight Helm sorts by: Go's `strconv.Atoi`, and 0 for anything that it refuses [X]. */
export function readHookWeight(value: string | undefined): { readonly weight: number; readonly valid: boolean } {
  if (value === undefined) return { weight: 0, valid: true };
  const number = Number(value);
  const valid = Number.isSafeInteger(number) && (String(number) === value || /^[+-]?[0-9]+$/.test(value));
  return { weight: valid ? number + 0 : 0, valid };
}

/**
 * The words of a delete or log policy; an absent annotation has none. An empty one has one, the empty word, which switches the
 * default off like any other word that Helm does not know [X].
 */
export const readPolicies = (value: string | undefined): readonly string[] => (value === undefined ? [] : words(value));

/** The delete policies that take effect: the default when none is given, and no default beside a word Helm does not know [X]. */
export function effectiveDeletePolicies(policies: readonly string[]): readonly DeletePolicy[] {
  if (policies.length === 0) return [DEFAULT_DELETE_POLICY];
  return DELETE_POLICIES.filter((policy) => policies.includes(policy));
}

/**
 * The order in which Helm runs two hooks of one event: weight, then name [S pkg/action/hooks.go hookByWeight][X]. The kind does
 * not count, although the documentation says so: it only decides between hooks of the same weight and name, because the
 * sort is stable over install order.
 */
export const compareHooks = (
  a: { readonly weight: number; readonly name: string; readonly kind: string },
  b: { readonly weight: number; readonly name: string; readonly kind: string },
): number => a.weight - b.weight || compareBytes(a.name, b.name) || compareKinds(a.kind, b.kind);

/** The order in which Helm installs kinds [S pkg/release/v1/util/kind_sorter.go InstallOrder]. */
export const INSTALL_ORDER = [
  'PriorityClass',
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodSecurityPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'SecretList',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleList',
  'ClusterRoleBinding',
  'ClusterRoleBindingList',
  'Role',
  'RoleList',
  'RoleBinding',
  'RoleBindingList',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
] as const;
const INSTALL_RANK = new Map<string, number>(INSTALL_ORDER.map((kind, rank) => [kind, rank]));

/** Install order of kinds; unknown kinds come last, by name [S]. */
export function compareKinds(a: string, b: string): number {
  const rankA = INSTALL_RANK.get(a) ?? INSTALL_ORDER.length;
  const rankB = INSTALL_RANK.get(b) ?? INSTALL_ORDER.length;
  return rankA - rankB || compareBytes(a, b);
}

/** Go compares strings by bytes; for the ASCII of Kubernetes names, code units give the same order. */
export const compareBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The largest release Secret that the API server takes, in bytes, after gzip and base64 [T helm 11493]. */
export const RELEASE_SECRET_LIMIT = 1024 * 1024;
/** `--timeout`, applied to each hook by itself [S]. */
export const DEFAULT_TIMEOUT_SECONDS = 300;
