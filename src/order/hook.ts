/** The hook that Helm reads from annotations. */
import {
  effectiveDeletePolicies,
  HOOK,
  HOOK_DELETE_POLICY,
  HOOK_OUTPUT_LOG_POLICY,
  HOOK_WEIGHT,
  readHookEvents,
  readHookWeight,
  readPolicies,
} from '../model/helm.ts';
import type { Hook } from '../model/plan.ts';

/** Undefined when there is no hook annotation. `annotation` gives the text that Helm reads. */
export function readHook(annotation: (key: string) => string | undefined): Hook | undefined {
  const value = annotation(HOOK);
  if (value === undefined) return undefined;
  const { events, unknown } = readHookEvents(value);
  const deletePolicies = readPolicies(annotation(HOOK_DELETE_POLICY));
  return {
    events: unknown.length === 0 ? events : [],
    weight: readHookWeight(annotation(HOOK_WEIGHT)).weight,
    deletePolicies,
    deletes: effectiveDeletePolicies(deletePolicies),
    logPolicies: readPolicies(annotation(HOOK_OUTPUT_LOG_POLICY)),
  };
}
