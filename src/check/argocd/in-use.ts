/**
 * Hooks that run nothing: each sync deletes and recreates them (`argocd/remade`), or deletes them at its end (`argocd/deleted-in-use`).
 *
 * Argo CD's default is BeforeHookCreation, and no word means "keep": `keep`, `Prune=false`, `Delete=false` and `helm.sh/resource-policy` protect
 * nothing that is a hook. Between syncs hooks are neither compared with Git nor healed.
 */
import {
  ARGO_DELETE_POLICY,
  ARGO_OPTIONS,
  hasOption,
  isArgoPolicyWord,
  isHelmPolicyOfArgo,
  wordsIn,
} from '../../engines/argocd/annotations.ts';
import type { Finding } from '../../model/finding.ts';
import { HOOK, HOOK_DELETE_POLICY, isEvent, operationOf, RESOURCE_POLICY } from '../../model/helm.ts';
import { groupOf } from '../../model/manifest.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { referencesOf } from '../../release/references.ts';
import { type Check, once, type Release } from '../../release/release.ts';
import { grantsOf, providersOf } from '../../release/rights.ts';
import { selectedBy } from '../../waits/obstacles.ts';
import { lossOf, lossOfState } from '../hooks/data-loss.ts';
import { accountsInUse, LASTING_KINDS, lastingWorkloads, usersByObject } from '../live/users.ts';
import { annotationPath, found } from './found.ts';
import { isSyncHook, roleIn } from './moments.ts';

export const checkInUse: Check = (placement, release) => {
  const { kind, apiVersion } = placement.resource;
  if (!isSyncHook(placement, release) || isRun(placement)) return [];
  const { deletes } = roleIn(placement, release);
  const name = formatPlacement(placement);
  const again = deletes.includes('BeforeHookCreation');
  const after = deletes.includes('HookSucceeded');
  if (!again && !after) return [];
  const user = userOf(placement, release);
  // A helper that comes and goes with the sync.
  if (user === placement && after && !isData(placement, release)) return [];
  const isDefinition = kind === 'CustomResourceDefinition' || (kind === 'Namespace' && groupOf(apiVersion) === '');
  // What comes and goes with the hooks that use it.
  if (user === undefined && !isDefinition && (after || !(isData(placement, release) || isMeantToStay(placement))))
    return isMeantToStay(placement) ? keepsNothing(placement) : [];
  const isLost = isDefinition || isData(placement, release) || isMeantToStay(placement);
  const whom =
    user === undefined ? '' : user === placement ? ', while it is in use' : `, while ${formatPlacement(user)} uses it`;
  if (after && user !== undefined && user !== placement)
    return [
      found(
        'argocd/deleted-in-use',
        placement,
        `${name} is a hook that HookSucceeded deletes at the end of each sync, and ${formatPlacement(user)} needs it from then on`,
        {
          path: policyPath(placement),
          hint: `make ${name} a plain resource (\`hook: false\`)`,
        },
      ),
    ];
  return [
    found(
      'argocd/remade',
      placement,
      `${name} is a hook, so each sync deletes it and makes it anew${whom}${isLost ? consequenceOf(kind) : ''}`,
      {
        path: policyPath(placement),
        severity: isLost ? 'error' : 'warning',
        hint: `make ${name} a plain resource (\`hook: false\`)${isLost ? ' with `argocd.argoproj.io/sync-options: Prune=false,Delete=false`' : ', in an earlier wave where a hook needs it'}`,
      },
    ),
  ];
};

/** A Job or Pod with words that would protect it: it is deleted before the next run all the same. */
export const checkKept: Check = (placement, release) =>
  isSyncHook(placement, release) && isRun(placement) && protectionsOf(placement).length > 0
    ? keepsNothing(placement)
    : [];

function keepsNothing(placement: Placement): readonly Finding[] {
  const [word] = protectionsOf(placement);
  return word === undefined
    ? []
    : [
        found(
          'argocd/protects-nothing',
          placement,
          `${formatPlacement(placement)} has ${word}, which protects no hook of Argo CD: each sync deletes it before it makes it anew`,
          {
            path: policyPath(placement),
            hint: 'make what has to stay a plain resource with `argocd.argoproj.io/sync-options: Prune=false,Delete=false`',
          },
        ),
      ];
}

const consequenceOf = (kind: string): string =>
  kind === 'CustomResourceDefinition'
    ? ', and all objects of its kind go with it'
    : kind === 'Namespace'
      ? ', and everything in it goes with it'
      : kind === 'PersistentVolumeClaim'
        ? ': its data is lost, or the sync hangs as long as a pod mounts it'
        : ', and what it keeps is lost';

/** Kinds that do their work and end. */
const RUNS = new Set(['Job', 'Pod', 'Workflow', 'CronJob']);
const isRun = ({ resource }: Placement): boolean => RUNS.has(resource.kind);

const isData = (placement: Placement, release: Release): boolean =>
  lossOf(placement, release)?.outlivesPods === true ||
  lossOfState(placement, release) !== undefined ||
  placement.resource.kind === 'StatefulSet';

/** Words that say that it should stay, and a Secret that is made once, when the release is installed. */
function isMeantToStay(placement: Placement): boolean {
  if (placement.resource.kind === 'Secret') {
    const { words } = wordsIn(placement.value(), HOOK);
    if (words.length > 0 && words.every((word) => isEvent(word) && operationOf(word) === 'install')) return true;
  }
  return protectionsOf(placement).length > 0;
}

function protectionsOf(placement: Placement): readonly string[] {
  const value = placement.value();
  const helm = wordsIn(value, HOOK_DELETE_POLICY);
  const own = wordsIn(value, ARGO_DELETE_POLICY);
  const isNothing =
    helm.text !== undefined && !own.words.some(isArgoPolicyWord) && !helm.words.some(isHelmPolicyOfArgo);
  return [
    ...(isNothing ? [`\`${HOOK_DELETE_POLICY}: ${helm.text ?? ''}\``] : []),
    ...['Prune=false', 'Delete=false']
      .filter((option) => hasOption(value, option))
      .map((option) => `${option} in ${ARGO_OPTIONS}`),
    ...(wordsIn(value, RESOURCE_POLICY).text === 'keep' ? [`\`${RESOURCE_POLICY}: keep\``] : []),
  ];
}

const policyPath = (placement: Placement) => {
  const value = placement.value();
  const key = [ARGO_DELETE_POLICY, HOOK_DELETE_POLICY, 'argocd.argoproj.io/hook', HOOK].find(
    (each) => wordsIn(value, each).text !== undefined,
  );
  return annotationPath(key ?? HOOK);
};

/** Who lives on it between syncs: another workload, or the thing itself. */
function userOf(placement: Placement, release: Release): Placement | undefined {
  const { kind } = placement.resource;
  if (LASTING_KINDS.has(kind)) return placement;
  const direct = usersByObject(release).get(placement);
  if (direct !== undefined && !isSyncHook(direct, release)) return direct;
  const ofRights = rightsInUse(release).get(placement);
  if (ofRights !== undefined) return ofRights;
  if (kind === 'Service')
    return selectedBy(placement, release).find(
      (pod) => LASTING_KINDS.has(pod.resource.kind) && !isSyncHook(pod, release),
    );
  // They serve the whole cluster.
  return /^(?:Mutating|Validating)WebhookConfiguration$|^APIService$|^Ingress$/.test(kind) ? placement : undefined;
}

/** Bindings and roles, and accounts' pull secrets, of workloads that last. */
const rightsInUse = once((release): ReadonlyMap<Placement, Placement> => {
  const users = new Map<Placement, Placement>();
  for (const { identity, user } of accountsInUse(release).values()) {
    if (isSyncHook(user, release)) continue;
    for (const { binding, roles } of grantsOf(identity, release))
      for (const each of [binding, ...[...roles.values()].flat()]) if (!users.has(each)) users.set(each, user);
  }
  for (const user of lastingWorkloads(release))
    for (const reference of referencesOf(user))
      if (reference.use === 'identity' && !isSyncHook(user, release))
        for (const account of providersOf(reference, release))
          for (const secret of referencesOf(account).flatMap((inner) => providersOf(inner, release)))
            if (!users.has(secret)) users.set(secret, user);
  return users;
});
