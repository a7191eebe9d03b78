/**
 * Real charts on a real control plane: each stream, as it is and with configs that make hooks of its Jobs, through install, upgrade, rollback,
 * test and uninstall. What Helm does is what the simulator says and what `plan -o json` prints; where plan finds no error, Helm has none.
 *
 * By default the two small charts of docs/examples with their configs. HOOKORDER_STREAMS names a folder of streams; for testdata, its cases and all
 * of the examples.
 * `npm run truth -- --corpus [FOLDER]` sets it.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { stemOf } from '../../src/model/name-tail.ts';
import { editStream } from '../../src/pipeline.ts';
import type { JsonPlan } from '../../src/report/plan/json.ts';
import { COMMAND, TESTDATA } from '../support/files.ts';
import { NOW, order } from '../support/pipeline.ts';
import { type Bench, concurrently, openBench } from './bench.ts';
import { compare } from './compare.ts';
import { examplesWith, type Stream } from './examples.ts';
import { jsonTexts, seenBesides } from './plan-json.ts';
import type { Deed, Document } from './record.ts';
import { claimsOf, documentsOf, givenFor, prepare, unmarked } from './streams.ts';

const [VERSION = ''] = (process.env['HOOKORDER_HELM'] ?? '4.3.2').split(',');
const FOLDER = process.env['HOOKORDER_STREAMS'];
const TIMEOUT = 30;
const WIDTH = 4;

interface Variant {
  readonly name: string;
  readonly config?: string;
  /** What is installed, as it is; else the same. */
  readonly before?: readonly Document[];
  /** What the upgrade brings; else the same again. */
  readonly next?: (documents: readonly Document[]) => readonly Document[];
}

const entry = (settings: string): string =>
  `apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - { name: jobs, match: { kind: Job }, optional: true, ${settings} }\n`;
const VARIANTS: readonly Variant[] = [
  { name: 'as it is' },
  {
    name: 'its Jobs before the release, with copies',
    config: entry(
      'events: [pre-install, pre-upgrade], dependencies: copy, deletePolicy: [before-hook-creation, hook-succeeded]',
    ),
  },
  {
    name: 'its Jobs after the release, named by content and kept',
    config: entry('events: [post-install, post-upgrade, post-rollback], jobName: hash, deletePolicy: keep'),
  },
  { name: 'with another revision', next: changed },
];

/** Rendered a second time: names that end with a clock or something random end otherwise. */
function renewed(documents: readonly Document[]): readonly Document[] {
  const tails = documents.flatMap(({ kind, metadata: { name } }) => {
    const stem = kind === 'Job' ? stemOf(name) : undefined;
    return stem === undefined ? [] : [name.slice(stem.length)];
  });
  if (tails.length === 0) return documents;
  const other = (tail: string): string => tail.replace(/.$/, (last) => (last === '1' ? '2' : '1'));
  return JSON.parse(
    tails.reduce((text, tail) => text.replaceAll(`${tail}"`, `${other(tail)}"`), JSON.stringify(documents)),
  );
}

/** Other images, and a third of the objects gone. */
function changed(documents: readonly Document[]): readonly Document[] {
  const text = JSON.stringify(documents.filter((_, at) => at % 3 !== 1));
  return JSON.parse(text.replaceAll(/"image":"([^"]*)"/g, '"image":"$1-2"'));
}

test(`real charts go through Helm ${VERSION} as the simulator and plan say`, async (t) => {
  const bench = await openBench();
  if (bench === undefined) return t.skip('NO GO HERE: nothing was held against a real control plane');
  const work = mkdtempSync(join(tmpdir(), 'hookorder streams '));
  try {
    const found = await concurrently(streamsOf(), WIDTH, async (stream) => {
      const { documents, leftOut } = await prepare(documentsOf(stream.text), bench);
      t.diagnostic(
        `${stream.name}: ${documents.length} objects${leftOut.length === 0 ? '' : `; left out: ${leftOut.join('; ')}`}`,
      );
      const before = stream.before && (await prepare(documentsOf(stream.before), bench)).documents;
      const own: readonly Variant[] =
        stream.config === undefined
          ? []
          : [{ name: 'with its config', config: stream.config, ...(before && { before }) }];
      const answers: Answer[] = [];
      // One after the other: they share what belongs to the whole cluster.
      for (const variant of [...own, ...(FOLDER === undefined ? [] : VARIANTS)]) {
        const answer = await hold(variant, documents, { bench, work });
        const about = `${stream.name}, ${variant.name}: ${answer.about}`;
        t.diagnostic(about);
        // A whole folder takes a while.
        if (FOLDER !== undefined) console.error([about, ...answer.differences].join('\n  '));
        answers.push({ ...answer, about });
      }
      return answers;
    });
    const all = found.flat();
    t.diagnostic(`${sum(all)} operations of ${all.length} charts with Helm ${VERSION}`);
    const wrong = all.filter(({ differences }) => differences.length > 0);
    assert.equal(
      wrong.length,
      0,
      wrong.map(({ about, differences }) => `${about}\n${differences.join('\n')}`).join('\n\n'),
    );
  } finally {
    rmSync(work, { recursive: true });
    await bench.close();
  }
});

interface Answer {
  readonly about: string;
  readonly operations: number;
  readonly differences: readonly string[];
}

const sum = (answers: readonly Answer[]): number => answers.reduce((total, { operations }) => total + operations, 0);

const RUN: readonly Deed[] = [
  { helm: 'install', chart: 'one' },
  { helm: 'upgrade', chart: 'two' },
  { helm: 'rollback' },
  { helm: 'test' },
  { helm: 'uninstall' },
].map((deed) => ({ ...deed, timeout: TIMEOUT }) as Deed);

async function hold(
  { name, config, before, next }: Variant,
  documents: readonly Document[],
  { bench, work }: { readonly bench: Bench; readonly work: string },
): Promise<Answer> {
  const one = before === undefined ? renderedOf(documents, config) : unmarked(before);
  const again = renewed(documents);
  // A minute later, so that names which end with the clock end otherwise.
  const later = renderedOf(next?.(again) ?? again, config, NOW + 60);
  const two = isDeepStrictEqual(one, later) ? one : later;
  if (one === undefined || two === undefined) return { about: 'no order', operations: 0, differences: [] };
  const all = [...one, ...two];
  const watch = claimsOf(all);
  const given = givenFor(all).map((apply): Deed => ({ apply }));
  const scenario = {
    charts: { one: { documents: one }, two: { documents: two } },
    run: [...given, ...RUN],
    watch: [...new Set(watch)],
    patient: true,
  } as const;
  const seen = await bench.run(scenario, VERSION);
  const compared = compare(scenario, seen, VERSION);
  const { plan, status } = await planOf(documents, config, { work, name });
  const differences = compared.flatMap(({ do: title, said, seen: saw }, at) => {
    const found = isDeepStrictEqual(said, saw)
      ? []
      : [`${title}: said ${JSON.stringify(said)}`, `  seen ${JSON.stringify(saw)}`];
    // A plan is of the release that comes, from one like it.
    const isPlanned = one === two || (at === 0 && before === undefined);
    if (!isPlanned || !saw.isOk) return found;
    const printed = jsonTexts(plan, RUN[at]?.helm ?? '', one);
    const did = seenBesides(saw.steps, one);
    // A plan has a test and an uninstall after an upgrade, not after a rollback.
    const isSameStart = at < 3 || isDeepStrictEqual(printed, seenBesides(said.steps, one));
    const isPrinted = !isSameStart || isDeepStrictEqual(printed, did);
    return isPrinted
      ? found
      : [...found, `${title}: plan -o json ${JSON.stringify(printed)}`, `  seen ${JSON.stringify(did)}`];
  });
  const failed = compared.slice(0, next === undefined ? 2 : 1).filter((each) => !each.seen.isOk);
  const broken = status === 0 ? failed.map((each) => `${each.do} failed, and plan found no error`) : [];
  const errors = seen.flatMap(({ do: title, error }) => (error === undefined ? [] : [`${title}: ${error}`]));
  return {
    about: `plan ${status}; ${errors.length === 0 ? 'all went well' : errors.join('; ')}`,
    operations: seen.length,
    differences: [...differences, ...broken],
  };
}

/** What leaves hookorder, also where it found errors; undefined where there is no order. */
function renderedOf(
  documents: readonly Document[],
  config: string | undefined,
  now = NOW,
): readonly Document[] | undefined {
  const { stream, plan } = order(textOf(documents), config, { needsConfig: config !== undefined, now: () => now });
  return stream && plan && unmarked(documentsOf(Buffer.concat(editStream(stream, plan)).toString('utf8')));
}

const textOf = (documents: readonly Document[]): string =>
  documents.map((each) => JSON.stringify(each)).join('\n---\n');

async function planOf(
  documents: readonly Document[],
  config: string | undefined,
  { work, name }: { readonly work: string; readonly name: string },
): Promise<{ readonly plan: JsonPlan; readonly status: number | null }> {
  const file = join(mkdtempSync(join(work, name.replaceAll(/\W/g, '-'))), 'hookorder.yaml');
  if (config !== undefined) writeFileSync(file, config);
  const args = [
    'plan',
    '-o',
    'json',
    `--now=${NOW}`,
    '--helm',
    VERSION,
    `--timeout=${TIMEOUT}s`,
    ...(config === undefined ? ['--no-config'] : ['-c', file]),
  ];
  const child = spawn(COMMAND[0], [...COMMAND.slice(1), ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  child.stdin.end(textOf(documents));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { plan: JSON.parse(text), status };
}

/** Those that take seconds. */
const SMALL = ['atlas-migration', 'ordered-release'];

function streamsOf(): readonly Stream[] {
  if (FOLDER === undefined) return examplesWith(VERSION).filter(({ name }) => SMALL.includes(name));
  if (FOLDER === TESTDATA) return [...examplesWith(VERSION), ...cases()];
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));
  return files.map((file) => ({ name: file.replace(/\.yaml$/, ''), text: readFileSync(join(FOLDER, file), 'utf8') }));
}

const cases = (): readonly Stream[] =>
  readdirSync(join(TESTDATA, 'cases')).flatMap((name) => {
    const read = (file: string) => readFileSync(join(TESTDATA, 'cases', name, file), 'utf8');
    if (!existsSync(join(TESTDATA, 'cases', name, 'config.yaml'))) return [];
    return [{ name, text: read('in.yaml'), config: read('config.yaml') }];
  });
