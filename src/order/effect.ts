/** `order/sets-nothing`: keys of an entry that nothing it matches can take. */
import type { Rule } from '../model/config.ts';
import { type Finding, findingAtRule } from '../model/finding.ts';
import { podSpecPath } from '../model/kubernetes.ts';
import type { Claims } from './match.ts';

/** Only of what an entry says itself: defaults are for those that can take them. */
export function settingNothing(rules: readonly Rule[], { resourcesOf }: Claims): readonly Finding[] {
  return rules.flatMap((rule): readonly Finding[] => {
    const claimed = resourcesOf.get(rule) ?? [];
    // What an optional entry means may be off in this rendering.
    if (claimed.length === 0 || rule.drop || rule.optional) return [];
    const { like, values } = rule.pod;
    const sets = {
      job: Object.keys(rule.job).length > 0 && !claimed.some(({ kind }) => kind === 'Job') && 'Job',
      pod:
        (like !== undefined || Object.keys(values).length > 0) &&
        !claimed.some(({ kind }) => podSpecPath(kind) !== undefined) &&
        'resource with pods',
    };
    return Object.entries(sets).flatMap(([key, what]) =>
      what === false
        ? []
        : [
            findingAtRule(
              'order/sets-nothing',
              rule,
              `\`${key}\` of hook "${rule.name}" sets nothing: it matches no ${what}`,
              { key, severity: 'warning', hint: `take \`${key}\` out, or correct the \`match\`` },
            ),
          ],
    );
  });
}
