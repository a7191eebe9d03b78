/** Releases that the report tests draw: a small one with everything in it, one with forty hooks, and one with hostile names. */
import type { Circumstances } from '../../src/engines/engine.ts';
import type { Rule } from '../../src/model/config.ts';
import { type Finding, findingOf } from '../../src/model/finding.ts';
import type { Placement } from '../../src/model/plan.ts';
import type { Place } from '../../src/model/span.ts';
import type { Named } from '../../src/report/plan/report.ts';
import { placementNamed, placementsOf } from '../support/release.ts';

export interface Release {
  readonly circumstances: Circumstances;
  readonly plan: { readonly placements: readonly Placement[] };
  readonly findings: readonly Finding[];
  readonly named?: Named;
}

const NAMED: Named = { release: 'shop', chartVersion: '1.4.0', configs: ['hookorder.yaml'] };

/** `helm upgrade` as most people call it. */
export const USUAL_HELM: Circumstances = { version: '4.3', wait: false, timeoutSeconds: 300 };

const rule = (name: string, line: number, settings: Partial<Rule> = {}): Partial<Rule> => {
  const place: Place = { file: 'hookorder.yaml', line, column: 5 };
  return { name, place, placeOf: () => place, ...settings };
};

const object = (kind: string, name: string, more = ''): string =>
  `---\n# Source: shop/templates/${name}.yaml\napiVersion: ${apiVersionOf(kind)}\nkind: ${kind}\nmetadata:\n  name: ${name}\n${more}`;

const apiVersionOf = (kind: string): string =>
  ({ Job: 'batch/v1', Deployment: 'apps/v1', StatefulSet: 'apps/v1', CronJob: 'batch/v1' })[kind] ?? 'v1';

const hook = (events: string, weight: number, policy?: string): string =>
  `  annotations:\n    helm.sh/hook: ${events}\n    helm.sh/hook-weight: "${weight}"\n${
    policy === undefined ? '' : `    helm.sh/hook-delete-policy: ${policy}\n`
  }`;

const job = (spec: string): string =>
  `spec:\n${spec}  template:\n    spec:\n      restartPolicy: Never\n      containers:\n        - name: main\n          image: shop/tools:1\n          command: [sh, -c, "until nc -z shop-elk.default.svc.cluster.local 9200 -w 2; do sleep 2; done"]\n`;

const USUAL = 'before-hook-creation,hook-succeeded';

/** Five hooks of people, two copies, and what a chart has beside them. */
export function smallRelease(): Release {
  const text = [
    object('Job', 'shop-create-schema', hook('pre-install,pre-upgrade', 0, USUAL) + job('')),
    object('ConfigMap', 'shop-config', 'data: { HOST: shop-db }\n'),
    object('ServiceAccount', 'shop-migrator'),
    object(
      'Job',
      'shop-db-migrate',
      hook('pre-install,pre-upgrade', 10, 'hook-succeeded') +
        job('  activeDeadlineSeconds: 240\n  ttlSecondsAfterFinished: 86400\n'),
    ),
    object('Job', 'shop-seed-5f0c1e2a', hook('post-install', 20, 'keep') + job('  ttlSecondsAfterFinished: 86400\n')),
    object('Pod', 'shop-smoke', `${hook('post-install,post-upgrade', 30, 'hook-succeeded')}spec: { containers: [] }\n`),
    object('Pod', 'shop-test-api', `${hook('test', 0)}spec: { containers: [] }\n`),
    ...['shop-config-b', 'shop-config-c', 'shop-config-d'].map((name) => object('ConfigMap', name)),
    ...['shop-api', 'shop-web', 'shop-worker'].map((name) => object('Deployment', name)),
    ...['shop-api', 'shop-web', 'shop-db'].map((name) => object('Service', name)),
    object('StatefulSet', 'shop-db'),
    object('Secret', 'shop-secret'),
  ].join('');
  const original = placementsOf(text, {
    'shop-create-schema': rule('create-schema', 8),
    'shop-db-migrate': rule('migrate', 12, {
      after: ['create-schema'],
      dependencies: 'copy',
      jobName: { suffix: 'timestamp', format: 'unix' },
    }),
    'shop-seed-5f0c1e2a': rule('seed', 20),
    'shop-smoke': rule('smoke', 26),
  });
  const migrate: Placement = { ...placementNamed(original, 'Job/shop-db-migrate'), name: 'shop-db-migrate-1732147200' };
  const placements = original.flatMap((placement): Placement[] => {
    if (placement.resource === migrate.resource) return [migrate];
    const { name, kind } = placement.resource;
    return name === 'shop-migrator' || (kind === 'ConfigMap' && name === 'shop-config')
      ? [placement, copyOf(placement, migrate)]
      : [placement];
  });
  return {
    plan: { placements },
    circumstances: USUAL_HELM,
    named: NAMED,
    findings: [
      findingOf(
        'refs/waits-forever',
        migrate.resource,
        ['spec', 'template', 'spec', 'containers', 0, 'command', 2],
        'Job/shop-db-migrate waits for Service/shop-elk, which Helm creates after pre-install hooks',
        {
          hint: 'run it post-install and post-upgrade, or take the wait out',
          mark: 'nc -z shop-elk',
          config: { file: 'hookorder.yaml', line: 12, column: 5, hook: 'migrate' },
        },
      ),
      findingOf(
        'job/no-backoff-limit',
        placementNamed(placements, 'Job/shop-seed-5f0c1e2a').resource,
        ['spec'],
        'Job/shop-seed-5f0c1e2a sets no backoffLimit, so it fails only after seven attempts',
        { hint: 'set `job: { backoffLimit: 2 }`' },
      ),
    ],
  };
}

function copyOf(placement: Placement, user: Placement): Placement {
  const { rule: _, ...original } = placement;
  return {
    ...original,
    name: `${placement.name}-hook`,
    copyFor: [user],
    hook: {
      events: user.hook?.events ?? [],
      weight: (user.hook?.weight ?? 0) - 1,
      deletePolicies: USUAL.split(','),
      deletes: ['before-hook-creation', 'hook-succeeded'],
      logPolicies: [],
    },
  };
}

/** Forty hooks in all events, chained by `after`. */
export function largeRelease(findingsWanted = 12): Release {
  const events = ['pre-install,pre-upgrade', 'post-install,post-upgrade', 'pre-delete', 'post-rollback', 'test'];
  const sizes = [18, 12, 4, 2, 4];
  const hooks = sizes.flatMap((size, at) =>
    Array.from({ length: size }, (_, index) => ({
      name: `suite-${(events[at] ?? '').split(',')[0]}-step-${index + 1}`,
      events: events[at] ?? '',
      index,
    })),
  );
  const text = [
    ...hooks.map(({ name, events: on, index }) =>
      object('Job', name, hook(on, index * 10, USUAL) + job(index % 3 === 0 ? '  activeDeadlineSeconds: 300\n' : '')),
    ),
    ...Array.from({ length: 60 }, (_, index) =>
      object(
        ['Deployment', 'Service', 'ConfigMap', 'Secret', 'Role', 'CronJob'][index % 6] ?? 'Role',
        `suite-part-${index}`,
      ),
    ),
  ].join('');
  const rules = Object.fromEntries(
    hooks.map(({ name, index }, at) => [
      name,
      rule(
        name.replace('suite-', ''),
        6 + at * 4,
        index % 4 === 3 ? { after: [hooks[at - 2]?.name.replace('suite-', '') ?? ''] } : {},
      ),
    ]),
  );
  const placements = placementsOf(text, rules);
  const codes = ['refs/not-yet-created', 'refs/stale-on-upgrade', 'job/no-backoff-limit'] as const;
  const findings = Array.from({ length: findingsWanted }, (_, at) => {
    const name = hooks[(at * 2) % hooks.length]?.name ?? '';
    return findingOf(
      codes[at % 3] ?? codes[0],
      placementNamed(placements, `Job/${name}`).resource,
      ['spec'],
      `Job/${name} is there to show finding number ${at + 1} of this release`,
      { hint: 'resolve it' },
    );
  });
  return { plan: { placements }, findings, circumstances: USUAL_HELM, named: NAMED };
}

/** A chart that knows nothing of hooks. */
export const plainRelease = (): Release => ({
  plan: {
    placements: placementsOf([object('Job', 'shop-db-migrate', job('')), object('ConfigMap', 'shop-config')].join('')),
  },
  findings: [],
  circumstances: USUAL_HELM,
  named: NAMED,
});

/** The small release where an older one is installed: without the smoke test, and with the migration elsewhere. */
export function upgradedRelease(): Release {
  const small = smallRelease();
  const previous = small.plan.placements.flatMap((placement): Placement[] => {
    const { hook, resource } = placement;
    if (resource.name === 'shop-smoke') return [];
    return [resource.name === 'shop-db-migrate' && hook ? { ...placement, hook: { ...hook, weight: 3 } } : placement];
  });
  return { ...small, circumstances: { ...small.circumstances, previous, isPreviousKnown: true } };
}

/** What charts could try to smuggle into a page, a table, a diagram or a terminal. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "it's `quoted` | piped | {braced} [boxed] (round)",
  '%0A::error::injected',
  '\u001b[31mred\u001b[0m\ttab',
  'line\nbreak\r\n## heading',
  '--> end; graph TD; A-->B #quot; &amp;',
  'emoji 🚀 ]]> \u202e reversed',
  '[link](javascript:alert(1)) ![x](y) </details>',
  'subgraph end click callback',
];

/** The small release with hostile text in every place that a chart can fill. */
export function hostileRelease(): Release {
  const small = smallRelease();
  const placements = small.plan.placements.map((placement, at): Placement => {
    const evil = HOSTILE[at % HOSTILE.length] ?? '';
    const kind = placement.hook === undefined && at % 2 === 0 ? `K${evil}` : placement.resource.kind;
    const resource = { ...placement.resource, kind, namespace: evil, template: evil, chart: evil };
    const evilRule = placement.rule && { ...placement.rule, name: evil, place: { file: evil, line: 1, column: 1 } };
    return { ...placement, resource, name: evil, ...(evilRule && { rule: evilRule }) };
  });
  const findings = HOSTILE.map((evil, at): Finding => {
    const resource = placements[at]?.resource;
    return {
      code: 'hook/unknown-event',
      severity: at % 2 === 0 ? 'error' : 'warning',
      message: `${evil} is no event`,
      hint: evil,
      path: ['metadata', evil],
      frame: { line: evil, mark: evil.slice(2, 5) },
      config: { file: evil, line: 1, column: 2, hook: evil },
      ...(resource && { resource }),
    };
  });
  return { plan: { placements }, findings, circumstances: USUAL_HELM };
}
