/**
 * Files that a container finds in ConfigMaps and Secrets of the stream which it mounts: a path in, the text out.
 */
import { type Json, type JsonObject, valueAt } from '../../model/json.ts';
import type { CheckContext } from '../context.ts';
import { itemsOf } from '../needs/references.ts';
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
  context: CheckContext,
): ReadFile {
  let volumes: ReadonlyMap<Json | undefined, JsonObject> | undefined;
  return (path) => {
    volumes ??= new Map(itemsOf(podSpec['volumes']).map(([, volume]) => [volume['name'], volume]));
    for (const [, mount] of itemsOf(container['volumeMounts'])) {
      const volume = volumes.get(mount['name'] ?? null);
      const mountPath = mount['mountPath'];
      if (volume === undefined || typeof mountPath !== 'string') continue;
      const inside = insideOf(path, withoutSlash(mountPath), mount['subPath']);
      const file = inside === undefined ? undefined : readVolumeFile(volume, inside, namespace, context);
      if (file !== undefined) return file;
    }
    return undefined;
  };
}

const withoutSlash = (path: string): string => (path.endsWith('/') ? path.replace(/\/+$/, '') : path);

/** The path inside the volume. */
function insideOf(path: string, mountPath: string, subPath: JsonObject[string] | undefined): string | undefined {
  if (typeof subPath === 'string') return path === mountPath ? subPath : undefined;
  if (path.startsWith(`${mountPath}/`)) return path.slice(mountPath.length + 1);
  return path.startsWith('./') ? path.slice(2) : undefined;
}

function readVolumeFile(
  volume: JsonObject,
  path: string,
  namespace: string | undefined,
  context: CheckContext,
): MountedFile | undefined {
  const sources = [volume, ...itemsOf(valueAt(volume, ['projected', 'sources'])).map(([, source]) => source)];
  for (const source of sources) {
    for (const [kind, field, nameKey] of [
      ['ConfigMap', 'configMap', 'name'],
      ['Secret', 'secret', volume === source ? 'secretName' : 'name'],
    ] as const) {
      const name = valueAt(source, [field, nameKey]);
      if (typeof name !== 'string') continue;
      const list = valueAt(source, [field, 'items']);
      const item = itemsOf(list).find(([, entry]) => entry['path'] === path)?.[1];
      const key = list === undefined ? path : item?.['key'];
      const text = typeof key === 'string' ? readData(kind, name, namespace, context).get(key)?.() : undefined;
      if (text !== undefined) return { text, label: `${path} of ${kind}/${name}` };
    }
  }
  return undefined;
}
