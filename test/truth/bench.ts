/** Runs scenarios with real Helms on a real control plane, several at once: most of the time is waiting. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getOrMake } from '../../src/model/maps.ts';
import { ROOT } from '../support/files.ts';
import { findHelm } from '../support/helm.ts';
import type { Scenario, Seen } from './record.ts';

/** One request to the API server. */
export type Api = (
  method: string,
  path: string,
  body?: object,
) => Promise<{ readonly code: number; readonly body: { readonly message?: string; readonly [key: string]: unknown } }>;

interface Plane {
  readonly api: Api;
  readonly audit: () => readonly object[];
  readonly close: () => Promise<void>;
}

export interface Bench {
  readonly api: Api;
  /** Where objects of a kind are created, in the namespace `default`; undefined for a kind that is not served. */
  readonly place: (apiVersion: string, kind: string) => Promise<string | undefined>;
  readonly run: (scenario: Pick<Scenario, 'charts' | 'run'>, version: string) => Promise<readonly Seen[]>;
  readonly close: () => Promise<void>;
}

/** These find their own files, so they cannot be in the bundle of a test. */
const script = (name: string) => import(pathToFileURL(join(ROOT, 'scripts', name)).href);

/** Undefined where there is no Go. The caller must `close()`. */
export async function openBench(): Promise<Bench | undefined> {
  const [{ startPlane }, { runScenario }] = await Promise.all([script('plane/start.mjs'), script('truth/run.mjs')]);
  const plane: Plane | undefined = await startPlane();
  if (plane === undefined) return undefined;
  const log: object[] = [];
  const events = () => {
    log.push(...plane.audit());
    return log;
  };
  return {
    api: plane.api,
    place: placesOf(plane.api),
    run: async (scenario, version) =>
      (await runScenario(scenario, version, { plane, events, helms: findHelm })).operations,
    close: () => plane.close(),
  };
}

function placesOf(api: Api): Bench['place'] {
  const known = new Map<string, Promise<readonly { name: string; kind: string; namespaced: boolean }[]>>();
  return async (apiVersion, kind) => {
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const served = await getOrMake(known, base, async () => {
      const { body } = await api('GET', base);
      return (body['resources'] ?? []) as never;
    });
    const found = served.find((each) => each.kind === kind && !each.name.includes('/'));
    return found && `${base}${found.namespaced ? '/namespaces/default' : ''}/${found.name}`;
  };
}

/** Does all of it, `width` at once; answers come in the order of `items`. */
export async function concurrently<T, U>(
  items: readonly T[],
  width: number,
  work: (item: T, at: number) => Promise<U>,
): Promise<readonly U[]> {
  const answers: U[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) answers[at] = await work(items[at] as T, at);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return answers;
}
