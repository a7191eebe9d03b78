/** Whether the output goes to a Helm that reads hook annotations before post-rendering, and would install hooks as resources. */
import type { Finding } from '../model/finding.ts';
import { POSTRENDER_FILENAME } from '../model/helm.ts';
import { annotationOf } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';

/**
 * `isHelm3PostRender` is asked only when hooks would be injected into a resource without Helm 4's filename annotation: the stream
 * alone cannot tell a Helm 3 post-render from `helm template | hookorder`, the parent process can [X].
 */
export function checkHelm3(placements: readonly Placement[], isHelm3PostRender: () => boolean): readonly Finding[] {
  const injected = placements.find(
    ({ rule, hook, copyFor }) => hook !== undefined && (rule?.events !== undefined || copyFor !== undefined),
  );
  if (injected === undefined || isOfHelm4(injected) || !isHelm3PostRender() || placements.some(isOfHelm4)) return [];
  return [
    {
      code: 'input/helm3-post-render',
      severity: 'error',
      message:
        'this stream comes from a Helm 3 post-render, which takes hooks out before: injected hooks would be installed as ordinary resources',
      hint: 'use Helm 4, or write the order into the chart with `helm template` and hookorder as a filter',
    },
  ];
}

const isOfHelm4 = ({ resource }: Placement): boolean => annotationOf(resource, POSTRENDER_FILENAME) !== undefined;
