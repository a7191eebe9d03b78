/** `hookorder init`: a commented config proposed for a stream. */
import { NEWEST_HELM } from '../engines/helm/versions.ts';
import { propose } from '../init/propose.ts';
import { formatProposal } from '../init/text.ts';
import type { Arguments } from './arguments.ts';
import { Refusal } from './failures.ts';
import { EXIT } from './outcome.ts';
import { deliver } from './output.ts';
import { readStream } from './request.ts';
import type { System } from './system.ts';

export function run(args: Arguments, system: System): number {
  const source = readStream(args.files[0], system);
  if ('code' in source) throw new Refusal([source], EXIT.unusable);
  const proposal = propose({
    ...source,
    version: NEWEST_HELM,
    timeoutSeconds: args.timeout,
    digest: (text) => system.sha256(text).slice(0, 8),
  });
  if (!('drafts' in proposal)) throw new Refusal(proposal, EXIT.unusable);
  return deliver(formatProposal(proposal), EXIT.ok, system);
}
