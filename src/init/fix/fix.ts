/**
 * `init --fix`: the smallest config that cures the errors and warnings of a release, or what the config that it is given lacks for that.
 *
 * Invariant: with the config that comes out, lint finds nothing that it did not find before, with `--wait` and without; `render` refuses nothing;
 * and each operation runs the Jobs that it ran before. What no entry cures without harm is told in `left`.
 */
import { decodeConfig } from '../../config/load.ts';
import { PLAIN_BYTES } from '../../model/bytes.ts';
import { type Finding, isUnusable } from '../../model/finding.ts';
import type { Plan } from '../../model/plan.ts';
import type { Target } from '../../model/target.ts';
import { orderRelease, type PipelineInput } from '../../pipeline.ts';
import { Release } from '../../release/release.ts';
import { releaseNamesOf } from '../names.ts';
import type { Rendered } from '../render.ts';
import { subjectsOf } from '../subject.ts';
import { Court, type Look } from './court.ts';
import type { Entry, Frame } from './entries.ts';
import { search } from './search.ts';
import { bareConfig, type Given } from './text.ts';

export interface Fixed {
  /** In the order in which they were found. */
  readonly entries: readonly Entry[];
  /** What lint found and does not find any more. */
  readonly cured: readonly Finding[];
  /** What it still finds. */
  readonly left: readonly Finding[];
  /** Of the release with the config, by render. */
  readonly plans: readonly Plan[];
  readonly target: Target;
  readonly chart?: string;
}

export interface FixOptions {
  /** For all operations, or the stream for install and that for upgrade; with the circumstances, without a config. */
  readonly inputs: readonly PipelineInput[];
  readonly given?: Given;
  readonly isWanted?: (finding: Finding) => boolean;
}

/** Findings: why there is nothing to judge, or why the given config makes no order. */
export function fix({ inputs: asked, given, isWanted = () => true }: FixOptions): Fixed | readonly Finding[] {
  const inputs = deployed(asked, given);
  const [input] = inputs;
  if (input === undefined) return [];
  const court = new Court(inputs);
  const blank = court.look(undefined);
  const start = given === undefined ? blank : court.look(bareConfig(given, []));
  const unusable = start.faults.map(({ finding }) => finding).filter(isUnusable);
  if (!start.isOrdered || unusable.length > 0)
    return unusable.length > 0 ? unusable : start.faults.map(({ finding }) => finding);
  const renders = rendersOf(blank, inputs);
  const frame: Frame = {
    names: releaseNamesOf(renders.flatMap(({ resources }) => resources)),
    renders,
    subjects: subjectsOf(renders),
    given: given?.hooks ?? [],
  };
  const { entries, look } = search(start, {
    court,
    frame,
    circumstances: input,
    configOf: (some) => bareConfig(given, some),
    isWanted,
  });
  const remaining = countKeys(look);
  const cured = start.faults.filter(({ key }) => {
    const count = remaining.get(key) ?? 0;
    remaining.set(key, count - 1);
    return count <= 0;
  });
  return {
    entries: entries.map((entry) => ({ ...entry, cures: toldOf(entry.cures, start) })),
    cured: onceEach(cured.map(({ finding }) => finding)),
    left: onceEach(look.faults.map(({ finding }) => finding)),
    plans: look.plans.flatMap((plan) => plan ?? []),
    target: input.target ?? 'helm',
    ...(frame.names.chart !== undefined && { chart: frame.names.chart }),
  };
}

/** Deployed as the given config says, where the user says nothing else. Argo CD has one stream for all that it does. */
function deployed(inputs: readonly PipelineInput[], given: Given | undefined): readonly PipelineInput[] {
  const [first] = inputs;
  if (first === undefined) return [];
  const documents = given && decodeConfig(PLAIN_BYTES.encode(bareConfig(given, [])), 'hookorder.yaml');
  const { circumstances } = orderRelease({
    ...first,
    findConfig: () => (documents === undefined || 'code' in documents ? undefined : documents),
    needsConfig: false,
    severity: 'error',
  });
  const { target = 'helm', version, wait, timeoutSeconds } = circumstances;
  const said = { target, version, wait, timeoutSeconds };
  const all = inputs.map((input) => ({ ...input, ...said, said }));
  if (target !== 'argocd') return all;
  return all.slice(0, 1).map(({ operations: _, ...input }) => input);
}

/** Findings that only a step of the search had are no reason that people would know, unless there is no other. */
function toldOf(cures: readonly Finding[], { faults }: Look): readonly Finding[] {
  const known = new Set(faults.map(({ finding }) => finding.message));
  const own = cures.filter(({ message }) => known.has(message));
  return own.length > 0 ? own : cures;
}

function countKeys({ faults }: Look): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { key } of faults) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** What both renders have is told once. */
function onceEach(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, message }) => {
    const key = `${code} ${message}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** The renders as the charts made them: what matchers are held against. */
const rendersOf = ({ plans }: Look, inputs: readonly PipelineInput[]): readonly Rendered[] =>
  plans.map((plan, at) => {
    const placements = plan?.placements ?? [];
    return {
      ...(inputs.length > 1 && { operation: at === 0 ? ('install' as const) : ('upgrade' as const) }),
      placements,
      resources: placements.map(({ resource }) => resource),
      release: new Release(placements, inputs[at] ?? { timeoutSeconds: 0, wait: false }),
    };
  });
