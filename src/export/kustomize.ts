/** The order as a kustomization, whole or put into one that there is. */
import { listOf, type Operation } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { isOurs, setAt } from './file.ts';
import type { ExportedPatch } from './patches.ts';
import { entryOf, yamlText } from './text.ts';

/** `resources` is the file with the rendered stream. */
export const formatKustomization = (patches: readonly ExportedPatch[], resources: string): string =>
  yamlText({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [resources],
    patches: patches.map(entryOf),
  });

/** The kustomization or component among the documents of a file, which may leave its kind out. */
export const findKustomization = (manifests: readonly Manifest[]): Manifest | undefined =>
  manifests.find(({ value }) =>
    ['Kustomization', 'Component', undefined].includes(value['kind'] as string | undefined),
  );

/** Puts the patches at the end of its own, in place of those of an earlier export. */
export const intoKustomization = (patches: readonly ExportedPatch[], { value }: Manifest): readonly Operation[] =>
  setAt(value, ['patches'], [...listOf(value['patches']).filter((patch) => !isOurs(patch)), ...patches.map(entryOf)]);
