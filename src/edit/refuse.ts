/**
 * `input/read-two-ways` as an error: documents that the config changes although Helm may read them otherwise than they look. What leaves must be
 * what Helm reads, so such a document is refused, unless the change itself takes the doubt away.
 */
import type { Finding } from '../model/finding.ts';
import type { Operation } from '../model/json.ts';
import { type Doubt, formatResource, type Manifest, type Resource } from '../model/manifest.ts';
import type { DocumentPatch } from '../model/plan.ts';
import { parseText } from '../yaml/parse.ts';
import { findHeadDoubt } from '../yaml/reading.ts';
import { editDocument } from './edit.ts';

/** What a rule claims, changed or not: that it is as the config wants is true only as far as it is read right. */
export const refuseUnclear = (claimed: readonly Resource[]): readonly Finding[] =>
  claimed.flatMap((resource) => (resource.doubt?.isGrave ? refusal(resource, resource.doubt) : []));

/** What would leave in doubt. */
export function refuseDoubtful(patches: readonly DocumentPatch[]): readonly Finding[] {
  const found = new Map<Resource, Finding>();
  for (const { resource, operations } of patches) {
    const { item } = resource.document;
    const doubt = operations.length === 0 ? undefined : (item?.manifest.doubt ?? resource.manifest().doubt);
    if (doubt !== undefined && !found.has(resource) && staysInDoubt(resource.manifest(), doubt, operations))
      found.set(resource, refusal(resource, doubt));
  }
  return [...found.values()];
}

function staysInDoubt(manifest: Manifest, doubt: Doubt, operations: readonly Operation[]): boolean {
  if (doubt.isGrave) return true;
  const parsed = parseText(editDocument(manifest, operations));
  return !('root' in parsed) || parsed.root.type !== 'map' || findHeadDoubt(parsed.root)?.differs === true;
}

const refusal = (resource: Resource, { reason, hint, position }: Doubt): Finding => ({
  code: 'input/read-two-ways',
  severity: 'error',
  message: `${formatResource(resource)} cannot be changed safely: ${reason}`,
  hint,
  resource,
  ...(position && { position }),
});
