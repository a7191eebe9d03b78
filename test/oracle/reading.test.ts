/**
 * What hookorder reads is what Helm reads, and what it writes is what Helm reads afterwards: held against Helm's own libraries (go/) on
 * generated and mutated streams. `HOOKORDER_RUNS=100` looks at a hundred times as many; `HOOKORDER_SEED` begins where a failure was.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { TESTDATA } from '../support/files.ts';
import { compareHeads, compareRendered, readHere, renderHere } from './compare.ts';
import { askHelm, buildReader, type HelmAnswer } from './helm.ts';
import { makeStream, Random } from './streams.ts';

const BATCH = 2000;
const BATCHES = Math.max(1, Math.round(Number(process.env['HOOKORDER_RUNS'] ?? 1)));
const SEED = Number(process.env['HOOKORDER_SEED'] ?? Date.now() % 1_000_000_000);

/** Documents of the golden cases, and of $HOOKORDER_CORPUS where it is given. */
const SAMPLES = [join(TESTDATA, 'cases'), process.env['HOOKORDER_CORPUS'] ?? '']
  .filter((folder) => folder !== '')
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('config.yaml'))
  .flatMap((file) => readFileSync(file, 'utf8').split(/^---.*\n/m))
  // A config leaves the stream, and a List is unfolded.
  .filter((text) => text.length > 60 && text.length < 8000 && !/HookOrder|List\b/.test(text));

const HEAD =
  'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - name: h\n    optional: true\n    match: { kind: Job }\n';
const HOOKED = `${HEAD}    events: [pre-install]\n    adopt: true\n`;
const CONFIGS = [
  HOOKED,
  `${HOOKED}    weight: 7\n    deletePolicy: [hook-succeeded]\n    outputLogPolicy: [hook-failed]\n    job: { backoffLimit: 2, activeDeadlineSeconds: 9 }\n`,
  `${HEAD}    hook: false\n`,
  `${HOOKED}    jobName: timestamp\n`,
  `${HOOKED}    patch: [{ op: add, path: /metadata/labels, value: { app: x } }, { op: replace, path: /metadata/name, value: patched }]\n`,
];

interface Fault {
  readonly seed: number;
  readonly stream: string;
  readonly config?: string;
  readonly what: string;
}

/** Counts show that the search is not vacuous. */
const seen = {
  streams: 0,
  read: 0,
  refusedByHelm: 0,
  refusedHere: 0,
  rendered: 0,
  edited: 0,
  codes: new Map<string, number>(),
};

function search(reader: string, streams: readonly string[], seed: number): Fault[] {
  const answers = askHelm(reader, streams);
  const faults: Fault[] = [];
  const outputs: {
    readonly index: number;
    readonly config: string;
    readonly rendered: Exclude<ReturnType<typeof renderHere>, readonly string[]>;
  }[] = [];
  for (const [index, stream] of streams.entries()) {
    const note = (what: string, config?: string): unknown =>
      faults.push({ seed: seed + index, stream, what, ...(config !== undefined && { config }) });
    const answer = answers[index] as HelmAnswer;
    const release = readHere(stream);
    seen.streams++;
    if (release === undefined) seen.refusedHere++;
    if ('error' in answer) seen.refusedByHelm++;
    else if (release !== undefined) {
      seen.read++;
      const difference = compareHeads(release, answer.documents);
      if (difference !== undefined) note(difference);
    }
    const config = CONFIGS[(seed + index) % CONFIGS.length] as string;
    try {
      const rendered = renderHere(stream, config);
      if ('text' in rendered) outputs.push({ index, config, rendered });
      else for (const code of rendered) seen.codes.set(code, (seen.codes.get(code) ?? 0) + 1);
    } catch (error) {
      note(`thrown: ${error instanceof Error ? error.stack : error}`, config);
    }
  }
  const after = askHelm(
    reader,
    outputs.map(({ rendered }) => rendered.text),
  );
  for (const [at, { index, config, rendered }] of outputs.entries()) {
    seen.rendered++;
    if (rendered.plan.patches.some(({ operations }) => operations.length > 0)) seen.edited++;
    const what = compareRendered(answers[index] as HelmAnswer, rendered, after[at] as HelmAnswer);
    if (what !== undefined)
      faults.push({ seed: seed + index, stream: streams[index] as string, config, what: `${what}\n${rendered.text}` });
  }
  return faults;
}

/** What earlier searches found. Each is rendered with every config. */
const FOUND: readonly string[] = [
  ' # \u2029{apiVersion: v1, kind: Job, metadata: {name: m, annotations: {helm.sh/hook: test}}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\n',
  "apiVersion: batch/v1\n<<: {metadata: {name: r, annotations: {helm.sh/hook: test}}}\nmetadata:\n  name: 5\n  annotations: {helm.sh/hook-weight: 010, postrenderer.helm.sh/postrender-filename: 'shop/templates/x.yaml'}\n  annotation\u017f:\nspec:\n  <<: {backoffLimit: 2, parallelism: 1}\n  backoffLimit: 6\n  template:\n    spec: {restartPolicy: Never}\nkind: Job\n",
  '---\n# \u2028--- # c\n{apiVersion: v1, kind: Job, metadata: {name: shop-migrate, annotations: ~}, spec: {backoffLimit: 010, template: {spec: {restartPolicy: Never}}}}\n',
  '# \ufeff\r\n\r\napiVersion: batch/v1\r\nkind: Job\r\nmetadata:\r\n  name: m\r\n  annotation\u017f: {helm.sh/hook: test}\r\ndata:\r\n  k: "quoted"\r\n  t: |\r\n    one\r\n    two\r\n--- # c\nx: &l {a: b}\napiVersion: v1 # c\nkind: Job\nmetadata:\n  name: y\n  annotations:\n    # c\n    "helm.sh\\u002fhook":\n    postrenderer.helm.sh/postrender-filename: \'shop/templates/x.yaml\'\n',
  'kind: "Job" # c\napiVersion: batch/v1\nx: &l {helm.sh/hook: bogus, note: "n"}\nmetadata:\n  name: m\n  <<: [*l, {a: c}] # c\n  annotations:\n      "helm.sh/hook": Pre-Install\n  Annotations: {helm.sh/hook: test} # \rmetadata:\n',
  'apiVersion: "v1"\nkind: Job\nmetadata:\n  name: y\n  annotations:\n      postrenderer.helm.sh/postrender-filename: \'shop/templates/x.yaml\'\nspec:\n  backoffLimit: 6 # c\n  template: {spec: {restartPolicy: Never}}\n\n  <<: {backoffLimit: 2, parallelism: 1}\n---\n\n\ufeffapiVersion: "v1"\nkind: "Job"\nmetadata:\n  name: m\n  namespace: n\n  annotations: {a: b}\nspec:\n  backoffLimit: "3"\n  template:\n    spec: {restartPolicy: Never}\ndata:\n  k: a:b\n  t: |\n    one\n    two\n',
  '---\n \u2029---\n# Source: not/this.yaml\nx: &l {name: merged, annotations: {helm.sh/hook: test}}\napiVersion: "v1"\nkind: ConfigMap\nmetadata: {annotations: {helm.sh/hook-weight: "5",\n    helm.sh/hook-delete-policy: before-hook-creation,hook-failed,\n    postrenderer.helm.sh/postrender-filename: \'shop/templates/x.yaml\'},\n    name: shop-migrate}\n',
  '---\napiVersion: v1\nkind: Pod\nmetadata: {labels: {a: b}, name: "m"}\nmetadata: ~\nmetadata: ~\n\nmetadata: ~\n',
  '\u00a0apiVersion: "v1" # \t<<: {a: b}\nkind: Pod\nmetadata: {name: "m", namespace: ns, annotations: {helm.sh/hook-weight: "5", note: yEs}}\n<<: {a: b}\nspec: {backoffLimit: "3", template: {spec: {restartPolicy: Never}}}\ndata: {k: -x, t: "one\\ntwo\\n"}',
  '\u00a0apiVersion: v1\nkind: Job\nmetadata:\n  name: m\n  annotations:\n    helm.sh/hook-weight: 1_0\nspec:\n  backoffLimit: "3"\n  template: {spec: {restartPolicy: Never}}\ndata: {k: "a\\nb",\n    t: "one\\ntwo\\n"}\n',
];

const reader = buildReader();

test('what hookorder reads and writes is what Helm reads', {
  skip: reader === undefined && 'NO GO ON THIS MACHINE: hookorder is NOT held against the libraries of Helm',
}, () => {
  const faults: Fault[] = [];
  for (let batch = 0; batch < BATCHES && faults.length < 20; batch++) {
    const seed = SEED + batch * BATCH;
    const streams = Array.from({ length: BATCH }, (_, index) => makeStream(new Random(seed + index), SAMPLES));
    faults.push(...search(reader as string, streams, seed));
  }
  const counts = { ...seen, codes: Object.fromEntries(seen.codes) };
  console.log(`seed ${SEED}: ${JSON.stringify(counts)}`);
  const told = faults
    .slice(0, 20)
    .map(
      ({ seed, stream, config, what }) =>
        `seed ${seed}: ${what}\n${JSON.stringify(stream)}\n${stream}\n${config ?? ''}`,
    );
  assert.equal(faults.length, 0, told.join('\n=====\n'));
  assert.ok(seen.read > seen.streams / 3 && seen.edited > seen.streams / 8, JSON.stringify(counts));
});
test('what was found once stays right', { skip: reader === undefined && 'NO GO ON THIS MACHINE' }, () => {
  const faults = CONFIGS.flatMap((_, config) => search(reader as string, FOUND, config));
  assert.deepEqual(faults, []);
});
if (reader === undefined) console.error('NO GO ON THIS MACHINE: hookorder is NOT held against the libraries of Helm');
