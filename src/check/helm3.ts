/** Whether the output goes to a Helm that reads hook annotations before post-rendering, and would install hooks as resources. */
import type { Finding } from '../model/finding.ts';
import { HOOK, POSTRENDER_FILENAME } from '../model/helm.ts';
import { annotationOf } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';

/**
 * `unsureReader` says why Helm 3 may be the reader, or undefined. It is asked only when a resource becomes a hook here, and the stream lacks
 * Helm 4's filename annotation: the stream alone cannot tell a Helm 3 post-render from `helm template | hookorder` [X].
 */
export function checkHelm3(
  placements: readonly Placement[],
  unsureReader: () => string | undefined,
): readonly Finding[] {
  const injected = placements.filter(isInjected);
  if (injected.length === 0) return [];
  // Helm 4 marks every document. A chart may carry the mark of an earlier rendering in one of its templates.
  const samples = [...injected, placements[0], placements.at(-1)];
  if (samples.every((placement) => placement === undefined || isOfHelm4(placement))) return [];
  const reason = unsureReader();
  if (reason === undefined) return [];
  return [
    {
      code: 'input/helm3-post-render',
      severity: 'error',
      message: `${reason}: Helm 3 takes hooks out before it post-renders, so hooks that are added now would be installed as ordinary resources, in no order`,
      hint: 'use Helm 4; or, when neither Helm 3 nor Terraform reads this output, say so with `--as-filter` (or HOOKORDER_AS_FILTER=1)',
    },
  ];
}

/** True for a hook that the input does not have, or has otherwise: by `events`, as a copy, or by an annotation that a `patch` adds. */
const isInjected = ({ resource, rule, hook, copyFor }: Placement): boolean =>
  hook !== undefined &&
  (rule?.events !== undefined ||
    copyFor !== undefined ||
    (rule !== undefined && annotationOf(resource, HOOK) === undefined));

const isOfHelm4 = ({ resource }: Placement): boolean => annotationOf(resource, POSTRENDER_FILENAME) !== undefined;
