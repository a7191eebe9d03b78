/** `hookorder export --to flux`: under the settings of a HelmRelease, once what the order needs of it is in it. */
import { writeUserFile } from '../export/file.ts';
import { checkHelmRelease } from '../export/flux/checks.ts';
import { findHelmRelease, formatSpec, intoHelmRelease, withProposals } from '../export/flux/helmrelease.ts';
import { type Proposal, proposalsOf } from '../export/flux/proposals.ts';
import { type FluxSettings, settingsOf, specOf } from '../export/flux/settings.ts';
import { doubledIn, limitsOf } from '../export/limits.ts';
import { enteredIn, patchesOf } from '../export/patches.ts';
import { HOOK } from '../model/helm.ts';
import type { Manifest, Resource } from '../model/manifest.ts';
import type { Plan } from '../model/plan.ts';
import { orderRelease, type PipelineInput } from '../pipeline.ts';
import { inert, printable } from '../report/safe-text.ts';
import type { Arguments } from './arguments.ts';
import { type Planned, planned, readOwn, report } from './exporting.ts';
import { Refusal } from './failures.ts';
import { EXIT } from './outcome.ts';
import { deliver, send } from './output.ts';
import type { System } from './system.ts';

export function exportToFlux(request: PipelineInput, args: Arguments, system: System): number {
  const file = args.helmrelease === undefined ? undefined : readOwn(args.helmrelease, system);
  const manifest = file && findHelmRelease(file);
  if (manifest !== undefined && 'code' in manifest) throw new Refusal([manifest], EXIT.unusable);
  const { plan, findings, proposals } = planForFlux(request, manifest);
  const patches = patchesOf(plan);
  const found = manifest === undefined ? [] : checkHelmRelease({ manifest, plan, patches });
  report([...findings, ...limitsOf(plan, twoStreams(plan, manifest)), ...found], args, system);
  for (const { path, value, because } of proposals)
    system.note(inert(printable(`writes spec.${path.join('.')}: ${String(value)}, because ${because}`)));
  if (file === undefined || manifest === undefined) return deliver(formatSpec(patches, proposals), EXIT.ok, system);
  return send(writeUserFile(file, manifest, intoHelmRelease(manifest, patches, proposals)), EXIT.ok, system);
}

function planForFlux(
  request: PipelineInput,
  manifest: Manifest | undefined,
): Planned & { readonly proposals: readonly Proposal[] } {
  const value = manifest?.value ?? {};
  const under = (settings: FluxSettings): Planned =>
    planned(
      orderRelease({
        ...request,
        ...settings,
        said: { ...request.said, wait: settings.wait, timeoutSeconds: settings.timeoutSeconds, target: 'helm' },
      }),
    );
  const { plan, findings } = under(settingsOf(value));
  const cycle = findings.find(({ code, severity }) => code === 'refs/wait-cycle' && severity === 'error');
  const proposals = proposalsOf({
    plan,
    value,
    waitCycle: cycle?.message,
    sharesNames: doubledIn(enteredIn(plan)).some(twoStreams(plan, manifest)),
  });
  return { ...under(settingsOf(withProposals(value, proposals))), proposals };
}

/** Whether Flux can take two objects of one name: one is a hook of the chart and one is plain, no patch means them, and they come in two streams. */
function twoStreams(plan: Plan, manifest: Manifest | undefined): (same: readonly Resource[]) => boolean {
  const patched = new Set(patchesOf(plan).map(({ resource }) => resource));
  const isOneStream = manifest !== undefined && specOf(manifest.value, 'postRenderStrategy') === 'combined';
  return (same) => {
    const hooks = same.filter(({ annotations }) => Object.hasOwn(annotations, HOOK));
    return !isOneStream && same.length === 2 && hooks.length === 1 && !same.some((resource) => patched.has(resource));
  };
}
