/**
 * Why a Job cannot run before the release is installed: the objects that it waits for or names, and the database of the release.
 */

import { mentionsOf } from '../check/waits/mentions.ts';
import { compareBytes } from '../model/helm.ts';
import { groupOf } from '../model/manifest.ts';
import { formatPlacement, type Placement } from '../model/plan.ts';
import type { Purpose } from '../purpose/purpose.ts';
import type { Release } from '../release/release.ts';
import { runsDatabase } from '../waits/databases.ts';
import { runsOf, waitsOf } from '../waits/find.ts';
import { selectedBy } from '../waits/obstacles.ts';
import { isHostVariable } from '../waits/programs.ts';

/** A clause that begins with what is in the release, or undefined when nothing speaks against pre-install. */
export function whyNotBefore(placement: Placement, { role }: Purpose, release: Release): string | undefined {
  const waited = waitsOf(placement, release)
    .filter(({ patience }) => patience !== 'then-goes-on')
    .flatMap(({ targets }) => targets.slice(0, 1));
  if (waited.length > 0) return `it waits for ${list(waited)} of this release`;
  const databases = databasesOf(release);
  const named = mentionsOf(placement, new Set(), release).map(({ service, where }) => {
    const pods = selectedBy(service, release);
    return { service, where, pods: pods[0], isDatabase: pods.some((workload) => databases.includes(workload)) };
  });
  const worksOnSchema = role === 'schema' || role === 'migration';
  const own = named.find(({ isDatabase }) => isDatabase) ?? (worksOnSchema ? undefined : named[0]);
  if (own !== undefined) return names(own);
  if (worksOnSchema && databases.length > 0 && !namesOutside(placement, release))
    return `a database is in this release (${list(databases)}), and nothing in the chart says that it uses another`;
  // What else it names, it may not need; before install it could not have it.
  return named[0] && names(named[0]);
}

/** It may name what it never speaks to. */
function names({
  service,
  where,
  pods,
}: {
  readonly service: Placement;
  readonly where: string;
  readonly pods: Placement | undefined;
}): string {
  const behind = pods === undefined ? '' : `, ${formatPlacement(pods)}`;
  return `it names ${formatPlacement(service)} of this release (${where}${behind}), which is not up before install`;
}

const MAX_NAMES = 3;
function list(placements: readonly Placement[]): string {
  const names = [...new Set(placements.map(formatPlacement))];
  const shown = names.slice(0, MAX_NAMES);
  if (names.length > MAX_NAMES) return `${shown.join(', ')} and ${names.length - MAX_NAMES} more`;
  return [shown.slice(0, -1).join(', '), ...shown.slice(-1)].filter((part) => part !== '').join(' and ');
}

const DATABASE_GROUP =
  /(?:^|\.)(?:cnpg\.io|zalan\.do|crunchydata\.com|percona\.com|stackgres\.io|kubedb\.com|mysql\.oracle\.com|mariadb\.com|mongodb\.com|datastax\.com|scylladb\.com|altinity\.com|cockroachlabs\.com|pingcap\.com)$/;

/** Databases that this release installs. */
function databasesOf(release: Release): readonly Placement[] {
  const workloads = [...release.byKind('StatefulSet'), ...release.byKind('Deployment')].filter(runsDatabase);
  const custom = release.placements.filter(({ resource }) => DATABASE_GROUP.test(groupOf(resource.apiVersion)));
  return [...workloads, ...custom].sort((a, b) => compareBytes(formatPlacement(a), formatPlacement(b)));
}

/** A host that is neither a Service of the stream nor any name inside of a cluster. */
const OUTSIDE = /(?:^|@|\/\/)(?:[a-z0-9-]+\.)+(?!svc\b|local\b|internal-svc\b)[a-z]{2,}(?=[:/?]|$)/i;

function namesOutside(placement: Placement, release: Release): boolean {
  return runsOf(placement, release).some(
    ({ environment, calls }) =>
      [...environment].some(
        ([name, { value }]) => (isHostVariable(name) || /UR[IL]|DSN/i.test(name)) && OUTSIDE.test(value),
      ) || calls.some(({ reading }) => reading.hosts.some(({ text }) => OUTSIDE.test(text))),
  );
}
