/** A command line after parsing: every value checked, every default filled in. */
import type { Severity } from '../model/finding.ts';
import type { Target } from '../model/target.ts';

/** What Helm is told, where the stream comes from a chart. */
export interface ChartArguments {
  /** The name of the release. */
  readonly release?: string;
  readonly namespace?: string;
  /** Only what the chart renders for an upgrade. */
  readonly isUpgrade: boolean;
  /** Flags of `helm template`, each one word, in an order that means the same. */
  readonly flags: readonly string[];
  /** The first flag that was given, for a message; absent when none was. */
  readonly first?: string;
}

export interface Arguments {
  /** The command's name. */
  readonly command: string;
  /** Operands, `-` for standard input. */
  readonly files: readonly string[];
  readonly config: readonly string[];
  /** `--no-config`: look for no config; files that `--config` names are still read. */
  readonly noConfig: boolean;
  /** `--as-filter`: no Helm 3 reads the output. */
  readonly asFilter: boolean;
  /** `--now`, in unix seconds. */
  readonly now?: number;
  readonly output?: string;
  readonly failOn: Severity | 'never';
  readonly errors: 'stderr' | 'output';
  readonly report?: string;
  /** Seconds; like the next three absent where no flag says it. */
  readonly timeout?: number;
  readonly wait?: boolean;
  /** The version of Helm that deploys. */
  readonly helm?: string;
  /** Who deploys. */
  readonly target?: Target;
  readonly exitCode: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly verbose: boolean;
  /** `export`: for whom. */
  readonly to?: 'flux' | 'kustomize';
  /** `export`: the file that gets the patches. */
  readonly helmrelease?: string;
  readonly kustomization?: string;
  readonly chart: ChartArguments;
  /** `--previous`: streams of the revision that is installed. */
  readonly previous: readonly string[];
  /** `--previous-release`: its name in the cluster. */
  readonly previousRelease?: string;
  /** Of `rehearse`: which operations; empty: all. */
  readonly operations: readonly string[];
  /** An object, or an event: only its steps. */
  readonly step?: string;
  /** Every outcome by itself. */
  readonly all: boolean;
  /** `--rollback-on-failure`: the deployer takes back what fails. */
  readonly rollbackOnFailure: boolean;
  /** `--source-root`: folders of charts in this repository, by their names. */
  readonly sourceRoots: ReadonlyMap<string, string>;
  /** `--state`: saved states of a cluster. */
  readonly state: readonly string[];
  /** `init --fix`: cures only. */
  readonly fix: boolean;
  /** `init --write`: into a file, not to stdout. */
  readonly write: boolean;
  /** `init --overwrite`: a file that is there is replaced. */
  readonly overwrite: boolean;
  /** `--start-within`, seconds. */
  readonly startWithin: number;
  readonly cluster: ClusterArguments;
}

/** How to reach the cluster, in Helm's words; what is absent Helm and kubectl find by themselves. */
export interface ClusterArguments {
  readonly namespace?: string;
  /** By their names less the dashes. */
  readonly flags: ReadonlyMap<string, string>;
  /** `--kube-as-group`. */
  readonly groups: readonly string[];
  /** `--kube-insecure-skip-tls-verify`. */
  readonly insecure: boolean;
}
