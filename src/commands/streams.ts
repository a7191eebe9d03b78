/**
 * Where a command's stream comes from: standard input, a file, or a chart that Helm renders.
 *
 * What a chart renders for an install and for an upgrade may differ (`.Release.IsUpgrade`, names made by chance), and each operation runs
 * what was rendered for it. So a chart gives two streams, and stdin and files one, which stands for both.
 */
import { type Finding, SEVERITIES } from '../model/finding.ts';
import type { Source } from '../model/manifest.ts';
import type { PipelineInput } from '../pipeline.ts';
import { chartAt, type FindTemplate, type ReadText, templateFinder } from '../templates/finder.ts';
import { chartRoots } from '../templates/roots.ts';
import type { Arguments } from './arguments.ts';
import { Refusal, UsageError } from './failures.ts';
import { type HelmFault, helmVersion, runHelm } from './helm.ts';
import { EXIT } from './outcome.ts';
import { makeRequest, readStream, type Wants } from './request.ts';
import type { System } from './system.ts';

export interface Streams {
  readonly install: Source;
  /** The same value where one stream stands for all operations. */
  readonly upgrade: Source;
  /** Present for a chart. */
  readonly chart?: Chart;
}

export interface Chart {
  /** As it was named on the command line. */
  readonly name: string;
  /** Its version, of a folder. */
  readonly version?: string;
  /** Its folder; absent for what came packed. */
  readonly root?: { readonly name: string; readonly folder: string };
  /** The version of the Helm that rendered it, where it tells. */
  readonly helm?: string;
  /** Hooks that Helm left out of the streams because it does not know the event, by the words of their annotations. */
  readonly skipped: readonly string[];
}

/** The streams of the operand of a command: `-` or none for standard input. */
export function readStreams(operand: string | undefined, args: Arguments, system: System): Streams | Finding {
  if (operand !== undefined && isChart(operand, args, system)) return renderChart(operand, args, system);
  const { first } = args.chart;
  const isOfRelease = args.previousRelease !== undefined && /^(?:namespace|kube)/.test(first ?? '');
  if (first !== undefined && !isOfRelease && !args.files.some((file) => isChart(file, args, system)))
    throw new UsageError(
      operand === undefined || operand === '-'
        ? `--${first} is for a chart, and there is none: write \`hookorder ${args.command} CHART --${first} …\``
        : system.kindOfPath(operand) === undefined
          ? `there is no chart ${operand}: it is a folder, a .tgz, oci://… or REPO/NAME`
          : `--${first} is for a chart, and ${operand} is none: a chart is a folder, a .tgz, oci://… or REPO/NAME`,
    );
  const stream = readStream(operand, args, system);
  return 'code' in stream ? stream : { install: stream, upgrade: stream };
}

/** The same, for commands that have nothing to show without a stream: they refuse. */
export function givenStreams(operand: string | undefined, args: Arguments, system: System): Streams {
  const streams = readStreams(operand, args, system);
  if ('code' in streams) throw new Refusal([streams], EXIT.unusable);
  return streams;
}

/** What is asked of one of these streams. A chart is for the Helm that rendered it. */
export const requestFor = (
  source: Source,
  { chart }: Streams,
  args: Arguments,
  system: System,
  wants: Wants,
): PipelineInput => ({
  ...makeRequest(source, args, system, wants),
  ...(chart?.helm !== undefined && { version: chart.helm }),
});

/** Folders, packed charts and what Helm fetches; a file of any other name is a stream. */
function isChart(operand: string, { chart: { flags } }: Arguments, { kindOfPath }: System): boolean {
  if (operand === '-') return false;
  if (/^(?:oci|https?):\/\//.test(operand)) return true;
  const kind = kindOfPath(operand);
  if (kind !== undefined) return kind === 'folder' || /\.(?:tgz|tar\.gz)$/.test(operand);
  const isName = /^[\w.-]+$/.test(operand) && flags.some((flag) => flag.startsWith('--repo='));
  return isName || (/^\w[\w.-]*\/[\w.-]+$/.test(operand) && !/\.(?:ya?ml|json|txt)$/.test(operand));
}

function renderChart(name: string, args: Arguments, system: System): Streams | Finding {
  const { isUpgrade } = args.chart;
  // Argo CD never says that it upgrades.
  const isOne = isUpgrade || args.target === 'argocd';
  const skipped = new Set<string>();
  const install = render(name, isUpgrade, skipped, args, system);
  if ('code' in install) return install;
  const upgrade = isOne ? install : render(name, true, skipped, args, system);
  if ('code' in upgrade) return upgrade;
  const version = args.helm ?? helmVersion(system);
  const chart: Chart = {
    name,
    skipped: [...skipped],
    ...folderOf(name, system),
    ...(version !== undefined && { helm: version }),
  };
  return { install, upgrade: isSame(install, upgrade) ? install : upgrade, chart };
}

/** What the files of a chart tell that is a folder. */
function folderOf(folder: string, system: System): Pick<Chart, 'version' | 'root'> {
  if (system.kindOfPath(folder) !== 'folder') return {};
  const { name, version } = chartAt(folder, readerOf(system)) ?? {};
  return { ...(version !== undefined && { version }), ...(name !== undefined && { root: { name, folder } }) };
}

/**
 * From templates to files: those of the chart that is a folder, of `--source-root`, and, for a stream, of the charts below the working directory. What
 * came packed may be another version than what stands there.
 */
export function findTemplates({ chart }: Streams, { sourceRoots }: Arguments, system: System): FindTemplate {
  const read = readerOf(system);
  let find: FindTemplate | undefined;
  return (template) => {
    find ??= templateFinder(
      new Map([
        ...(chart === undefined ? chartRoots(system.listFolder, read) : []),
        ...(chart?.root === undefined ? [] : [[chart.root.name, chart.root.folder] as const]),
        ...sourceRoots,
      ]),
      read,
    );
    return find(template);
  };
}

function readerOf({ readFile, bytes }: System): ReadText {
  return (path) => {
    const found = readFile(path);
    return 'error' in found ? undefined : bytes.utf8(found, 0, found.length);
  };
}

function render(
  name: string,
  isUpgrade: boolean,
  skipped: Set<string>,
  { chart: { release, namespace, flags }, previousRelease }: Arguments,
  system: System,
): Source | Finding {
  const answer = runHelm(
    [
      'template',
      // Helm's own name for a release that has none.
      release ?? previousRelease ?? 'release-name',
      name,
      ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
      ...flags,
      // What a chart looks up in the cluster, such as the password that it made once, is there for an upgrade.
      ...(isUpgrade && previousRelease !== undefined && !isDryRunSaid(flags) ? ['--dry-run=server'] : []),
      ...(isUpgrade ? ['--is-upgrade'] : []),
    ],
    system,
  );
  if ('problem' in answer) return notRendered(name, answer);
  for (const word of skippedIn(answer.stderr)) skipped.add(word);
  return { file: `<helm template ${name}${isUpgrade ? ' --is-upgrade' : ''}>`, read: () => answer.stdout };
}

const isDryRunSaid = (flags: readonly string[]): boolean => flags.some((flag) => flag.startsWith('--dry-run='));

/** Helm 3 and 4 log it, and leave the resource out [X 3.22.0, 4.3.2]. */
const skippedIn = (stderr: string): readonly string[] =>
  [...stderr.matchAll(/skipping unknown hooks?(?:: |"? hookTypes=)("(?:[^"\\]|\\.)*"|\S+)/g)].map(([, word = '']) =>
    word.replaceAll('"', ''),
  );

function isSame(a: Source, b: Source): boolean {
  const [one, other] = [a.read(), b.read()];
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function notRendered(name: string, { problem, said, hint }: HelmFault): Finding {
  const code = 'input/not-rendered';
  const advice = hint ?? adviseFor(name, said);
  return {
    code,
    severity: SEVERITIES[code],
    message: `${name} could not be rendered: ${problem}${said === '' ? '' : `: ${said}`}`,
    ...(advice !== undefined && { hint: advice }),
  };
}

/** By what Helm says [X 3.22.0, 4.3.2]. */
function adviseFor(name: string, said: string): string | undefined {
  if (/missing in charts\/ directory|chart dependencies/.test(said))
    return `run \`helm dependency build ${name}\` first`;
  if (/^repo \S+ not found|no cached repo|no repositories/.test(said))
    return `add its repository with \`helm repo add\`, or correct the path: there is no folder ${name} here`;
  if (/Chart\.yaml file is missing|unable to detect chart/.test(said))
    return 'give the folder that has Chart.yaml in it';
  if (/should be in form of repo_name/.test(said)) return `correct the path: there is no chart ${name} here`;
  return undefined;
}
