/**
 * `refs/wait-cycle` where no workload waits by words: a post-install hook creates the database, user or topic with which the app becomes ready, and
 * `helm --wait` holds the hook back until the app is ready. A warning: what a readiness probe asks for, the stream does not tell.
 */
import { findingOf } from '../../model/finding.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { containersOf } from '../../release/references.ts';
import { type Check, once, type Release } from '../../release/release.ts';
import { baseName } from '../../scripts/arguments.ts';
import type { Call } from '../../scripts/call.ts';
import { runsOf } from '../../waits/find.ts';
import { waitersFor } from '../../waits/waiters.ts';

/** Programs that create what a client cannot do without; others say so in their words. */
const CREATORS = /^(?:createdb|createuser)$/;
const CLIENTS =
  /^(?:psql|mysql|mariadb|mongosh?|clickhouse-client|cqlsh|kafka-topics(?:\.sh)?|rabbitmqctl|rabbitmqadmin|sqlcmd)$/;
const CREATES =
  /create\s+(?:database|user|role|keyspace|schema)\b|createUser|--create\b|add_(?:user|vhost)|declare\s+(?:queue|vhost|user)/i;

export const checkCreates: Check = (placement, release) => {
  const { resource, hook, rule } = placement;
  if (hook === undefined || resource.kind !== 'Job' || placement.copyFor !== undefined) return [];
  if (!hook.events.includes('post-install') || hook.events.includes('pre-install')) return [];
  for (const { calls } of runsOf(placement, release))
    for (const { call, reading } of calls) {
      if (!isCreating(call)) continue;
      const hosts = reading.hosts.map(({ text }) => text);
      const app = probed(release).find((workload) => speaksTo(workload, hosts, call, release));
      if (app === undefined || waitersFor(placement, release).length > 0) continue;
      return [
        findingOf(
          'refs/wait-cycle',
          resource,
          call.path,
          `${formatPlacement(placement)} creates what ${formatPlacement(app)} works with (\`${call.argv
            .map(({ source }) => source)
            .join(' ')
            .slice(
              0,
              60,
            )}\`), and \`helm --wait\` runs it only when that is ready: where its readiness needs it, the install ends with the timeout`,
          {
            hint: `make ${formatPlacement(placement)} a plain Job (\`hook: false\`, \`jobName: hash\`), or install without --wait`,
            ...(rule && { config: { ...rule.placeOf('events'), hook: rule.name } }),
          },
        ),
      ];
    }
  return [];
};

function isCreating({ argv, input }: Call): boolean {
  const [program = '', ...args] = argv.map(({ text }) => text);
  const name = baseName(program);
  return CREATORS.test(name) || (CLIENTS.test(name) && CREATES.test([...args, input ?? ''].join(' ')));
}

/** Workloads that Helm waits for and whose readiness is more than that they run. */
const probed = once((release) =>
  release
    .byKind('Deployment', 'StatefulSet')
    .filter(
      (workload) =>
        workload.hook === undefined && containersOf(workload).some(({ value }) => 'readinessProbe' in value),
    ),
);

/** Whether a workload has the host in its environment that the hook connects to. */
function speaksTo(workload: Placement, hosts: readonly string[], { variables }: Call, release: Release): boolean {
  const named = [...hosts, ...['PGHOST', 'MYSQL_HOST'].flatMap((name) => variables.get(name) ?? [])].filter(
    (host) => /^[a-z][a-z0-9.-]{1,}$/.test(host) && host !== 'localhost',
  );
  if (named.length === 0) return false;
  return runsOf(workload, release).some(({ environment }) =>
    [...environment.values()].some(({ value }) => named.some((host) => value.split(/[^\w.-]/).includes(host))),
  );
}
