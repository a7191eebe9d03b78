/**
 * An ordering config after loading: every key checked, defaults merged into each rule, every rule with its place in its file.
 *
 * `HookConfig`, the shape that people write, is described by config/schema.json; this is what the rest of hookorder reads.
 */
import type { FindingCode } from './finding.ts';
import type { DeletePolicy, Event, LogPolicy } from './helm.ts';
import type { Json, Operation } from './json.ts';
import type { Resource } from './manifest.ts';
import type { Place } from './span.ts';
import type { Target } from './target.ts';

/** What config/schema.json says of them; a test holds the two equal, so that a start need not read the schema. */
export const API_VERSION = 'hookorder.io/v1';
export const KIND = 'HookOrder';
export const DEFAULT_WEIGHTS: Config['weights'] = { start: 0, step: 10 };

export interface Config {
  readonly rules: readonly Rule[];
  readonly weights: { readonly start: number; readonly step: number };
  /** What the release is deployed with, as far as the config says. */
  readonly helm: Deployment;
  readonly argocd: { readonly phase: PrePhase };
  /** What the config silences. */
  readonly ignore: readonly IgnoredFinding[];
  /** The files (or stream documents) that it was made of, in order. */
  readonly files: readonly string[];
}

/** Where Argo CD runs what Helm runs before a release: in waves of Sync, or in PreSync with copies. */
export type PrePhase = 'sync' | 'presync';
export const DEFAULT_ARGOCD: Config['argocd'] = { phase: 'sync' };

/** How a release is deployed, as far as it is said. */
export interface Deployment {
  readonly target?: Target;
  /** Of Helm: `4.3`, `4.3.2`. */
  readonly version?: string;
  readonly wait?: boolean;
  readonly timeoutSeconds?: number;
}

export interface IgnoredFinding {
  readonly code: FindingCode;
  /** Absent: everywhere. */
  readonly matches?: (resource: Resource) => boolean;
  /** Why; without it, errors stay. */
  readonly because?: string;
}

/** One entry of `hooks`. */
export interface Rule {
  readonly name: string;
  /** Where the entry begins in its config. */
  readonly place: Place;
  /** Where the value of a key of this entry stands (`after`, `events`, …); the entry's own place for an absent key. */
  readonly placeOf: (key: string) => Place;
  /** True when one of its matchers holds for the resource. */
  readonly matches: (resource: Resource) => boolean;
  /** The kinds that its matchers name, when each of them names one without a pattern: spares looking at all the others. */
  readonly kinds?: readonly string[];
  /** The same of names, by any of which people may know a resource. */
  readonly names?: readonly string[];
  /** How its matchers read, for messages: `kind Job, name "*-migrate"`. */
  readonly description: string;
  /** What to change in its `match`, given resources that it does not fit; undefined when that cannot be told. */
  readonly nearMiss: (resources: readonly Resource[]) => string | undefined;
  /** The line of its config that a place is in. */
  readonly lineAt: (place: Place) => string | undefined;
  /** `hook: false`: strip the hook annotations. Then there are no events, no weight, no policies and no edges. */
  readonly plain: boolean;
  /** Takes its resources out of the stream; `plain` is true too. */
  readonly drop: boolean;
  /** Absent, here and in the defaults: keep the events that the resource has. */
  readonly events?: readonly Event[];
  readonly after: readonly string[];
  readonly before: readonly string[];
  /** Fixed weight. */
  readonly weight?: number;
  /** Fixed weights of some events; then there is no `weight`. Rules that order anything have been split by them (order/events.ts). */
  readonly weightByEvent?: ReadonlyMap<Event, number>;
  /** Absent: keep the policy that the resource has. */
  readonly deletePolicy?: readonly DeletePolicy[] | 'keep';
  readonly outputLogPolicy?: readonly LogPolicy[];
  readonly jobName: JobName;
  readonly job: JobSettings;
  /** `job` of the config's defaults: set only where the Job says nothing. */
  readonly jobDefaults: JobSettings;
  readonly pod: PodSettings;
  /** `pod` of the config's defaults: for what the pods lack. */
  readonly podDefaults: PodSettings;
  readonly dependencies: 'fail' | 'copy' | 'ignore';
  readonly optional: boolean;
  readonly adopt: boolean;
  readonly patch: readonly Operation[];
}

export type JobName =
  | { readonly suffix: 'keep' }
  | { readonly suffix: 'timestamp'; readonly format: 'unix' | 'utc' }
  | { readonly suffix: 'hash' };

export interface JobSettings {
  readonly backoffLimit?: number;
  /** Seconds. */
  readonly activeDeadlineSeconds?: number;
  /** Seconds. */
  readonly ttlSecondsAfterFinished?: number;
}

export interface PodSettings {
  readonly values: PodValues;
  readonly like?: Like;
}

/** In the shape that Kubernetes gives them. */
export interface PodValues {
  readonly imagePullSecrets?: Json;
  readonly nodeSelector?: Json;
  readonly tolerations?: Json;
  readonly affinity?: Json;
  readonly priorityClassName?: Json;
  readonly runtimeClassName?: Json;
  /** Of the pod. */
  readonly securityContext?: Json;
  /** Of each container. */
  readonly resources?: Json;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A workload from which pods take what they lack. */
export interface Like {
  /** As written: `Deployment/*-web`. */
  readonly text: string;
  readonly kind: string;
  readonly isNamed: (name: string) => boolean;
  readonly place: Place;
}
