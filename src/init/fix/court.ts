/**
 * What a config does to a release, in all that may be held against it: what lint finds, what `render` refuses, which Jobs run in which operation.
 *
 * Invariant by which `--fix` judges: a config that is accepted makes nothing of this worse, under the circumstances that the user names and with
 * `--wait` the other way round.
 */
import { decodeConfig } from '../../config/load.ts';
import { argocd } from '../../engines/argocd/simulate.ts';
import type { Engine } from '../../engines/engine.ts';
import { helm } from '../../engines/helm/simulate.ts';
import { PLAIN_BYTES } from '../../model/bytes.ts';
import type { Finding, Severity } from '../../model/finding.ts';
import { isAwaited } from '../../model/helm.ts';
import type { Plan } from '../../model/plan.ts';
import { type Outcome, orderRelease, type PipelineInput, readStreamOnce } from '../../pipeline.ts';

export interface Fault {
  readonly finding: Finding;
  /** The number of the render. */
  readonly at: number;
  /** Equal for what is the same fault under another config. */
  readonly key: string;
}

export interface Look {
  /** By render; undefined where the config makes no order. */
  readonly plans: readonly (Plan | undefined)[];
  /** Errors and warnings as lint has them, errors first. */
  readonly faults: readonly Fault[];
  /** Of what lint and `render` say, how bad it is, by key. */
  readonly weights: Weights;
  /** Of what lint says where `--wait` is the other way round, and of what `render` refuses; found when it is first asked for. */
  readonly otherWeights: () => Weights;
  /** By render and operation, the Jobs and Pods that run, by their place in the stream. */
  readonly runs: ReadonlySet<string>;
  readonly isOrdered: boolean;
}

type Weights = ReadonlyMap<string, number>;
const BADNESS: Readonly<Record<Severity, number>> = { error: 1_000, warning: 1, info: 0 };
const ENGINES = { helm: helm as Engine, argocd: argocd as Engine };

export class Court {
  private readonly inputs: readonly PipelineInput[];
  private readonly contents: readonly ReturnType<typeof readStreamOnce>[];

  /** One stream for all operations, or that for install and that for upgrade. */
  constructor(inputs: readonly PipelineInput[]) {
    this.inputs = inputs;
    this.contents = inputs.map(readStreamOnce);
  }

  /** `config` undefined: what the charts bring. */
  look(config: string | undefined): Look {
    const outcomes = this.orderAll(config);
    const faults = outcomes.flatMap(({ findings }, at) =>
      findings.flatMap((finding) => (finding.severity === 'info' ? [] : [{ finding, at, key: keyOf(finding, at) }])),
    );
    faults.sort((a, b) => BADNESS[b.finding.severity] - BADNESS[a.finding.severity]);
    const plans = outcomes.map(({ plan }) => plan);
    let others: Weights | undefined;
    const otherWeights = (): Weights => {
      others ??= this.weighOthers(config);
      return others;
    };
    return {
      plans,
      faults,
      weights: weigh(outcomes, 'all', 'refused'),
      otherWeights,
      runs: new Set(plans.flatMap((plan, at) => (plan ? runsIn(plan, at, this.inputs[at] as PipelineInput) : []))),
      isOrdered: plans.every((plan) => plan !== undefined),
    };
  }

  /** `render` knows neither the operation that a stream is for nor what is installed. Argo CD always waits. */
  private weighOthers(config: string | undefined): Weights {
    const isArgo = this.inputs[0]?.target === 'argocd';
    const waiting = isArgo ? [] : this.orderAll(config, ({ wait, said }) => ({ said: { ...said, wait: !wait } }));
    const rendered = this.inputs.some(({ operations }) => operations !== undefined)
      ? this.inputs.map(({ operations: _, previous: __, isPreviousKnown: ___, ...input }, at) =>
          this.order(at, input, config),
        )
      : [];
    return new Map([
      ...weigh(waiting, 'all'),
      ...[...weigh(rendered, 'refused')].map(([key, weight]) => [`as rendered ${key}`, weight] as const),
    ]);
  }

  private orderAll(
    config: string | undefined,
    change: (input: PipelineInput) => Partial<PipelineInput> = () => ({}),
  ): readonly Outcome[] {
    const outcomes: Outcome[] = [];
    for (const [at, own] of this.inputs.entries()) {
      // An upgrade comes after an install with the same config.
      const before = at > 0 && !own.isPreviousKnown ? outcomes[0]?.plan?.placements : undefined;
      const input = { ...own, ...change(own), ...(before && { previous: before }) };
      outcomes.push(this.order(at, input, config));
    }
    return outcomes;
  }

  private order(at: number, input: PipelineInput, config: string | undefined): Outcome {
    const documents = config === undefined ? [] : decodeConfig(PLAIN_BYTES.encode(config), 'hookorder.yaml');
    const findConfig = () => (config === undefined ? undefined : 'code' in documents ? [documents] : documents);
    return orderRelease(
      { ...input, scope: 'all', severity: 'warning', findConfig, needsConfig: false },
      this.contents[at],
    );
  }
}

/** Names change with a config, places in the stream do not. */
const keyOf = ({ code, resource, message }: Finding, at: number): string =>
  `${at} ${code} ${resource?.document.index ?? message}`;

/**
 * How bad all of it is, by key. What `render` refuses counts by itself: a chart's own error becomes one when an entry
 * claims its resource. What hangs with the other `--wait` anyway is no worse for that.
 */
function weigh(outcomes: readonly Outcome[], ...what: readonly ('all' | 'refused')[]): Weights {
  const weights = new Map<string, number>();
  const add = (key: string, severity: Severity): void => {
    if (severity !== 'info') weights.set(key, (weights.get(key) ?? 0) + BADNESS[severity]);
  };
  for (const [at, { plan, findings }] of outcomes.entries()) {
    const claimed = new Set(plan?.placements.flatMap(({ rule, resource }) => (rule ? resource.document.index : [])));
    for (const finding of findings) {
      const { severity, resource, config } = finding;
      if (what.includes('all')) add(keyOf(finding, at), severity);
      const isAnswerable = config !== undefined || (resource !== undefined && claimed.has(resource.document.index));
      if (what.includes('refused') && severity === 'error' && isAnswerable)
        add(`refused ${keyOf(finding, at)}`, severity);
    }
  }
  return weights;
}

/** What is worse than it was, by key. */
export function worseThan(look: Look, before: Look): readonly string[] {
  const own = [
    ...rising(look.weights, before.weights),
    ...[...before.runs].filter((run) => look.isOrdered && !look.runs.has(run)),
  ];
  return own.length > 0 ? own : rising(look.otherWeights(), before.otherWeights());
}

const rising = (weights: Weights, before: Weights): readonly string[] =>
  [...weights].filter(([key, weight]) => weight > (before.get(key) ?? 0)).map(([key]) => key);

/** Gone, less grave, or no longer for the reason that it names: what is behind that comes up next. */
export const isCured = ({ key, finding: { message } }: Fault, look: Look, before: Look): boolean =>
  look.isOrdered &&
  ((look.weights.get(key) ?? 0) < (before.weights.get(key) ?? 0) ||
    !look.faults.some(({ key: other, finding }) => other === key && finding.message === message));

/** A plain Job whose name follows its content runs wherever it has work. */
function runsIn({ placements }: Plan, at: number, input: PipelineInput): readonly string[] {
  const engine = ENGINES[input.target ?? 'helm'];
  const operations = engine.operations.filter((name) => input.operations?.includes(name as never) ?? true);
  const byContent = placements.filter(
    ({ rule, hook, resource }) => hook === undefined && resource.kind === 'Job' && rule?.jobName.suffix === 'hash',
  );
  return operations.flatMap((operation) => {
    const steps = engine.simulate(placements, operation, input).steps;
    const run = steps.flatMap(({ do: what, because, subject: { placement } }) =>
      (what === 'create' || what === 'replace') && because !== 'unchanged' && placement ? [placement] : [],
    );
    const always = operation === 'upgrade' || operation === 'install' || /sync/.test(operation) ? byContent : [];
    return [...run, ...always]
      .filter(({ resource, copyFor }) => isAwaited(resource.kind) && copyFor === undefined)
      .map(({ resource }) => `runs ${at} ${operation} ${resource.document.index}`);
  });
}
