/** `hookorder init`: a commented config for a stream, for the two streams of install and upgrade, or for a chart; on stdout, or written. */
import type { Circumstances } from '../engines/engine.ts';
import { NEWEST_HELM } from '../engines/helm/versions.ts';
import { type ProposalInput, propose } from '../init/propose.ts';
import { formatProposal } from '../init/text.ts';
import { DEFAULT_TIMEOUT_SECONDS } from '../model/helm.ts';
import type { Source } from '../model/manifest.ts';
import { PLAN_FORMATS } from '../report/plan/formats.ts';
import { formatWritten } from '../report/written.ts';
import type { Arguments } from './arguments.ts';
import { OutputFault, Refusal, UsageError } from './failures.ts';
import { fixedConfig, type Written } from './fixing.ts';
import { judge } from './judge.ts';
import { templateCommand, upgradeCommand } from './next-command.ts';
import { EXIT } from './outcome.ts';
import { chooseStyle, deliver } from './output.ts';
import { givenStreams, type Streams } from './streams.ts';
import type { System } from './system.ts';
import { asTyped } from './words.ts';

const FILE = 'hookorder.yaml';

export function run(given: Arguments, system: System): number {
  // Hooks of a chart are all that Argo CD reads in another way; what plain Jobs are for is Helm's question.
  const args = { ...given, fix: given.fix || given.target === 'argocd' };
  if (args.config.length > 0 && !args.fix)
    throw new UsageError(
      '`hookorder init` proposes a whole config; to add to one that is there: `--fix --config FILE`',
    );
  const file = args.write ? fileToWrite(args, system) : undefined;
  const streams = streamsOf(args, system);
  const written = args.fix ? fixedConfig(streams, args, system) : proposed(streams, args, system);
  if (file === undefined) return deliver(asTyped(written.text, system), EXIT.ok, system);
  return write(file, written, streams, args, system);
}

/** Of two files each is one render; of a chart both are known, unless it is rendered for an upgrade only. */
function streamsOf(args: Arguments, system: System): Streams {
  const [install, upgrade] = args.files;
  if (upgrade !== undefined) return { install: fileOf(install, args, system), upgrade: fileOf(upgrade, args, system) };
  return givenStreams(install, args, system);
}

function fileOf(file: string | undefined, args: Arguments, system: System): Source {
  const read = givenStreams(file, args, system);
  if (read.chart !== undefined)
    throw new UsageError(`${file} is a chart: \`hookorder init ${file}\` alone renders it for install and for upgrade`);
  return read.install;
}

function proposed({ install, upgrade, chart }: Streams, args: Arguments, system: System): Written {
  const inputOf = (source: Source): ProposalInput => ({
    ...source,
    version: args.helm ?? chart?.helm ?? NEWEST_HELM,
    timeoutSeconds: args.timeout ?? DEFAULT_TIMEOUT_SECONDS,
    digest: (text) => system.sha256(text).slice(0, 8),
  });
  const hasBoth = args.files.length > 1 || (chart !== undefined && !args.chart.isUpgrade);
  const proposal = hasBoth ? propose(inputOf(install), inputOf(upgrade)) : propose(inputOf(install));
  if (!('drafts' in proposal)) throw new Refusal(proposal, EXIT.unusable);
  const active = proposal.drafts.filter(({ disabled }) => disabled === undefined).length;
  return {
    text: formatProposal(proposal),
    does: active === 1 ? '1 entry' : `${active} entries`,
    hasEntries: active > 0,
  };
}

/** Throws where a file would be lost. */
function fileToWrite({ config: [named], overwrite }: Arguments, system: System): string {
  if (named !== undefined) return named;
  if (!overwrite && system.kindOfPath(FILE) !== undefined)
    throw new UsageError(
      `${FILE} is there already, and nothing was written: \`--fix --config ${FILE}\` adds to it what is lacking, \`--overwrite\` replaces it`,
    );
  return FILE;
}

function write(file: string, written: Written, streams: Streams, args: Arguments, system: System): number {
  if (!written.hasEntries) {
    const why = args.fix ? 'there is nothing that an entry cures' : 'there is nothing to propose';
    const more = args.fix ? '`hookorder lint` shows what is left' : '`hookorder init` without --write says why';
    return deliver(`${file} is not written: ${why}; ${more}\n`, EXIT.ok, system);
  }
  const failure = system.writeFile(file, written.text);
  if (failure !== undefined) throw new OutputFault(`${file}: ${failure}`);
  const { report } = judge(streams, { ...args, config: [file] }, system);
  const style = chooseStyle(args, system);
  return deliver(
    formatWritten(
      {
        file,
        does: written.does,
        plan: PLAN_FORMATS.text(report, { style, verbose: false }),
        left: report.findings.filter(({ severity }) => severity !== 'info'),
        leftTitle: args.fix
          ? 'no entry cures these without harm'
          : `lint still finds; \`--fix --config ${file}\` cures what an entry can`,
        ...nextOf(file, streams, args, report.circumstances),
      },
      style,
    ),
    EXIT.ok,
    system,
  );
}

/** Exact where all is known. */
function nextOf(
  file: string,
  { chart }: Streams,
  args: Arguments,
  circumstances: Circumstances,
): { readonly next: readonly string[]; readonly rest?: string } {
  const config = `--config=${file}`;
  const isArgo = circumstances.target === 'argocd';
  const target = isArgo ? ' --target=argocd' : '';
  if (chart === undefined) {
    const [stream] = args.files;
    return stream === undefined || stream === '-'
      ? { next: ['helm', 'template', 'NAME', 'CHART'], rest: `| hookorder render${target} ${config}` }
      : { next: ['hookorder', 'render', stream, ...(isArgo ? ['--target=argocd'] : []), config] };
  }
  const release = args.chart.release ?? 'NAME';
  const of = { release, chart: chart.name };
  return isArgo
    ? { next: templateCommand(of, args), rest: `| hookorder render${target} ${config} > rendered.yaml` }
    : { next: upgradeCommand({ ...of, config: [file], installs: true }, args, circumstances) };
}
