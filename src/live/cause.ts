/** Why a step does not go on, as a value. Its page is in knowledge/causes, or that of the finding with which lint tells it beforehand. */
import type { CAUSE_TITLES } from '../knowledge/causes.generated.ts';
import type { Finding, FindingCode } from '../model/finding.ts';

export type CauseCode = keyof typeof CAUSE_TITLES;

/** A log that tells more: of a container, of its last run where `previous`. */
export interface LogRef {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

export const logKey = ({ namespace, pod, container, previous }: LogRef): string =>
  `${namespace}/${pod}/${container}${previous ? ' before' : ''}`;

/** An object of the cluster by kind and name. */
export interface Named {
  readonly kind: string;
  readonly name: string;
}

export interface Cause {
  readonly code: CauseCode;
  /** Of which object it is told: `Pod/migrate-x7k2p`. */
  readonly about: string;
  /** Of the release's own resources: which of them is not ready because of it. */
  readonly of?: string;
  /** A clause: `ServiceAccount/shop-migrator is missing`. */
  readonly text: string;
  /** What the cluster says of it, in its own words; absent where `text` has all of it. */
  readonly said?: string;
  /** One thing to do. */
  readonly fix?: string;
  /** Since when it is so, unix seconds. */
  readonly since?: number;
  readonly log?: LogRef;
  /** What is missing. */
  readonly missing?: Named;
  /** `over`: it has failed; `stuck`: it does not end by itself; `slow`: it may still. */
  readonly state: 'over' | 'stuck' | 'slow';
  /** What lint says of it, and what the order of the release has to do with it. */
  readonly because?: { readonly text: string; readonly code: FindingCode };
  /** The finding that told it beforehand. */
  readonly finding?: Finding;
}

/** What a rule of messages.ts or a look at a pod finds, before it is known of which object. */
export type Reading = Omit<Cause, 'about'>;
