/**
 * Two documents of one object with the same content: one of them goes. The hook, where one is a hook, because others get copies of what stays.
 */
import { compileMatch } from '../config/matcher.ts';
import type { MatcherShape } from '../config/shape.ts';
import { HOOK, isAwaited } from '../model/helm.ts';
import type { Json } from '../model/json.ts';
import { formatResource } from '../model/manifest.ts';
import type { Placement, Plan } from '../model/plan.ts';
import type { Draft } from './draft.ts';
import { type DraftOptions, draftOfChart } from './drafts.ts';
import type { Subject } from './subject.ts';

/** The draft that takes one of the two out; undefined where they differ, or where no matcher tells them apart. */
export function dropDuplicate(
  placement: Placement,
  plan: Plan,
  at: number,
  drafts: readonly Draft[],
  options: DraftOptions,
): Draft | undefined {
  const { kind, name, namespace } = placement.resource;
  if (isAwaited(kind)) return undefined;
  const twins = plan.placements.filter(
    (one) =>
      one.copyFor === undefined &&
      one.resource.kind === kind &&
      one.resource.name === name &&
      one.resource.namespace === namespace,
  );
  const [first, second] = twins;
  if (first === undefined || second === undefined || twins.length > 2 || contentOf(first) !== contentOf(second))
    return undefined;
  const victim = first.hook !== undefined && second.hook === undefined ? first : second;
  const subject = options.subjects.find(
    (one) => one.in[at]?.resource.document.index === victim.resource.document.index,
  );
  if (subject === undefined || drafts.some((draft) => draft.subject === subject)) return undefined;
  const matcher = matchersFor(subject).find((one) => isStrict(one, subject, options));
  if (matcher === undefined) return undefined;
  const draft = draftOfChart(subject, new Set(drafts.map((one) => one.name)), options);
  const rest = victim.hook === undefined ? '' : ', and hooks that need it get a copy of the other';
  draft.notes.set(
    'what',
    `${formatResource(victim.resource)} is in the chart twice with the same content: this one goes${rest}`,
  );
  return { ...draft, matcher, drop: true, ofChart: true };
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

function matchersFor({ placement: { resource, hook } }: Subject): readonly MatcherShape[] {
  const { kind, name, template } = resource;
  return [
    ...(hook === undefined ? [] : [{ kind, name, annotations: { [HOOK]: '*' } }]),
    ...(template === undefined ? [] : [{ kind, name, template: template.slice(template.lastIndexOf('/') + 1) }]),
  ];
}

/** True where it claims this document and not its twin. */
const isStrict = (matcher: MatcherShape, subject: Subject, { renders }: DraftOptions): boolean => {
  const matches = compileMatch(matcher);
  return renders.every(({ resources }, at) =>
    resources.every((one) => matches(one) === (one === subject.in[at]?.resource)),
  );
};
