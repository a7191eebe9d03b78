/**
 * Files that a container finds in ConfigMaps and Secrets of the stream which it mounts: a path in, the text out.
 */
import { type Json, type JsonObject, valueAt } from '../model/json.ts';
import { itemsOf } from '../release/references.ts';
import type { Release } from '../release/release.ts';
import { readData } from './environment.ts';

export interface MountedFile {
  readonly text: string;
  /** What it is called in messages: `wait.sh of ConfigMap/scripts`. */
  readonly label: string;
}
export type ReadFile = (path: string) => MountedFile | undefined;

/** Finds a file by its absolute path, or by its last part for a path that begins with `./`. */
export function filesOf(
  container: JsonObject,
  podSpec: JsonObject,
  namespace: string | undefined,
  release: Release,
): ReadFile {
  let volumes: ReadonlyMap<Json | undefined, JsonObject> | undefined;
  return (path) => {
    volumes ??= new Map(itemsOf(podSpec['volumes']).map(([, volume]) => [volume['name'], volume]));
    for (const [, mount] of itemsOf(container['volumeMounts'])) {
      const volume = volumes.get(mount['name'] ?? null);
      const mountPath = mount['mountPath'];
      if (volume === undefined || typeof mountPath !== 'string') continue;
      const inside = insideOf(path, withoutSlash(mountPath), mount['subPath']);
      const file = inside === undefined ? undefined : readVolumeFile(volume, inside, namespace, release);
      if (file !== undefined) return file;
    }
    return undefined;
  };
}

/** Where images keep the program that runs when a container names none. */
const ENTRYPOINT =
  /(?:^|\/)(?:(?:docker|container|app|custom|my)?[-_]?entry-?point|cmd|command|run|start|start-?up|boot|bootstrap|init|launch|main|job|migrate|migration|docker-start|docker-run)(?:\.(?:sh|bash))?$/;
/** Of a folder that is mounted whole, only such names are taken for what runs, and only where programs are kept. */
const NAMED_ENTRYPOINT = /^(?:docker-)?entrypoint(?:\.sh)?$/;
const PROGRAMS = /^(?:\/usr(?:\/local)?)?\/s?bin$/;

/** The path of a script that is mounted over the image's entrypoint: what a container runs that has no command. */
export function entrypointOf(
  container: JsonObject,
  podSpec: JsonObject,
  namespace: string | undefined,
  release: Release,
): string | undefined {
  if (Array.isArray(container['command']) && container['command'].length > 0) return undefined;
  const mounts = itemsOf(container['volumeMounts']).map(([, mount]) => mount);
  const readFile = filesOf(container, podSpec, namespace, release);
  for (const { mountPath, subPath, name } of mounts) {
    if (typeof mountPath !== 'string') continue;
    const path = withoutSlash(mountPath);
    const paths =
      typeof subPath === 'string'
        ? [path].filter((one) => ENTRYPOINT.test(one))
        : (PROGRAMS.test(path) ? keysOf(name, podSpec, namespace, release) : [])
            .filter((key) => NAMED_ENTRYPOINT.test(key))
            .map((key) => `${path}/${key}`);
    const found = paths.find((one) => isScript(readFile(one)?.text));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A script says by which program it is read, or looks like one of a shell: a settings file is none. */
const isScript = (text: string | undefined): boolean =>
  text !== undefined &&
  (/^#!.*\b(?:ba|da|a|z)?sh\b/.test(text) || (!/^[\w.-]+\s*[:=]/m.test(text) && /^\s*(?:set -|exec |cd )/m.test(text)));

/** The files of a volume, as far as the stream has them. */
function keysOf(
  name: Json | undefined,
  podSpec: JsonObject,
  namespace: string | undefined,
  release: Release,
): readonly string[] {
  const volume = itemsOf(podSpec['volumes']).find(([, one]) => one['name'] === name)?.[1];
  return volume === undefined
    ? []
    : sourcesOf(volume).flatMap((source) =>
        source.items === undefined
          ? [...readData(source.kind, source.name, namespace, release).keys()]
          : itemsOf(source.items).flatMap(([, { path }]) => (typeof path === 'string' ? [path] : [])),
      );
}

const withoutSlash = (path: string): string => (path.endsWith('/') ? path.replace(/\/+$/, '') : path);

/** The path inside the volume. */
function insideOf(path: string, mountPath: string, subPath: JsonObject[string] | undefined): string | undefined {
  if (typeof subPath === 'string') return path === mountPath ? subPath : undefined;
  if (path.startsWith(`${mountPath}/`)) return path.slice(mountPath.length + 1);
  return path.startsWith('./') ? path.slice(2) : undefined;
}

/** False when surely no text names a file that `filesOf` finds, in whatever namespace. */
export function mayReadFile(
  texts: readonly string[],
  container: JsonObject,
  podSpec: JsonObject,
  release: Release,
): boolean {
  const isNamed = (path: string): boolean =>
    texts.some((text) => text.includes(path) || text.includes('./') || text.includes('$'));
  const mounted = itemsOf(container['volumeMounts']).flatMap(([, { name, mountPath }]) =>
    typeof mountPath === 'string' && isNamed(withoutSlash(mountPath)) ? [name] : [],
  );
  return (
    mounted.length > 0 &&
    itemsOf(podSpec['volumes']).some(
      ([, volume]) =>
        mounted.includes(volume['name']) &&
        sourcesOf(volume).some(({ kind, name }) => release.find(kind, name, undefined).length > 0),
    )
  );
}

interface VolumeSource {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** Which keys are files, and under which paths; all of them when it is undefined. */
  readonly items: Json | undefined;
}

/** The ConfigMaps and Secrets that a volume is made of. */
const sourcesOf = (volume: JsonObject): readonly VolumeSource[] =>
  [volume, ...itemsOf(valueAt(volume, ['projected', 'sources'])).map(([, source]) => source)].flatMap((source) =>
    (
      [
        ['ConfigMap', 'configMap', 'name'],
        ['Secret', 'secret', volume === source ? 'secretName' : 'name'],
      ] as const
    ).flatMap(([kind, field, nameKey]) => {
      const name = valueAt(source, [field, nameKey]);
      return typeof name === 'string' ? [{ kind, name, items: valueAt(source, [field, 'items']) }] : [];
    }),
  );

function readVolumeFile(
  volume: JsonObject,
  path: string,
  namespace: string | undefined,
  release: Release,
): MountedFile | undefined {
  for (const { kind, name, items } of sourcesOf(volume)) {
    const item = itemsOf(items).find(([, entry]) => entry['path'] === path)?.[1];
    const key = items === undefined ? path : item?.['key'];
    const text = typeof key === 'string' ? readData(kind, name, namespace, release).get(key)?.() : undefined;
    if (text !== undefined) return { text, label: `${path} of ${kind}/${name}` };
  }
  return undefined;
}
