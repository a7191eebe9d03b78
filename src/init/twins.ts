/** Two documents of one object with the same content, of which one may go. */
import { isAwaited } from '../model/helm.ts';
import type { Json } from '../model/json.ts';
import type { Placement, Plan } from '../model/plan.ts';

/** Which of the two may go, the better first: the hook, because others get copies of what stays. None where they differ. */
export function twinsOf({ resource: { kind, name, namespace } }: Placement, plan: Plan): readonly Placement[] {
  if (isAwaited(kind)) return [];
  const twins = plan.placements.filter(
    ({ copyFor, resource }) =>
      copyFor === undefined && resource.kind === kind && resource.name === name && resource.namespace === namespace,
  );
  const [first, second] = twins;
  if (first === undefined || second === undefined || twins.length > 2 || contentOf(first) !== contentOf(second))
    return [];
  return first.hook !== undefined && second.hook === undefined ? [first, second] : [second, first];
}

/** All but the marks that say how Helm treats it. */
function contentOf({ resource }: Placement): string {
  const { metadata: _, ...rest } = resource.manifest().value;
  return canonical(rest as Json);
}

const canonical = (value: Json): string =>
  JSON.stringify(value, (_key, part: Json) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
