/**
 * Which objects have to be copied for which hooks.
 *
 * In: hooks with `dependencies: copy`. Out: for each original, the hooks that need its copy. Closed under need: a hook that
 * needs the copy of a ServiceAccount needs copies of its Secrets, and one that needs the copy of a binding needs a copy of its role. So a copy
 * may refer to any other copy that it leads to: that one exists in all of its events, before all of its hooks.
 */
import { isAwaited } from '../../model/helm.ts';
import { isUnreadable } from '../../model/manifest.ts';
import type { Hook, Placement } from '../../model/plan.ts';
import { bestStateAt, stateAt } from '../../release/availability.ts';
import { originalOf } from '../../release/originals.ts';
import { itemsOf, keyOf, podSpecOf, type Reference, referencesOf } from '../../release/references.ts';
import type { Release } from '../../release/release.ts';
import { COPYABLE, grantsOf, type Identity, identityOf, providersOf, type Roles } from '../../release/rights.ts';
import { hasToken } from '../../release/uses-rights.ts';
import { isLackedBy } from './freshness.ts';

/** Originals, each with the hooks that need its copy. */
export type CopyDemand = ReadonlyMap<Placement, ReadonlySet<Placement>>;

/** A copy that is decided on. */
export interface Copy {
  readonly original: Placement;
  readonly name: string;
  readonly users: ReadonlySet<Placement>;
  readonly hook: Hook;
}

/**
 * Hooks that can have copies. A Deployment as a hook outlives its event and the copies; Helm does not wait for it, so it
 * starts by itself when the release brings what it lacks.
 */
export const wantsCopies = ({ rule, hook, resource }: Placement): boolean =>
  rule?.dependencies === 'copy' && hook !== undefined && isAwaited(resource.kind);

/** False for a key that a hook reads of the original, because a running server has that, also where it reads another key of the copy. */
export const followsCopy = (reference: Reference, user: Placement, release: Release): boolean =>
  (reference.use !== 'env' && reference.use !== 'volume') || isLackedBy(reference, user, release);

export function demandCopies(users: readonly Placement[], release: Release): CopyDemand {
  const demand = new Map<Placement, Set<Placement>>();
  for (const user of users) new UserDemand(user, release, demand).collect();
  return demand;
}

class UserDemand {
  readonly #user: Placement;
  readonly #release: Release;
  readonly #demand: Map<Placement, Set<Placement>>;
  /** Many bindings may refer to the same roles, and many originals to the same objects. */
  readonly #rolesLacking = new Map<Roles, boolean>();
  readonly #rolesAdded = new Set<Roles>();
  readonly #followed = new Set<string>();

  constructor(user: Placement, release: Release, demand: Map<Placement, Set<Placement>>) {
    this.#user = user;
    this.#release = release;
    this.#demand = demand;
  }

  collect(): void {
    for (const reference of referencesOf(this.#user))
      if (reference.use !== 'identity')
        for (const original of this.#plainOf(reference)) if (this.#lacks(reference)) this.#add(original);
    const identity = identityOf(this.#user);
    if (identity === undefined) return;
    const isCopied = this.#collectAccount();
    if (hasToken(this.#user, this.#release)) this.#collectRights(identity, isCopied);
  }

  /** True when the account that the pods run as is copied. */
  #collectAccount(): boolean {
    const bringsPullSecrets = itemsOf(podSpecOf(this.#user)?.spec['imagePullSecrets']).length > 0;
    for (const reference of referencesOf(this.#user)) {
      if (reference.use !== 'identity') continue;
      const lacks = this.#lacks(reference);
      for (const account of providersOf(reference, this.#release)) {
        const lacksSecret =
          !bringsPullSecrets &&
          referencesOf(account).some(
            (secret) => secret.use === 'pull-secret' && this.#lacks(secret) && this.#plainOf(secret).length > 0,
          );
        if (lacks ? account.hook === undefined : lacksSecret) this.#add(account);
      }
    }
    return referencesOf(this.#user).some(
      (reference) => reference.use === 'identity' && providersOf(reference, this.#release).some((it) => this.#has(it)),
    );
  }

  #collectRights(identity: Identity, isCopied: boolean): void {
    for (const { binding, roles } of grantsOf(identity, this.#release)) {
      const lacksBinding = binding.hook === undefined && this.#isLacking([binding]);
      // A binding that is a hook already gives the copied account nothing, as it names the original.
      const isInVain = isCopied && this.#isEverThere(binding);
      if (!lacksBinding && !isInVain && !this.#lacksRole(roles)) continue;
      this.#add(binding);
      this.#addRoles(roles);
    }
  }

  #lacksRole(roles: Roles): boolean {
    const known = this.#rolesLacking.get(roles);
    if (known !== undefined) return known;
    const isLacking = [...roles.values()].some(
      (sameName) => sameName.some(({ hook }) => hook === undefined) && this.#isLacking(sameName),
    );
    this.#rolesLacking.set(roles, isLacking);
    return isLacking;
  }

  #addRoles(roles: Roles): void {
    if (this.#rolesAdded.has(roles)) return;
    this.#rolesAdded.add(roles);
    for (const role of [...roles.values()].flat()) if (role.hook === undefined) this.#add(role);
  }

  /** Adds an original and the plain resources it refers to. */
  #add(original: Placement): void {
    // What an earlier run copied is there; a copy of it would be one more at every run.
    if (this.#has(original) || originalOf(original) !== undefined || isUnreadable(original.value())) return;
    const users = this.#demand.get(original) ?? new Set();
    users.add(this.#user);
    this.#demand.set(original, users);
    for (const reference of referencesOf(original)) {
      const key = keyOf(reference);
      if (reference.use === 'subject' || this.#followed.has(key)) continue;
      this.#followed.add(key);
      for (const next of this.#plainOf(reference)) this.#add(next);
    }
  }

  #has(original: Placement): boolean {
    return this.#demand.get(original)?.has(this.#user) === true;
  }

  /** The plain resources that a reference means and that can be copied. */
  #plainOf(reference: Reference): readonly Placement[] {
    return COPYABLE.has(reference.kind)
      ? providersOf(reference, this.#release).filter((provider) => provider.hook === undefined)
      : [];
  }

  /** True when the object may be missing or old in one of the hook's events. */
  #lacks(reference: Reference): boolean {
    return isLackedBy(reference, this.#user, this.#release);
  }

  #isLacking(providers: readonly Placement[]): boolean {
    const events = this.#user.hook?.events ?? [];
    return (
      providers.length > 0 &&
      events.some((event) => bestStateAt(providers, this.#user, event, this.#release) !== 'there')
    );
  }

  #isEverThere(needed: Placement): boolean {
    return (this.#user.hook?.events ?? []).some(
      (event) => stateAt(needed, this.#user, event, this.#release) === 'there',
    );
  }
}
