/** `weight` by event for Argo CD, where an object has one wave: the weight of one event stands for all. */
import type { Rule } from '../../model/config.ts';
import { type Finding, findingAtRule } from '../../model/finding.ts';
import type { Event } from '../../model/helm.ts';
import type { Resource } from '../../model/manifest.ts';
import { readChartOrder } from '../chart.ts';
import type { Split } from '../events.ts';
import type { Claims } from '../match.ts';

/** A sync is most often what Helm calls an upgrade, and pre events make the wave where a hook has both. */
const FIRST: readonly Event[] = [
  'pre-upgrade',
  'pre-install',
  'post-upgrade',
  'post-install',
  'pre-delete',
  'post-delete',
];

export function withOneWeight(resources: readonly Resource[], rules: readonly Rule[], claims: Claims): Split {
  const findings: Finding[] = [];
  const one = new Map(
    rules.map((rule) => {
      const { weightByEvent, ...others } = rule;
      if (weightByEvent === undefined) return [rule, rule];
      const event = FIRST.find((each) => weightByEvent.has(each));
      const weight = event && weightByEvent.get(event);
      findings.push(...differing(rule, event));
      return [rule, { ...others, ...(weight !== undefined && { weight }) }];
    }),
  );
  return {
    resources,
    rules: rules.map((rule) => one.get(rule) ?? rule),
    claims: {
      resourcesOf: new Map([...claims.resourcesOf].map(([rule, claimed]) => [one.get(rule) ?? rule, claimed])),
      ruleOf: new Map([...claims.ruleOf].map(([resource, rule]) => [resource, one.get(rule) ?? rule])),
      findings: [...claims.findings, ...findings],
    },
    chart: readChartOrder(resources),
    added: new Set(),
  };
}

function differing(rule: Rule, event: Event | undefined): readonly Finding[] {
  const weights = [...(rule.weightByEvent ?? [])].filter(([each]) => FIRST.includes(each));
  if (event === undefined || new Set(weights.map(([, weight]) => weight)).size < 2) return [];
  return [
    findingAtRule(
      'argocd/one-weight',
      rule,
      `hook "${rule.name}" has other weights in other events, and Argo CD has one wave for an object: that of ${event} counts`,
      { key: 'weight', hint: 'give it one `weight`, or order it with `after` and `before`' },
    ),
  ];
}
