/**
 * `refs/copy-loses-identity`: systems outside of the stream trust the original's name, and not that of its copy.
 *
 * A cloud role trusts a ServiceAccount by name; an operator fills a Secret by name.
 */
import { type Finding, findingOf } from '../../model/finding.ts';
import { isObject, type Path, valueAt } from '../../model/json.ts';
import { podSpecPath } from '../../model/kubernetes.ts';
import { formatResource } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { itemsOf, podSpecOf, referencesOf, textOf } from '../../release/references.ts';
import type { Release } from '../../release/release.ts';
import { providersOf, userOf } from '../../release/rights.ts';
import { type Copy, followsCopy } from './demand.ts';
import { serverBehind } from './freshness.ts';

/** Annotations of a ServiceAccount by which something outside trusts its name. */
const TRUSTED_ACCOUNT: Readonly<Record<string, string>> = {
  'eks.amazonaws.com/role-arn': 'an AWS role',
  'iam.gke.io/gcp-service-account': 'a Google service account',
  'azure.workload.identity/client-id': 'an Azure identity',
  'pod-identity.alibabacloud.com/role-name': 'an Alibaba Cloud role',
};

/** Annotations of pods that log in somewhere as their ServiceAccount. */
const LOGIN: Readonly<Record<string, string>> = {
  'vault.hashicorp.com/role': 'a Vault role',
  'vault.security.banzaicloud.io/vault-role': 'a Vault role',
};

/** Annotations of Secrets and ConfigMaps whose content a controller makes up or fetches for each object. */
const FILLED =
  /^(?:secret-generator\.v1\.mittwald\.de\/(?:autogenerate|type)|replicator\.v1\.mittwald\.de\/replicate-from|reflector\.v1\.k8s\.emberstack\.com\/reflects|cert-manager\.io\/certificate-name)$/;

export function checkCopy(copy: Copy, release: Release): readonly Finding[] {
  const { kind } = copy.original.resource;
  if (kind === 'ServiceAccount') return accountFindings(copy, release);
  return kind === 'Secret' || kind === 'ConfigMap' ? [...contentFindings(copy), ...serverFindings(copy, release)] : [];
}

function accountFindings(copy: Copy, release: Release): readonly Finding[] {
  const { original, users, name } = copy;
  const found = ({ resource }: Placement, path: Path, trust: string): Finding =>
    finding(
      copy,
      resource,
      path,
      `${formatResource(original.resource)} is trusted under its name by ${trust}, so its copy ${name} may have fewer permissions`,
      {
        hint: `let ${trust} trust ${name} too, or run this hook after the release's own resources exist`,
      },
    );
  for (const [key, trust] of Object.entries(TRUSTED_ACCOUNT)) {
    const path = ['metadata', 'annotations', key];
    if (textOf(valueAt(original.value(), path)) !== undefined) return [found(original, path, trust)];
  }
  for (const user of users) {
    const pod = podSpecPath(user.resource.kind) ?? [];
    for (const [key, trust] of Object.entries(LOGIN)) {
      const path = [...pod.slice(0, -1), 'metadata', 'annotations', key];
      if (textOf(valueAt(user.value(), path)) !== undefined) return [found(user, path, trust)];
    }
    for (const [index, volume] of itemsOf(podSpecOf(user)?.spec['volumes']))
      if (valueAt(volume, ['csi', 'driver']) === 'secrets-store.csi.k8s.io')
        return [found(user, [...pod, 'volumes', index, 'csi', 'driver'], 'the store behind secrets-store.csi.k8s.io')];
  }
  for (const constraints of release.byKind('SecurityContextConstraints')) {
    const members = constraints.value()['users'];
    const isMember = (member: unknown): boolean =>
      typeof member === 'string' && userOf(member)?.name === original.resource.name;
    if (Array.isArray(members) && members.some(isMember))
      return [found(constraints, ['users'], formatResource(constraints.resource))];
  }
  return [];
}

function contentFindings(copy: Copy): readonly Finding[] {
  const { original, name } = copy;
  const metadata = valueAt(original.value(), ['metadata']);
  const annotations = valueAt(metadata, ['annotations']);
  const filled = isObject(annotations) ? Object.keys(annotations).find((key) => FILLED.test(key)) : undefined;
  const owned = isObject(metadata) && Array.isArray(metadata['ownerReferences']);
  if (filled === undefined && !owned) return [];
  const path = filled === undefined ? ['metadata', 'ownerReferences'] : ['metadata', 'annotations', filled];
  return [
    finding(
      copy,
      original.resource,
      path,
      `${formatResource(original.resource)} gets its content from a controller, so its copy ${name} may have other content`,
      { hint: "create it outside of the release before, or run this hook after the release's own resources exist" },
    ),
  ];
}

/** A hook that runs before an upgrade too reads the copy there: with the password of this revision, before the server gets it. */
function serverFindings(copy: Copy, release: Release): readonly Finding[] {
  const { original, users, name } = copy;
  for (const user of users) {
    if (user.hook?.events.includes('pre-upgrade') !== true) continue;
    for (const reference of referencesOf(user)) {
      if (!providersOf(reference, release).includes(original) || !followsCopy(reference, user, release)) continue;
      const server = serverBehind(reference, user, release);
      if (server === undefined) continue;
      const message = `${formatResource(original.resource)} is what ${formatResource(server.resource)} runs with, so its copy ${name} has what that does not know yet when an upgrade changes it`;
      const hint = user.hook.events.includes('pre-install')
        ? `run ${formatResource(user.resource)} post-install instead of pre-install: ${formatResource(server.resource)} is not up before, and then it needs no copy`
        : `run ${formatResource(user.resource)} in pre-upgrade alone: then it reads the original`;
      return [finding(copy, user.resource, reference.path, message, { hint })];
    }
  }
  return [];
}

function finding(
  { users }: Copy,
  resource: Placement['resource'],
  path: Path,
  message: string,
  { hint }: { readonly hint: string },
): Finding {
  const rule = [...users].find((user) => user.rule !== undefined)?.rule;
  return findingOf('refs/copy-loses-identity', resource, path, message, {
    hint,
    ...(rule && { config: { ...rule.place, hook: rule.name } }),
  });
}
