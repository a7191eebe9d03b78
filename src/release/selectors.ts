/**
 * Label selectors of the release: which of them select a pod with certain labels.
 *
 * In: labels. Out: selectors with their owners, in the order of the stream. An empty selector selects nothing here: who writes one means
 * all pods of a namespace.
 */
import { isObject, type Json, type JsonObject, listOf, valueAt } from '../model/json.ts';
import { podSpecPath } from '../model/kubernetes.ts';
import { addTo } from '../model/maps.ts';
import type { Placement } from '../model/plan.ts';
import { itemsOf } from './references.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Selector {
  readonly owner: Placement;
  readonly labels: Labels;
  readonly expressions: readonly Expression[];
}

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** Where a pod's labels stand in what makes it: `['spec', 'template', 'metadata', 'labels']`. */
export const podLabelsPath = (kind: string): readonly string[] | undefined => {
  const path = podSpecPath(kind);
  return path && [...path.slice(0, -1), 'metadata', 'labels'];
};

/** The labels that the pods of a resource have, with those that the Job controller adds. */
export function podLabelsOf(placement: Placement): Labels {
  const { kind } = placement.resource;
  const path = podLabelsPath(kind);
  const own = readLabels(path && valueAt(placement.value(), path));
  if (kind !== 'Job' && kind !== 'CronJob') return own;
  const ofJob = Object.fromEntries(JOB_LABELS.map((key) => [key, key.endsWith('job-name') ? placement.name : UNIQUE]));
  return { ...own, ...ofJob };
}

/** The Job controller adds these to its pods [kubernetes pkg/apis/batch/types.go]. */
const JOB_LABELS = ['job-name', 'batch.kubernetes.io/job-name', 'controller-uid', 'batch.kubernetes.io/controller-uid'];
/** Stands for a uid, which no selector of a chart has. */
const UNIQUE = '\0';

export function readLabels(value: Json | undefined): Labels {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]) => (typeof text === 'object' ? [] : [[key, String(text)]])),
  );
}

/** `{matchLabels, matchExpressions}`; undefined for one that is empty or no selector. */
export function readSelector(owner: Placement, value: Json | undefined): Selector | undefined {
  if (!isObject(value)) return undefined;
  const labels = readLabels(value['matchLabels']);
  const expressions = itemsOf(value['matchExpressions']).map(([, expression]) => readExpression(expression));
  return Object.keys(labels).length + expressions.length === 0 ? undefined : { owner, labels, expressions };
}

const readExpression = (expression: JsonObject): Expression => ({
  key: String(expression['key']),
  operator: String(expression['operator']),
  values: listOf(expression['values']).map(String),
});

/** `{key: value}`, the form of Services and replication controllers. */
export function readPlainSelector(owner: Placement, value: Json | undefined): Selector | undefined {
  const labels = readLabels(value);
  return Object.keys(labels).length === 0 ? undefined : { owner, labels, expressions: [] };
}

export const selects = ({ labels, expressions }: Pick<Selector, 'labels' | 'expressions'>, pod: Labels): boolean =>
  Object.entries(labels).every(([key, value]) => pod[key] === value) &&
  expressions.every((expression) => holds(expression, pod));

function holds({ key, operator, values }: Expression, pod: Labels): boolean {
  const own = Object.hasOwn(pod, key) ? pod[key] : undefined;
  switch (operator) {
    case 'In':
      return own !== undefined && values.includes(own);
    case 'NotIn':
      return own === undefined || !values.includes(own);
    case 'Exists':
      return own !== undefined;
    case 'DoesNotExist':
      return own === undefined;
    default:
      return false;
  }
}

/** The labels of which a pod must have one value or any: to change one is to get out of the selector. */
export const keysOf = ({ labels, expressions }: Selector): readonly string[] => [
  ...Object.keys(labels),
  ...expressions.filter(({ operator }) => operator === 'In').map(({ key }) => key),
];

/** Selectors by one of their labels: for a pod, only the selectors of its labels are tried. */
export class SelectorIndex {
  readonly #byLabel = new Map<string, Selector[]>();
  readonly #others: Selector[] = [];
  readonly #order = new Map<Selector, number>();

  constructor(selectors: readonly Selector[]) {
    for (const [at, selector] of selectors.entries()) {
      this.#order.set(selector, at);
      const [first] = Object.entries(selector.labels);
      if (first === undefined) this.#others.push(selector);
      else addTo(this.#byLabel, first.join('='), selector);
    }
  }

  /** Those that select a pod with these labels. */
  find(pod: Labels): readonly Selector[] {
    const candidates = Object.entries(pod).flatMap((label) => this.#byLabel.get(label.join('=')) ?? []);
    return [...candidates, ...this.#others]
      .filter((selector) => selects(selector, pod))
      .sort((a, b) => (this.#order.get(a) ?? 0) - (this.#order.get(b) ?? 0));
  }
}
