/** `hookorder init`: a commented config proposed for a stream, or for the two streams of install and upgrade. */
import { NEWEST_HELM } from '../engines/helm/versions.ts';
import { type ProposalInput, propose } from '../init/propose.ts';
import { formatProposal } from '../init/text.ts';
import { DEFAULT_TIMEOUT_SECONDS } from '../model/helm.ts';
import type { Source } from '../model/manifest.ts';
import type { Arguments } from './arguments.ts';
import { Refusal, UsageError } from './failures.ts';
import { EXIT } from './outcome.ts';
import { deliver } from './output.ts';
import { readStreams } from './streams.ts';
import type { System } from './system.ts';

export function run(args: Arguments, system: System): number {
  const [first, second] = inputsOf(args, system);
  const proposal = propose(first, second);
  if (!('drafts' in proposal)) throw new Refusal(proposal, EXIT.unusable);
  return deliver(formatProposal(proposal), EXIT.ok, system);
}

/** Of two files each is one render; of a chart both are known, unless it is rendered for an upgrade only. */
function inputsOf(args: Arguments, system: System): readonly [ProposalInput, ProposalInput?] {
  const [install, upgrade] = args.files;
  if (upgrade !== undefined)
    return [fileOf(install, args, system), fileOf(upgrade, args, system)].map((source) =>
      inputOf(source, NEWEST_HELM, args, system),
    ) as [ProposalInput, ProposalInput];
  const read = readStreams(install, args, system);
  if ('code' in read) throw new Refusal([read], EXIT.unusable);
  const version = read.chart?.helm ?? NEWEST_HELM;
  const first = inputOf(read.install, version, args, system);
  const hasBoth = read.chart !== undefined && !args.chart.isUpgrade;
  return hasBoth ? [first, inputOf(read.upgrade, version, args, system)] : [first];
}

function fileOf(file: string | undefined, args: Arguments, system: System): Source {
  const read = readStreams(file, args, system);
  if ('code' in read) throw new Refusal([read], EXIT.unusable);
  if (read.chart !== undefined)
    throw new UsageError(`${file} is a chart: \`hookorder init ${file}\` alone renders it for install and for upgrade`);
  return read.install;
}

function inputOf(source: Source, version: string, args: Arguments, system: System): ProposalInput {
  return {
    ...source,
    version,
    timeoutSeconds: args.timeout ?? DEFAULT_TIMEOUT_SECONDS,
    digest: (text) => system.sha256(text).slice(0, 8),
  };
}
