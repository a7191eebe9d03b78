/**
 * `live/deleted-on-upgrade`: an object that running workloads use is a hook that Helm deletes and makes anew at each upgrade.
 *
 * `refs/already-deleted` has what is gone for good after the event; here is what comes again. One finding for an account with its roles.
 */
import { findingOf, type Severity } from '../../model/finding.ts';
import { HOOK, HOOK_DELETE_POLICY, isAwaited, type Operation, operationOf } from '../../model/helm.ts';
import { type JsonObject, valueAt } from '../../model/json.ts';
import { addTo } from '../../model/maps.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { type Deletion, deletionsOf } from '../../release/alone.ts';
import { needsOf } from '../../release/needs.ts';
import { RBAC_GROUP, referencesOf } from '../../release/references.ts';
import { type Check, indexBy, once, type Release } from '../../release/release.ts';
import { grantsOf, identityOf } from '../../release/rights.ts';
import { hasToken } from '../../release/uses-rights.ts';
import { checkDataLoss } from '../hooks/data-loss.ts';
import {
  accountsInUse,
  isOfGroup,
  LASTING_KINDS,
  lastingBehind,
  listNames,
  servedBy,
  trafficTo,
  usersByObject,
} from './users.ts';

/** Why the deletion of an object harms. */
interface Use {
  /** `Deployment/pond uses it` */
  readonly text: string;
  /** What happens then. */
  readonly effect: string;
  readonly severity: Severity;
  /** What of the same account is deleted with it. */
  readonly members?: readonly Placement[];
}

/** `live/deleted-on-upgrade`. */
export const checkDeletedOnUpgrade: Check = (placement, release) => {
  const { resource, hook, rule } = placement;
  if (hook === undefined || !isDeletedAgain(placement, release)) return [];
  // hook/adopts-resource is said of it already.
  if (rule !== undefined && !rule.adopt && !Object.hasOwn(resource.annotations, HOOK)) return [];
  const use = useOf(placement, release);
  // The same deletion of an object that holds data is the worse half of the harm.
  if (use === undefined || checkDataLoss(placement, release).length > 0) return [];
  const isDefault = hook.deletePolicies.length === 0;
  const deletions = deletionsAgain(placement, release);
  const policy = isDefault ? 'the default policy' : listOnce(deletions.map((each) => each.policy));
  const names = [placement, ...(use.members ?? [])].map(formatPlacement);
  const [verb, it] = names.length > 1 ? ['are', 'them'] : ['is', 'it'];
  const path = ['metadata', 'annotations', isDefault ? HOOK : HOOK_DELETE_POLICY];
  const effect = `deleted and made anew at each ${listOnce(deletions.map(({ event }) => operationOf(event)))} (${policy})`;
  const hint = adviseFor(placement, use.members ?? [], release);
  const advice = hint.replace(listNames(names), '$all');
  // What serves is told one by one, an account with its rights; what the others use, at once.
  const isAlone = use.severity === 'error' || (use.members ?? []).length > 0;
  const finding = findingOf(
    'live/deleted-on-upgrade',
    resource,
    path,
    `${listNames(names)} ${verb} ${effect}${use.text.replace('$it', it)}: ${use.effect}`,
    {
      severity: use.severity,
      hint,
      ...(rule && { config: { ...rule.placeOf('deletePolicy'), hook: rule.name } }),
      ...(!isAlone && {
        cause: {
          key: JSON.stringify([effect, use.effect, advice, resource.chart]),
          member: formatPlacement(placement),
          message: `$all are ${effect}, while the release uses them: ${use.effect}`,
          hint: advice,
        },
      }),
    },
  );
  if (use.members === undefined || use.members.length === 0) return [finding];
  const members = [placement, ...use.members].map((member) => {
    const message = `${formatPlacement(member)} is ${effect}`;
    const cause = { key: '', member: formatPlacement(member), message };
    return findingOf('live/deleted-on-upgrade', member.resource, path, message, { severity: use.severity, cause });
  });
  return [{ ...finding, members }];
};

/** True for a hook that is there between the operations, and that an upgrade or a rollback deletes. */
const isDeletedAgain = (placement: Placement, release: Release): boolean =>
  placement.hook !== undefined && placement.copyFor === undefined && deletionsAgain(placement, release).length > 0;

const deletionsAgain = (placement: Placement, release: Release): readonly Deletion[] =>
  deletionsOf(placement, release).filter(({ event }) => AGAIN.includes(operationOf(event)));

const AGAIN: readonly Operation[] = ['upgrade', 'rollback'];

const listOnce = (words: readonly string[]): string => [...new Set(words)].join(' and ');

function useOf(placement: Placement, release: Release): Use | undefined {
  const { kind } = placement.resource;
  const isTemporary = placement.hook?.deletes.includes('hook-succeeded') === true;
  if (LASTING_KINDS.has(kind)) return isTemporary ? undefined : useOfPods(placement, release);
  if (kind === 'Service' && isOfGroup(placement, '')) return useOfService(placement, isTemporary, release);
  if (isOfGroup(placement, RBAC_GROUP)) return useOfRights(placement, isTemporary, release);
  const served = isTemporary ? undefined : servedBy(placement, release);
  if (served !== undefined)
    return {
      text: `, while it leads to ${formatPlacement(served)}`,
      effect: 'requests from outside find nothing until it is there again',
      severity: 'warning',
    };
  // What hook-succeeded leaves without an object that is needed is refs/already-deleted.
  return isTemporary && isOfGroup(placement, '') ? undefined : useOfObject(placement, release);
}

/** Charts make hooks of many workloads at once: then the first of them has the finding. */
function useOfPods(placement: Placement, release: Release): Use | undefined {
  const [first, ...members] = workloadHooks(release).get(keyOf(placement)) ?? [];
  if (first !== placement) return undefined;
  const whose = members.length > 0 ? 'their' : 'its';
  return { text: '', effect: `${whose} pods stop until the new ones are ready`, severity: 'error', members };
}

const workloadHooks = once((release) =>
  indexBy(
    release.placements.filter(
      (placement) => LASTING_KINDS.has(placement.resource.kind) && isDeletedAgain(placement, release),
    ),
    keyOf,
  ),
);

/** The same for workloads that one entry of the config, or one line of a chart, makes such hooks. */
const keyOf = ({ rule, hook, resource }: Placement): string =>
  JSON.stringify([rule?.name, hook?.events, hook?.deletePolicies, resource.chart, resource.namespace]);

function useOfService(service: Placement, isTemporary: boolean, release: Release): Use | undefined {
  const user = trafficTo(service, release) ?? (isTemporary ? undefined : lastingBehind(service, release));
  if (user === undefined) return undefined;
  const relation = LASTING_KINDS.has(user.resource.kind) ? 'stands behind $it' : 'sends its traffic to $it';
  return {
    text: `, while ${formatPlacement(user)} ${relation}`,
    effect: isTemporary
      ? 'nothing answers under its name'
      : 'nothing answers under its name meanwhile, and then it has a new address',
    severity: 'error',
  };
}

function useOfObject(placement: Placement, release: Release): Use | undefined {
  const user = usersByObject(release).get(placement);
  if (user === undefined) return undefined;
  const { kind } = placement.resource;
  const text = `, while ${formatPlacement(user)} uses $it`;
  if (!isOfGroup(placement, '')) return useOfMaker(placement, user);
  if (kind === 'ServiceAccount') {
    const account = [...accountsInUse(release).values()].find(
      (each) => each.identity.name === placement.name && usesToken(each.user, placement, release),
    );
    if (account === undefined) return undefined;
    const members = membersOf(placement, release);
    return {
      text: `, while ${formatPlacement(account.user)} ${members.length > 0 ? 'runs with $it' : 'runs as $it'}`,
      effect: 'the tokens of its running pods are no longer accepted',
      severity: 'warning',
      members,
    };
  }
  if (kind !== 'ConfigMap' && kind !== 'Secret') return undefined;
  if (placement.value()['type'] === 'kubernetes.io/service-account-token')
    return { text, effect: 'the token in it is no longer accepted', severity: 'warning' };
  return { text, effect: 'a pod that starts meanwhile has to wait', severity: 'info' };
}

const usesToken = (user: Placement, account: Placement, release: Release): boolean =>
  hasToken(user, release) &&
  referencesOf(user).some(({ kind, name }) => kind === 'ServiceAccount' && name === account.name);

/** How a maker owns its Secret, by kind: the way to the word that says so, and the words with which the Secret goes with its maker. */
const OWNERS: Readonly<
  Record<string, readonly [path: readonly string[], owning: RegExp, fallback: string] | undefined>
> = {
  ExternalSecret: [['spec', 'target', 'creationPolicy'], /^Owner$/, 'Owner'],
  InfisicalSecret: [['spec', 'managedSecretReference', 'creationPolicy'], /^Owner$/, 'Orphan'],
};

function useOfMaker(maker: Placement, user: Placement): Use | undefined {
  const { kind } = maker.resource;
  const [path, owning, fallback] = OWNERS[kind] ?? [];
  const word = path === undefined ? undefined : (valueAt(maker.value() as JsonObject, path) ?? fallback);
  if (kind === 'SecretProviderClass' || (owning !== undefined && !owning.test(String(word)))) return undefined;
  const isCertificate = kind === 'Certificate';
  return {
    text: `, while ${formatPlacement(user)} uses the Secret that is made of $it`,
    effect: isCertificate
      ? 'cert-manager issues it again, and where it owns its Secrets the Secret is gone until then'
      : 'the Secret goes with it, and is gone until its controller has made it again',
    severity: 'warning',
  };
}

/** Hooks that give an account its rights, where the account is told of anyway. */
const membersOf = ({ name, resource }: Placement, release: Release): readonly Placement[] => {
  const identity = { name, ...(resource.namespace !== undefined && { namespace: resource.namespace }) };
  const parts = grantsOf(identity, release).flatMap(({ binding, roles }) => [binding, ...[...roles.values()].flat()]);
  return [...new Set(parts)].filter((part) => isDeletedAgain(part, release));
};

function useOfRights(placement: Placement, isTemporary: boolean, release: Release): Use | undefined {
  for (const { user, binding, account } of rightsInUse(release).get(placement) ?? []) {
    const isPlain = binding !== placement && binding.hook === undefined;
    // Rights for as long as a hook runs; a plain binding says that they are meant to stay.
    if (!isPlain && (isTemporary || isSharedWithHook(account, release))) continue;
    const owners = release.find('ServiceAccount', account, placement.resource.namespace);
    if (
      owners.some((owner) => isDeletedAgain(owner, release) && membersOf(owner, release).includes(placement)) &&
      !isTemporary
    )
      return undefined;
    return {
      text: `, while ${formatPlacement(user)} has its rights by $it`,
      effect: isTemporary
        ? 'requests of its pods are forbidden from then on'
        : 'requests of its pods are forbidden meanwhile',
      severity: 'warning',
    };
  }
  return undefined;
}

interface RightsInUse {
  readonly user: Placement;
  readonly account: string;
  readonly binding: Placement;
}

/** By binding and role, the accounts in use that have their rights by it. */
const rightsInUse = once((release): ReadonlyMap<Placement, readonly RightsInUse[]> => {
  const index = new Map<Placement, RightsInUse[]>();
  for (const { identity, user } of accountsInUse(release).values())
    for (const { binding, roles } of hasToken(user, release) ? grantsOf(identity, release) : [])
      for (const part of [binding, ...[...roles.values()].flat()])
        addTo(index, part, { user, account: identity.name, binding });
  return index;
});

/** True for a plain account that hooks run as too: then rights that come as hooks are the hooks'. */
const isSharedWithHook = (account: string, release: Release): boolean => accountsOfHooks(release).has(account);

const accountsOfHooks = once(
  ({ placements }) =>
    new Set(
      placements.flatMap((placement) =>
        placement.hook !== undefined && isAwaited(placement.resource.kind) ? (identityOf(placement)?.name ?? []) : [],
      ),
    ),
);

function adviseFor(placement: Placement, members: readonly Placement[], release: Release): string {
  const objects = [placement, ...members];
  const users = release.placements.filter(
    (user) =>
      user.hook?.events.includes('pre-install') === true &&
      isAwaited(user.resource.kind) &&
      needsOf(user, release).some(({ providers }) => providers.some((provider) => objects.includes(provider))),
  );
  const { kind } = placement.resource;
  if ((LASTING_KINDS.has(kind) || kind === 'Service') && isNeededBefore(placement, release))
    return `claim ${formatPlacement(placement)} in hookorder.yaml with \`deletePolicy: keep\`: Helm 4 then updates it in place`;
  const copies = users.length === 0 ? '' : `, and ${listNames(users.map(formatPlacement))} with \`dependencies: copy\``;
  return `claim ${listNames(objects.map(formatPlacement))} in hookorder.yaml with \`hook: false\`${copies}`;
}

/** Whether a Job or Pod runs before the release in an event of this hook: what cannot be copied has to stay a hook for it. */
const isNeededBefore = ({ hook }: Placement, release: Release): boolean =>
  release.placements.some(
    (other) =>
      isAwaited(other.resource.kind) &&
      other.hook?.events.some((event) => event.startsWith('pre-') && hook?.events.includes(event)) === true,
  );
