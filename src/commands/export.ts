/**
 * `hookorder export`: the order as patches for kustomize, or for a HelmRelease of Flux. It refuses what `render` refuses, what patches cannot
 * say, and what makes them void.
 */
import { writeUserFile } from '../export/file.ts';
import { findKustomization, formatKustomization, intoKustomization } from '../export/kustomize.ts';
import { limitsOf } from '../export/limits.ts';
import { patchesOf } from '../export/patches.ts';
import type { Source } from '../model/manifest.ts';
import { orderRelease, type PipelineInput } from '../pipeline.ts';
import type { Arguments } from './arguments.ts';
import { exportToFlux } from './export-flux.ts';
import { planned, readOwn, report } from './exporting.ts';
import { UsageError } from './failures.ts';
import { EXIT } from './outcome.ts';
import { deliver, send } from './output.ts';
import { givenStreams, requestFor } from './streams.ts';
import type { System } from './system.ts';

export function run(args: Arguments, system: System): number {
  const { to, helmrelease, kustomization, target } = args;
  if (to === undefined) throw new UsageError('say for whom: `hookorder export --to flux` or `--to kustomize`');
  if (to === 'kustomize' && helmrelease !== undefined)
    throw new UsageError('--helmrelease belongs to `--to flux`; for kustomize there is --kustomization');
  if (to === 'flux' && kustomization !== undefined)
    throw new UsageError('--kustomization belongs to `--to kustomize`; for Flux there is --helmrelease');
  if (to === 'flux' && target === 'argocd')
    throw new UsageError('Flux runs Helm: `--to flux` takes no --target argocd');
  if (to === 'flux' && (args.wait !== undefined || args.timeout !== undefined))
    throw new UsageError('Flux waits as its HelmRelease says: `--to flux` takes neither --wait nor --timeout');
  const streams = givenStreams(args.files[0], args, system);
  const severity = args.failOn === 'never' ? 'error' : args.failOn;
  const requestOf = (source: Source): PipelineInput =>
    requestFor(source, streams, args, system, { needsConfig: true, scope: 'claimed', severity });
  const request = requestOf(streams.upgrade);
  if (streams.install !== streams.upgrade) refuseTwo(requestOf(streams.install), request, args);
  return to === 'flux' ? exportToFlux(request, args, system) : exportToKustomize(request, args, system);
}

/** Patches are for installs and upgrades alike. */
function refuseTwo(install: PipelineInput, upgrade: PipelineInput, { files }: Arguments): void {
  const [first, second] = [install, upgrade].map((request) =>
    JSON.stringify(patchesOf(planned(orderRelease(request)).plan).map(({ target, body }) => ({ target, body }))),
  );
  if (first === second) return;
  throw new UsageError(
    `${files[0]} renders something else for an upgrade than for an install, and the same patches do not order both: give the render of one, or --is-upgrade`,
  );
}

function exportToKustomize(request: PipelineInput, args: Arguments, system: System): number {
  const file = args.kustomization === undefined ? undefined : readOwn(args.kustomization, system);
  const manifest = file && findKustomization(file.manifests);
  if (file !== undefined && manifest === undefined)
    throw new UsageError(`${args.kustomization} has neither a Kustomization nor a Component`);
  const { plan, findings } = planned(orderRelease(request));
  report([...findings, ...limitsOf(plan, () => false)], args, system);
  const patches = patchesOf(plan);
  if (file !== undefined && manifest !== undefined)
    return send(writeUserFile(file, manifest, intoKustomization(patches, manifest)), EXIT.ok, system);
  return deliver(formatKustomization(patches, fileOf(request)), EXIT.ok, system);
}

/** What a pipe or a chart gave has no file yet. */
const fileOf = ({ file }: Source): string => (file.startsWith('<') ? 'all.yaml' : file);
