/** From revisions as Helm stores them to what a diagnosis is about: their resources, in the order in which Helm runs them. */
import { NEWEST_HELM } from '../../engines/helm/versions.ts';
import { type Stored, streamOf } from '../../live/record.ts';
import type { Subject } from '../../live/scene.ts';
import { DEFAULT_TIMEOUT_SECONDS } from '../../model/helm.ts';
import type { Placement } from '../../model/plan.ts';
import { type Outcome, orderRelease } from '../../pipeline.ts';
import type { Arguments } from '../arguments.ts';
import { makeRequest } from '../request.ts';
import type { System } from '../system.ts';

/** `version` of the Helm that is asked, which need not be the one that deploys: `--helm` says so. */
export function subjectOf(
  stored: Stored,
  previous: Stored | undefined,
  args: Arguments,
  system: System,
  version?: string,
): Subject {
  const own = order(streamOf(stored), args, system);
  return {
    current: { stored, placements: own.plan?.placements ?? [], findings: own.findings },
    ...(previous && { previous: order(streamOf(previous), args, system).plan?.placements ?? [] }),
    circumstances: {
      version: args.helm ?? version ?? NEWEST_HELM,
      wait: args.wait ?? false,
      timeoutSeconds: args.timeout ?? DEFAULT_TIMEOUT_SECONDS,
    },
  };
}

/** What was stored is what hookorder made of the chart; its config has nothing to say any more. */
function order(text: string, args: Arguments, system: System): Outcome {
  const bytes = system.bytes.encode(text);
  const alone = { ...args, config: [], noConfig: true };
  return orderRelease({
    ...makeRequest({ file: 'release', read: () => bytes }, alone, system, {
      needsConfig: false,
      scope: 'all',
      severity: 'info',
    }),
    findConfig: () => undefined,
  });
}

/** The resources of a stream, in its order. */
export const placementsIn = (text: string, args: Arguments, system: System): readonly Placement[] =>
  order(text, args, system).plan?.placements ?? [];

/** The namespaces in which the release has hooks or workloads, its own first. */
export const namespacesOf = ({ current: { stored, placements } }: Subject): readonly string[] => [
  ...new Set([stored.namespace, ...placements.flatMap(({ resource }) => resource.namespace ?? [])]),
];
