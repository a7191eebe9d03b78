/** One cause is one finding: what several findings have in common is told once, with its members. */
import type { Finding } from '../../model/finding.ts';
import { addTo } from '../../model/maps.ts';

/** Of more members than these, a message names the first ones: all of them stand below it. */
export const NAMED = 4;

/** Findings in the order in which their causes come first. A cause with one member stays as it is. */
export function mergeCauses(findings: readonly Finding[]): readonly Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const [index, finding] of findings.entries()) addTo(groups, keyOf(finding, index), finding);
  return [...groups.values()].flatMap((group) => mergeGroup(group));
}

const keyOf = ({ code, severity, cause, members }: Finding, index: number): string =>
  cause === undefined || members !== undefined
    ? String(index)
    : JSON.stringify([code, severity, cause.key, cause.message]);

function mergeGroup(group: readonly Finding[]): readonly Finding[] {
  const [first] = group;
  if (first?.cause === undefined || first.members !== undefined) return group;
  const members = [
    ...new Map(group.toReversed().map((finding) => [finding.cause?.member, finding])).values(),
  ].reverse();
  if (members.length < 2) return [first];
  const { hint = first.hint, message } = first.cause;
  const names = listMembers(members.map(({ cause }) => cause?.member ?? ''));
  return [
    {
      ...first,
      message: message.replace('$all', names),
      ...(hint !== undefined && { hint: hint.replace('$all', names) }),
      members,
    },
  ];
}

/** `a, b and c`, and of many the first. */
function listMembers(names: readonly string[]): string {
  const shown = names.length > NAMED + 1 ? [...names.slice(0, NAMED), `${names.length - NAMED} more`] : names;
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
