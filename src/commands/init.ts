/** `hookorder init`: a commented config proposed for a stream, or for the two streams of install and upgrade. */
import { NEWEST_HELM } from '../engines/helm/versions.ts';
import { type ProposalInput, propose } from '../init/propose.ts';
import { formatProposal } from '../init/text.ts';
import type { Arguments } from './arguments.ts';
import { Refusal } from './failures.ts';
import { EXIT } from './outcome.ts';
import { deliver } from './output.ts';
import { readStream } from './request.ts';
import type { System } from './system.ts';

export function run(args: Arguments, system: System): number {
  const [install, upgrade] = args.files;
  const first = inputOf(install, args, system);
  const second = upgrade === undefined ? undefined : inputOf(upgrade, args, system);
  const proposal = propose(first, second);
  if (!('drafts' in proposal)) throw new Refusal(proposal, EXIT.unusable);
  return deliver(formatProposal(proposal), EXIT.ok, system);
}

function inputOf(file: string | undefined, args: Arguments, system: System): ProposalInput {
  const source = readStream(file, system);
  if ('code' in source) throw new Refusal([source], EXIT.unusable);
  return {
    ...source,
    version: NEWEST_HELM,
    timeoutSeconds: args.timeout,
    digest: (text) => system.sha256(text).slice(0, 8),
  };
}
