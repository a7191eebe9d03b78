/** The command that comes next, as people can paste it: each word one argument. */
import type { Circumstances } from '../engines/engine.ts';
import type { Arguments } from './arguments.ts';

export interface NextCommand {
  readonly release: string;
  readonly chart: string;
  /** Files; absent where the config orders nothing. */
  readonly config?: readonly string[];
  /** Whether it may be the first of the release. */
  readonly installs?: boolean;
  readonly takesOwnership?: boolean;
}

/** The same chart and values, the config where it orders anything, and what Helm has to be told to do what was judged. */
export const upgradeCommand = (
  { release, chart, config, installs, takesOwnership }: NextCommand,
  { chart: { namespace, flags } }: Arguments,
  { wait, timeoutSeconds }: Circumstances,
): readonly string[] => [
  'helm',
  'upgrade',
  release,
  chart,
  ...(installs ? ['--install'] : []),
  ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
  ...flags.filter((flag) => !ONLY_OF_TEMPLATE.test(flag)),
  ...(config === undefined
    ? []
    : ['--post-renderer=hookorder', ...config.map((file) => `--post-renderer-args=--config=${file}`)]),
  `--timeout=${timeoutSeconds}s`,
  ...(wait ? ['--wait'] : []),
  ...(takesOwnership ? ['--take-ownership'] : []),
];

/** `helm template` of the same, for a pipe into `render`. */
export const templateCommand = (
  { release, chart }: Pick<NextCommand, 'release' | 'chart'>,
  { chart: { namespace, flags } }: Arguments,
): readonly string[] => [
  'helm',
  'template',
  release,
  chart,
  ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
  ...flags.filter((flag) => !/^--password(?:=|$)/.test(flag)),
];

/** Flags that `helm upgrade` has not, or that say where nothing is done; and a password, which is for no screen. */
const ONLY_OF_TEMPLATE = /^--(?:api-versions|kube-version|include-crds|skip-tests|dry-run|password)(?:=|$)/;
