/**
 * The shape that schema.json gives a config: what people write, once it is known to be valid. A test holds the schema's words
 * against those of the model.
 */
import type { JobName, JobSettings, PodValues, PrePhase } from '../model/config.ts';
import type { FindingCode } from '../model/finding.ts';
import type { DeletePolicy, Event, LogPolicy } from '../model/helm.ts';
import type { Operation } from '../model/json.ts';
import type { Target } from '../model/target.ts';

export interface ConfigShape {
  readonly defaults?: Settings;
  readonly weights?: { readonly start?: number; readonly step?: number };
  readonly helm?: {
    readonly timeout?: string;
    readonly wait?: boolean;
    readonly version?: string;
    readonly target?: Target;
  };
  readonly argocd?: { readonly phase?: PrePhase };
  readonly hooks?: readonly HookShape[];
  readonly lint?: {
    readonly ignore?: readonly (
      | FindingCode
      | { readonly code: FindingCode; readonly match?: MatchShape; readonly because?: string }
    )[];
  };
}

/** What a hook takes from the defaults where it says nothing. */
export interface Settings {
  readonly events?: readonly Event[];
  readonly deletePolicy?: 'keep' | readonly ['keep'] | readonly DeletePolicy[];
  readonly outputLogPolicy?: readonly LogPolicy[];
  readonly jobName?: JobName['suffix'] | { readonly suffix: JobName['suffix']; readonly format?: 'unix' | 'utc' };
  readonly job?: JobSettings;
  readonly pod?: PodValues & { readonly like?: string };
  readonly dependencies?: 'fail' | 'copy' | 'ignore';
}

export interface HookShape extends Settings {
  readonly name: string;
  readonly match: MatchShape;
  readonly after?: readonly string[];
  readonly before?: readonly string[];
  readonly weight?: number | Readonly<Partial<Record<Event, number>>>;
  readonly hook?: boolean;
  readonly drop?: boolean;
  readonly optional?: boolean;
  readonly adopt?: boolean;
  readonly patch?: readonly Operation[];
}

export type MatchShape = MatcherShape | readonly MatcherShape[];

export interface MatcherShape {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly chart?: string;
  readonly template?: string;
}
