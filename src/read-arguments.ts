/** A command line as `Arguments`: every value checked, every default filled in. */
import type { CommandLine } from './command-line.ts';
import type { Arguments, ChartArguments } from './commands/arguments.ts';
import { CHART_FLAGS, CHART_SWITCHES, CHART_VALUES } from './commands/chart-flags.ts';
import { UsageError } from './commands/failures.ts';
import { DEFAULT_TIMEOUT_SECONDS } from './model/helm.ts';
import { TARGETS } from './model/target.ts';
import { readDuration, readTime, TIMES } from './model/time.ts';

/** How Helm is told which cluster, which value flags can be read here too. */
export const CLUSTER_VALUED = [
  'kubeconfig',
  'kube-context',
  'kube-token',
  'kube-as-user',
  'kube-apiserver',
  'kube-ca-file',
  'kube-tls-server-name',
] as const;

export function readArguments(command: string, line: CommandLine, files: readonly string[]): Arguments {
  const now = one(line, 'now');
  const output = one(line, 'output');
  const report = one(line, 'report');
  const helm = one(line, 'helm');
  const previousRelease = one(line, 'previous-release');
  return {
    command,
    files,
    config: line.values.get('config') ?? [],
    noConfig: line.switches.has('no-config'),
    asFilter: line.switches.has('as-filter'),
    ...(now !== undefined && { now: readTime(now) ?? invalid('now', now, TIMES) }),
    ...(output !== undefined && { output }),
    ...(report !== undefined && { report }),
    failOn: choice(line, 'fail-on', ['error', 'warning', 'never']),
    errors: choice(line, 'errors', ['stderr', 'output']),
    ...(line.given.has('timeout') && { timeout: duration(line, 'timeout', DEFAULT_TIMEOUT_SECONDS) }),
    ...(line.given.has('wait') && { wait: line.switches.has('wait') }),
    ...(helm !== undefined && {
      helm: /^v?([34](?:\.\d+){0,2})$/.exec(helm)?.[1] ?? invalid('helm', helm, 'a version of Helm 3 or 4, like 4.2'),
    }),
    ...(line.given.has('target') && { target: choice(line, 'target', TARGETS) }),
    exitCode: line.switches.has('exit-code'),
    color: choice(line, 'color', ['auto', 'always', 'never']),
    verbose: line.switches.has('verbose'),
    chart: readChart(line),
    previous: line.values.get('previous') ?? [],
    ...(previousRelease !== undefined && { previousRelease }),
    ...readExport(line),
    sourceRoots: readRoots(line),
    state: line.values.get('state') ?? [],
    fix: line.switches.has('fix'),
    write: line.switches.has('write'),
    overwrite: line.switches.has('overwrite'),
    startWithin: duration(line, 'start-within', START_WITHIN_SECONDS),
    cluster: readCluster(line),
    ...readRehearsal(line),
  };
}

function readRehearsal(line: CommandLine): Pick<Arguments, 'operations' | 'step' | 'all' | 'rollbackOnFailure'> {
  const step = one(line, 'step');
  return {
    operations: line.values.get('operation') ?? [],
    ...(step !== undefined && { step }),
    all: line.switches.has('all'),
    rollbackOnFailure: line.switches.has('rollback-on-failure'),
  };
}

function readRoots(line: CommandLine): Arguments['sourceRoots'] {
  const pairs = (line.values.get('source-root') ?? []).map((value): [string, string] => {
    const [, name = '', folder = ''] =
      /^([^=]+)=(.+)$/.exec(value) ?? invalid('source-root', value, 'NAME=FOLDER, as in shop=charts/shop');
    return [name, folder];
  });
  return new Map(pairs);
}

function readExport(line: CommandLine): Pick<Arguments, 'to' | 'helmrelease' | 'kustomization'> {
  const helmrelease = one(line, 'helmrelease');
  const kustomization = one(line, 'kustomization');
  return {
    ...(line.values.has('to') && { to: choice(line, 'to', ['flux', 'kustomize']) }),
    ...(helmrelease !== undefined && { helmrelease }),
    ...(kustomization !== undefined && { kustomization }),
  };
}

/** How long `watch` waits for an operation that has not begun: long enough for a Helm that is started beside it. */
const START_WITHIN_SECONDS = 10;

function duration(line: CommandLine, flag: string, otherwise: number): number {
  const text = one(line, flag);
  return text === undefined ? otherwise : (readDuration(text) ?? invalid(flag, text, 'a duration like 90s or 5m'));
}

function readCluster(line: CommandLine): Arguments['cluster'] {
  const namespace = one(line, 'namespace');
  return {
    ...(namespace !== undefined && { namespace }),
    flags: new Map(
      CLUSTER_VALUED.flatMap((flag): [string, string][] => {
        const value = one(line, flag);
        return value === undefined ? [] : [[flag, value]];
      }),
    ),
    groups: line.values.get('kube-as-group') ?? [],
    insecure: line.switches.has('kube-insecure-skip-tls-verify'),
  };
}

function readChart(line: CommandLine): ChartArguments {
  const release = one(line, 'release');
  const namespace = one(line, 'namespace');
  const first = CHART_FLAGS.find((flag) => line.given.has(flag));
  return {
    ...(release !== undefined && { release }),
    ...(namespace !== undefined && { namespace }),
    isUpgrade: line.switches.has('is-upgrade'),
    flags: [
      ...CHART_VALUES.flatMap((flag) => (line.values.get(flag) ?? []).map((value) => `--${flag}=${value}`)),
      ...CHART_SWITCHES.filter((flag) => line.switches.has(flag)).map((flag) => `--${flag}`),
    ],
    ...(first !== undefined && { first }),
  };
}

/** The last one given, as everywhere on a command line. */
const one = (line: CommandLine, flag: string): string | undefined => line.values.get(flag)?.at(-1);

function choice<Word extends string>(line: CommandLine, flag: string, words: readonly [Word, ...Word[]]): Word {
  const value = one(line, flag) ?? words[0];
  return words.find((word) => word === value) ?? invalid(flag, value, words.join(', '));
}

function invalid(flag: string, value: string, wanted: string): never {
  throw new UsageError(`--${flag} cannot be "${value}": it takes ${wanted}`);
}
