/**
 * Annotations and labels that are no strings for the API server: `hook/annotation-not-string`.
 *
 * Helm's YAML library has the booleans of YAML 1.1 (`y`, `yes`, `on`, `n`, `no`, `off`, and each with a capital or in capitals), numbers with
 * underscores and in four bases. Helm itself makes text of them where it reads annotations; the API server refuses the object [X 4.2.3].
 */
import { type Finding, findingOf } from '../../model/finding.ts';
import { HOOK_ANNOTATIONS } from '../../model/helm.ts';
import { formatPath, isObject, type Json, type JsonObject, type Path, valueAt } from '../../model/json.ts';
import { formatResource, type Manifest, type Resource } from '../../model/manifest.ts';
import type { Check } from '../../release/release.ts';

const OF_RESOURCE: readonly Path[] = [
  ['metadata', 'annotations'],
  ['metadata', 'labels'],
];
/** Of the pods that a Job, a workload or a CronJob makes. */
const OF_PODS: readonly Path[] = [
  ['spec', 'template'],
  ['spec', 'jobTemplate'],
  ['spec', 'jobTemplate', 'spec', 'template'],
].flatMap((path) => OF_RESOURCE.map((metadata) => [...path, ...metadata]));

/**
 * Of hooks and of what the config claims, all annotations and labels with which they and their pods leave. Of others the hook annotations, which
 * say that a hook was meant.
 */
export const checkStrings: Check = ({ resource, rule, hook, copyFor, value }) => {
  if (copyFor !== undefined) return [];
  if (rule === undefined && hook === undefined) {
    const { annotations } = resource;
    return HOOK_ANNOTATIONS.flatMap((key) => judge(resource, ['metadata', 'annotations', key], own(annotations, key)));
  }
  const leaving = value();
  return [...OF_RESOURCE, ...OF_PODS].flatMap((path) => {
    const map = valueAt(leaving, path);
    return isObject(map) ? Object.keys(map).flatMap((key) => judge(resource, [...path, key], map[key])) : [];
  });
};

const own = (map: Readonly<JsonObject>, key: string): Json | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** A null is empty text for the API server. */
function judge(resource: Resource, path: Path, value: Json | undefined): readonly Finding[] {
  if (typeof value === 'string' || value === null || value === undefined) return [];
  const type = Array.isArray(value) ? 'list' : isObject(value) ? 'map' : typeof value;
  const shown =
    typeof value === 'object' ? `a ${type}` : `${sourceOf(resource.manifest(), path, value)} without quotes`;
  const what = path.at(-2) === 'labels' ? `its label ${path.at(-1)}` : `its ${path.at(-1)}`;
  const where = path.length > 3 ? ` (${formatPath(path.slice(0, -1))})` : '';
  return [
    findingOf(
      'hook/annotation-not-string',
      resource,
      path,
      `${formatResource(resource)} has ${shown} as ${what}${where}, a ${type} where the API server takes only strings`,
      { hint: 'put the value in quotes' },
    ),
  ];
}

/** The word as it was written: `yes`, not `true`. */
function sourceOf(manifest: Manifest, path: Path, value: boolean | number): string {
  const position = manifest.locate(path);
  const line = position && manifest.lineAt(position)?.slice(position.column - 1);
  return /^[\w.+-]+(?=\s|[,}\]]|$)/.exec(line ?? '')?.[0] ?? String(value);
}
