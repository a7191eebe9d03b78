/** An entry of the config that init proposes, while it is being made. */
import type { MatcherShape } from '../config/shape.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import type { DeletePolicy, Event } from '../model/helm.ts';
import type { Operation } from '../model/json.ts';
import type { Resource } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';
import type { Purpose } from '../purpose/purpose.ts';
import type { RenderedFor } from './render.ts';
import type { Subject } from './subject.ts';

export interface Draft {
  readonly name: string;
  readonly subject: Subject;
  /** That of the subject. */
  readonly placement: Placement;
  readonly matcher: MatcherShape;
  readonly purpose?: Purpose;
  /** The chart itself makes it a hook. */
  readonly ofChart: boolean;
  /** Absent: as the chart has them. */
  events?: readonly Event[];
  /** `hook: false`. */
  plain: boolean;
  /** `drop: true`: of two documents of one name, this one goes. */
  readonly drop?: boolean;
  /** Matching nothing is fine: another render may not have it. */
  optional: boolean;
  /** Names of drafts. */
  after: readonly string[];
  weight?: number;
  /** Absent: the default of the proposal. */
  deletePolicy?: readonly DeletePolicy[] | 'keep';
  jobName?: 'hash';
  job: { activeDeadlineSeconds?: number; backoffLimit?: number; ttlSecondsAfterFinished?: number };
  /** Seconds: a deadline that people may want and that init does not set, because it would kill work that takes longer. */
  possibleDeadline?: number;
  dependencies?: 'copy';
  patch?: readonly Operation[];
  /** Warnings that come with what the entry means to do, each with the reason why that is right. */
  readonly ignores: Map<FindingCode, string>;
  /** Sentences that say why, each about one topic, without the final period. A later reason of a topic takes the earlier one's place. */
  readonly notes: Map<Topic, string>;
  /** Why it stands in the proposal as a comment only. */
  disabled?: string;
  /** The remedies that were tried, each once. */
  readonly tried: Set<string>;
}

export type Topic = 'what' | 'events' | 'less' | 'render' | 'after' | 'name' | 'copy' | 'policy' | 'settings';

export interface Undecided {
  readonly resource: Resource;
  /** A clause with the resource as its subject. */
  readonly why: string;
}

export interface Proposal {
  /** By render, the number of its documents. */
  readonly documents: readonly { readonly count: number; readonly operation?: RenderedFor }[];
  readonly timeoutSeconds: number;
  readonly chart?: string;
  readonly drafts: readonly Draft[];
  /** Plain Jobs and Pods that the config leaves as they are, whether their purpose is clear or not. */
  readonly undecided: readonly Undecided[];
  /** Jobs and Pods that the chart makes hooks and that stay as they are. */
  readonly left: readonly Placement[];
  /** Hooks of the chart that are neither Jobs nor Pods. */
  readonly leftOthers: number;
  /** Where computed weights begin; absent: 0. */
  readonly start?: number;
  /** What lint says of the release with this config. */
  readonly remaining: readonly Finding[];
}

/** What the proposal sets for all of its hooks. */
export const DEFAULT_POLICY: readonly DeletePolicy[] = ['before-hook-creation', 'hook-succeeded'];
