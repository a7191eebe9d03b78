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
import { enteredOf } from '../model/leaving.ts';
import { annotationInHelm } from '../model/manifest.ts';
import type { Hook, Placement } from '../model/plan.ts';

/** Undefined when there is no hook annotation. `annotation` gives the text that Helm reads. */
export function readHook(annotation: (key: string) => string | undefined): Hook | undefined {
  const value = annotation(HOOK);
  if (value === undefined) return undefined;
  const { events, again, unknown } = readHookEvents(value);
  const deletePolicies = readPolicies(annotation(HOOK_DELETE_POLICY));
  return {
    events: unknown.length === 0 ? events : [],
    ...(unknown.length === 0 && again.length > 0 && { again }),
    weight: readHookWeight(annotation(HOOK_WEIGHT)).weight,
    deletePolicies,
    deletes: effectiveDeletePolicies(deletePolicies),
    logPolicies: readPolicies(annotation(HOOK_OUTPUT_LOG_POLICY)),
  };
}

/** A resource as its chart has it, before the config. */
export function asEntered({ resource }: Placement): Placement {
  const entered = enteredOf(resource);
  const hook = readHook((key) => annotationInHelm(entered, key));
  return { resource: entered, name: entered.name, ...(hook && { hook }), value: () => entered.manifest().value };
}
