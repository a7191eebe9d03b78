/** A HelmRelease of Flux: found in its file, and written with the patches of an order. */
import { type Finding, SEVERITIES } from '../../model/finding.ts';
import { isObject, type Json, type JsonObject, listOf, type Operation, valueAt } from '../../model/json.ts';
import { applyPatch } from '../../model/json-patch.ts';
import type { Manifest } from '../../model/manifest.ts';
import { isOurs, placeIn, setAt, type UserFile } from '../file.ts';
import type { ExportedPatch } from '../patches.ts';
import { entryOf, yamlText } from '../text.ts';
import type { Proposal } from './proposals.ts';
import { API_VERSION, GROUP, specOf } from './settings.ts';

/** The one HelmRelease of a file, or why it cannot be worked with. */
export function findHelmRelease({ stream, manifests }: UserFile): Manifest | Finding {
  const found = manifests.filter(({ value }) => value['kind'] === 'HelmRelease');
  const [manifest, another] = found;
  if (manifest === undefined || another !== undefined) {
    const place = another ?? manifests[0];
    return refusal(
      `${stream.file} has ${manifest === undefined ? 'no HelmRelease' : `${found.length} HelmReleases`}`,
      'give a file with the one HelmRelease that deploys this chart',
      place,
    );
  }
  const version = manifest.value['apiVersion'];
  if (version === API_VERSION && isObject(specOf(manifest.value))) return manifest;
  if (version === API_VERSION)
    return refusal(`${stream.file} has a HelmRelease without a spec`, 'write its spec', manifest);
  return refusal(
    String(version).startsWith(`${GROUP}/`)
      ? `the HelmRelease is of ${String(version)}, whose controllers keep hooks from post-renderers`
      : `the HelmRelease is of ${String(version)}, which is not Flux 2`,
    `write apiVersion: ${API_VERSION}, which Flux 2.9 wants anyway`,
    manifest,
  );
}

const refusal = (message: string, hint: string, manifest: Manifest | undefined): Finding => ({
  code: 'flux/not-a-helmrelease',
  severity: SEVERITIES['flux/not-a-helmrelease'],
  message,
  hint,
  ...(manifest && { config: placeIn(manifest, ['apiVersion']) }),
});

/** The HelmRelease with what is proposed for it. */
export function withProposals(value: JsonObject, proposals: readonly Proposal[]): JsonObject {
  let proposed = value;
  for (const { path, value: wanted } of proposals) {
    const patched = applyPatch(proposed, setAt(proposed, ['spec', ...path], wanted));
    if ('error' in patched) throw new Error(patched.error);
    proposed = patched.value;
  }
  return proposed;
}

/** The operations that put proposals and patches into a HelmRelease. The patches come last, in place of those of an earlier export. */
export function intoHelmRelease(
  { value }: Manifest,
  patches: readonly ExportedPatch[],
  proposals: readonly Proposal[],
): readonly Operation[] {
  const proposed = withProposals(value, proposals);
  const before = specOf(value, 'postRenderers');
  const renderers = listOf(before).flatMap(withoutOurs);
  const own = patches.length === 0 ? [] : [rendererOf(patches)];
  const spec = { ...(proposed['spec'] as JsonObject) };
  if (renderers.length + own.length > 0 || before !== undefined) spec['postRenderers'] = [...renderers, ...own];
  return setAt(value, ['spec'], spec);
}

/** A post-renderer less the patches of an earlier export; none when nothing is left of it. */
function withoutOurs(renderer: Json): readonly Json[] {
  const patches = listOf(valueAt(renderer, ['kustomize', 'patches']));
  const left = patches.filter((patch) => !isOurs(patch));
  if (left.length === patches.length || !isObject(renderer) || !isObject(renderer['kustomize'])) return [renderer];
  const { patches: _, ...rest } = renderer['kustomize'];
  const kustomize = left.length > 0 ? { ...rest, patches: left } : rest;
  return Object.keys(kustomize).length === 0 ? [] : [{ ...renderer, kustomize }];
}

const rendererOf = (patches: readonly ExportedPatch[]): Json => ({ kustomize: { patches: patches.map(entryOf) } });

/** The same as the part of a HelmRelease that is to be written. */
export const formatSpec = (patches: readonly ExportedPatch[], proposals: readonly Proposal[]): string =>
  yamlText({
    spec: {
      ...(withProposals({}, proposals)['spec'] as JsonObject | undefined),
      postRenderers: patches.length === 0 ? [] : [rendererOf(patches)],
    },
  });
