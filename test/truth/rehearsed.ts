/** The releases whose rehearsals are held against a control plane, each rendered for several revisions. */
import fc from 'fast-check';
import type { Circumstances } from '../../src/engines/engine.ts';
import { lifeOf } from '../../src/engines/helm/life.ts';
import type { Run } from '../../src/engines/run.ts';
import type { Subject } from '../../src/engines/world.ts';
import type { Operation } from '../../src/model/helm.ts';
import { editStream } from '../../src/pipeline.ts';
import type { Mishap } from '../../src/rehearsal/rehearsal.ts';
import { rehearse } from '../../src/rehearsal/rehearse.ts';
import { makeScene, type Scene } from '../../src/rehearsal/scene.ts';
import { NOW, order } from '../support/pipeline.ts';
import type { Bench } from './bench.ts';
import { examplesWith } from './examples.ts';
import { scenarios } from './generate.ts';
import type { Document } from './record.ts';
import { documentsOf, givenFor, prepare, unmarked } from './streams.ts';

/** A release before its config is applied. */
export interface Unordered {
  readonly name: string;
  readonly documents: readonly Document[];
  readonly config?: string;
}

export interface Rehearsed {
  readonly name: string;
  readonly circumstances: Circumstances;
  readonly scene: Scene;
  readonly life: Readonly<Record<Operation, Run>>;
  readonly mishaps: readonly Mishap[];
  /** By the number of the revision, from 1. */
  readonly charts: readonly (readonly Document[])[];
  readonly given: readonly Document[];
  readonly nameOf: (subject: Subject) => string;
}

/** Seconds. With `--wait`, Helm has to find many workloads ready on a busy machine. */
const timeoutWith = (wait: boolean): number => (wait ? 30 : 10);
/** Between two renderings. */
const PAUSE = 60;
const REVISIONS = 6;

export const examplesFor = (version: string): readonly Unordered[] =>
  examplesWith(version).map(({ text, ...more }) => ({ ...more, documents: documentsOf(text) }));

/** Random releases in which nothing goes wrong by itself. */
export const randomFor = (seed: number): readonly Unordered[] =>
  fc.sample(scenarios, { seed, numRuns: 12 }).map(({ charts }, at) => ({
    name: `random ${at}`,
    documents: (charts['one']?.documents ?? []).map(sound),
  }));

function sound(document: Document): Document {
  const text = JSON.stringify(document)
    .replaceAll(/"plane\/\w+":"[^"]*",?/g, '')
    .replaceAll(/,?"finalizers":\[[^\]]*\]/g, '')
    .replaceAll('"Sometimes"', '"Never"')
    .replaceAll(/,?"activeDeadlineSeconds":\d+/g, '')
    .replaceAll(',}', '}');
  return JSON.parse(text);
}

/** Undefined where no order can be made, or an operation fails without more. */
export async function rehearsed(
  { name, documents, config }: Unordered,
  { version, wait }: Pick<Circumstances, 'version' | 'wait'>,
  bench: Bench,
): Promise<Rehearsed | undefined> {
  const { documents: served } = await prepare(documents, bench);
  const text = served.map((each) => JSON.stringify(once(each))).join('\n---\n');
  const circumstances = { version, wait, timeoutSeconds: timeoutWith(wait) };
  const rendered = (now: number) =>
    order(text, config, { needsConfig: config !== undefined, now: () => now, ...circumstances });
  const { plan } = rendered(NOW);
  if (plan === undefined) return undefined;
  const life = lifeOf(plan.placements, circumstances);
  if (Object.values(life).some(({ stop }) => stop !== undefined)) return undefined;
  const charts = Array.from({ length: REVISIONS }, (_, at) => {
    const { stream, plan: own } = rendered(NOW + at * PAUSE);
    if (stream === undefined || own === undefined) throw new Error(`${name} has no order`);
    return unmarked(documentsOf(Buffer.concat(editStream(stream, own)).toString('utf8'))).map((each) =>
      marked(each, at + 1),
    );
  });
  return {
    name: wait ? `${name} --wait` : name,
    circumstances,
    scene: makeScene(plan.placements, circumstances),
    life,
    mishaps: rehearse(plan.placements, circumstances, { names: { release: 'shop', chart: 'CHART' } }).mishaps,
    charts,
    given: givenFor(charts[0] ?? []),
    nameOf: ({ id, revision }) => id.name.replace(String(NOW), String(NOW + (revision.rendering - 1) * PAUSE)),
  };
}

/** How often a Job tries again, and how long it waits before, is no matter of Helm. */
const once = (document: Document): Document =>
  document.kind === 'Job'
    ? { ...document, spec: { ...document.spec, backoffLimit: 0 } as Document['spec'] & object }
    : document;

export const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** The workloads of each revision are others. */
function marked(document: Document, number: number): Document {
  if (!WORKLOADS.has(document.kind)) return document;
  const mark = { 'truth/v': String(number) };
  const { metadata, spec } = document;
  const template = spec?.template;
  return {
    ...document,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...mark } },
    spec: {
      ...spec,
      template: {
        ...template,
        metadata: { ...template?.metadata, annotations: { ...template?.metadata?.annotations, ...mark } },
      },
    },
  };
}
