/**
 * What delete policies do to a hook between its runs: a leftover that blocks the next run, data or logs that go away with an
 * object, and what Helm does to an object that stops being an ordinary one.
 *
 * In: a placement. Out: findings that hold for hooks of the chart and of the config alike, unless said otherwise.
 */
import { type Finding, findingOf } from '../../model/finding.ts';
import {
  type Event,
  HOOK,
  HOOK_DELETE_POLICY,
  HOOK_OUTPUT_LOG_POLICY,
  isAwaited,
  KEEP_POLICY,
  RESOURCE_POLICY,
} from '../../model/helm.ts';
import { valueAt } from '../../model/json.ts';
import { annotationOf, formatResource, groupOf, type Resource } from '../../model/manifest.ts';
import type { Hook, Placement } from '../../model/plan.ts';
import { type Check, type CheckContext, perContext } from '../context.ts';
import { nameKindOf } from './names.ts';

const POLICY_PATH = ['metadata', 'annotations', HOOK_DELETE_POLICY];
const HOOK_PATH = ['metadata', 'annotations', HOOK];

/** `hook/name-blocks-rerun`. */
export const checkLeftovers: Check = (placement) => {
  const { resource, hook, rule } = placement;
  if (hook === undefined || hook.events.length === 0 || placement.copyFor !== undefined) return [];
  if (hook.deletes.includes('before-hook-creation')) return [];
  const nameKind = nameKindOf(placement);
  if (nameKind === 'generated' || nameKind === 'timestamp' || nameKind === 'revision') return [];
  const runs = isAwaited(resource.kind);
  const stays = leftBehind(hook, runs);
  if (stays === undefined) return [];
  // Kept on purpose, a claim or ConfigMap is applied again by server-side apply, Helm 4's way.
  if (!runs && isKept(hook)) return [];
  // A name by content: an unchanged Job that succeeded is not meant to run again.
  const ttl = runs ? valueAt(placement.value(), ['spec', 'ttlSecondsAfterFinished']) : undefined;
  const until = typeof ttl === 'number' ? ` for ${ttl}s` : '';
  const blocks = !runs
    ? 'and where Helm creates it client-side the next run fails with "already exists"'
    : stays === 'failed'
      ? 'and blocks the next run: Helm finds it failed, or cannot change it'
      : 'so the next run fails, or under server-side apply silently does not happen';
  const severe = runs && rule !== undefined && stays === 'always' && until === '' && nameKind === 'fixed';
  const subject = stays === 'failed' ? `${formatResource(resource)} that failed` : formatResource(resource);
  return [
    findingOf(
      'hook/name-blocks-rerun',
      resource,
      POLICY_PATH,
      `${subject} is left behind${until} under its fixed name, ${blocks}`,
      {
        severity: severe ? 'error' : 'warning',
        hint: `add before-hook-creation to its ${rule === undefined ? HOOK_DELETE_POLICY : '`deletePolicy`'}`,
        ...configOf(placement, 'deletePolicy'),
      },
    ),
  ];
};

/** What of a hook is there when it should run again; undefined when nothing is. */
function leftBehind(hook: Hook, runs: boolean): 'always' | 'failed' | undefined {
  if (!hook.deletes.includes('hook-succeeded')) return 'always';
  // Kinds that only have to be created do not fail, and go away with the event, whoever fails in it.
  return runs && !hook.deletes.includes('hook-failed') ? 'failed' : undefined;
}

const isKept = (hook: Hook): boolean => hook.deletePolicies.length === 1 && hook.deletePolicies[0] === KEEP_POLICY;

/** `hook/delete-policy-loses-data`. */
export const checkDataLoss: Check = (placement, context) => {
  const { resource, hook, rule } = placement;
  if (hook === undefined || placement.copyFor !== undefined) return [];
  // What only a test creates is made for the test.
  const events = hook.events.filter((event) => event !== 'test');
  if (events.length === 0) return [];
  const loss = lossOf(placement) ?? lossOfState(placement, context);
  if (loss === undefined) return [];
  const when = deletedWhen(hook, events);
  if (when === undefined) return [];
  // A database that lives with its pods is gone after an uninstall anyway: only data that outlives them is lost by a reinstall.
  if (!when.again && !loss.outlivesPods && rule === undefined) return [];
  const by = hook.deletePolicies.length === 0 ? 'the default policy' : when.policy;
  return [
    findingOf(
      'hook/delete-policy-loses-data',
      resource,
      hook.deletePolicies.length === 0 ? HOOK_PATH : POLICY_PATH,
      `${formatResource(resource)} is deleted ${when.text} (${by}), ${loss.text}`,
      {
        severity: rule !== undefined || (when.again && !loss.written) ? 'error' : 'warning',
        hint:
          rule === undefined
            ? `make it no hook, or write \`${HOOK_DELETE_POLICY}: ${KEEP_POLICY}\``
            : `set \`deletePolicy: ${KEEP_POLICY}\` on this hook`,
        ...configOf(placement, 'deletePolicy'),
      },
    ),
  ];
};

/** When Helm deletes an object that holds data; `again` when that can happen while the release is installed. */
function deletedWhen(
  hook: Hook,
  events: readonly Event[],
): { readonly text: string; readonly again: boolean; readonly policy: string } | undefined {
  // hook-failed is left out: creating such an object is all there is to it, and a failed creation deletes nothing [S].
  if (hook.deletes.includes('hook-succeeded'))
    return { text: `at the end of each ${events.join(' and ')}`, again: true, policy: 'hook-succeeded' };
  if (!hook.deletes.includes('before-hook-creation')) return undefined;
  const again = hook.events.length > 1 || /-(?:upgrade|rollback)$/.test(events[0] ?? '');
  const repeated = events.filter((event) => /-(?:upgrade|rollback)$/.test(event));
  const text = repeated.length > 0 ? `by each ${repeated.join(' and ')}` : `by each ${events.join(' and ')}`;
  return { text: again ? text : `by the next ${events.join()} of this release`, again, policy: 'before-hook-creation' };
}

/** Custom resources by API group, their kinds with blanks between; `*` is every kind. */
type Kinds = Readonly<Record<string, string>>;

function lists(kinds: Kinds, group: string, kind: string): boolean {
  const listed = Object.hasOwn(kinds, group) ? (kinds[group] ?? '') : '';
  return listed === '*' || listed.split(' ').includes(kind);
}

/** Those whose deletion deletes a database, a queue or a bucket: their operators own the claims. */
const DATA_RESOURCES: Kinds = {
  'acid.zalan.do': 'postgresql',
  'postgresql.cnpg.io': 'Cluster Database',
  'postgres-operator.crunchydata.com': 'PostgresCluster',
  'pgv2.percona.com': 'PerconaPGCluster',
  'pxc.percona.com': 'PerconaXtraDBCluster',
  'ps.percona.com': 'PerconaServerMySQL',
  'psmdb.percona.com': 'PerconaServerMongoDB',
  'stackgres.io': 'SGCluster',
  'kubedb.com': '*',
  'mysql.oracle.com': 'InnoDBCluster',
  'k8s.mariadb.com': 'MariaDB Database',
  'mongodbcommunity.mongodb.com': 'MongoDBCommunity',
  'mongodb.com': 'MongoDB MongoDBMultiCluster',
  'kafka.strimzi.io': 'Kafka KafkaNodePool KafkaTopic',
  'elasticsearch.k8s.elastic.co': 'Elasticsearch',
  'opensearch.opster.io': 'OpenSearchCluster',
  'cassandra.datastax.com': 'CassandraDatacenter',
  'k8ssandra.io': 'K8ssandraCluster',
  'scylla.scylladb.com': 'ScyllaCluster',
  'clickhouse.altinity.com': 'ClickHouseInstallation ClickHouseKeeperInstallation',
  'rabbitmq.com': 'RabbitmqCluster Queue Vhost',
  'redis.redis.opstreelabs.in': 'Redis RedisCluster RedisReplication',
  'databases.spotahome.com': 'RedisFailover',
  'minio.min.io': 'Tenant',
  'crdb.cockroachlabs.com': 'CrdbCluster',
  'pingcap.com': 'TidbCluster',
  'planetscale.com': 'VitessCluster',
  'etcd.database.coreos.com': 'EtcdCluster',
  'influxdata.com': 'InfluxDB',
  'snapshot.storage.k8s.io': 'VolumeSnapshot VolumeSnapshotContent VolumeGroupSnapshot',
};

interface Loss {
  readonly text: string;
  readonly outlivesPods: boolean;
  /** True for what the chart's own hooks write: a chart may mean to begin anew each time. */
  readonly written?: boolean;
}

/**
 * What goes with an object that Helm deletes. CustomResourceDefinitions are not among them: Helm never deletes one that is a
 * hook, whatever its policy says [S pkg/action/hooks.go deleteHookByPolicy].
 */
function lossOf(placement: Placement): Loss | undefined {
  const { apiVersion, kind } = placement.resource;
  const group = groupOf(apiVersion);
  if (group === '') {
    if (kind === 'PersistentVolumeClaim') return { text: 'and its volume with it', outlivesPods: true };
    if (kind === 'PersistentVolume') return { text: 'and its claim is left without its volume', outlivesPods: true };
    if (kind === 'Namespace') return { text: 'and everything in it too', outlivesPods: true };
  }
  if (group === 'apps' && kind === 'StatefulSet') return lossOfStatefulSet(placement);
  if (lists(DATA_RESOURCES, group, kind)) return { text: 'and what it keeps goes with it', outlivesPods: true };
  return undefined;
}

/** A ConfigMap or Secret is configuration, until a Job or Pod of the release writes into it: then it is state. */
function lossOfState({ resource }: Placement, context: CheckContext): Loss | undefined {
  if (resource.kind !== 'ConfigMap' && resource.kind !== 'Secret') return undefined;
  const writer = writers(context).get(resource);
  if (writer === undefined) return undefined;
  return { text: `and what ${formatResource(writer.resource)} wrote into it`, outlivesPods: true, written: true };
}

/** What Jobs and Pods write into, each with the first of them. */
const writers = perContext((context) => {
  const { writesOf } = require('../waits/find.ts') as typeof import('../waits/find.ts');
  const known = new Map<Resource, Placement>();
  for (const writer of ['Job', 'Pod', 'CronJob'].flatMap(context.byKind))
    for (const { resource } of writesOf(writer, context)) if (!known.has(resource)) known.set(resource, writer);
  return known;
});

function lossOfStatefulSet(placement: Placement): Loss {
  const spec = valueAt(placement.value(), ['spec']);
  const templates = valueAt(spec, ['volumeClaimTemplates']);
  const hasClaims = Array.isArray(templates) && templates.length > 0;
  if (!hasClaims) return { text: 'and its pods with all that they keep', outlivesPods: false };
  return valueAt(spec, ['persistentVolumeClaimRetentionPolicy', 'whenDeleted']) === 'Delete'
    ? { text: 'and its claims with it (whenDeleted: Delete)', outlivesPods: true }
    : { text: 'and its pods stop; only the claims of its volumeClaimTemplates stay', outlivesPods: false };
}

/** `hook/logs-lost`. */
export const checkLogs: Check = (placement) => {
  const { resource, hook } = placement;
  if (hook === undefined || !isAwaited(resource.kind)) return [];
  if (!hook.deletes.includes('hook-failed') || hook.logPolicies.includes('hook-failed')) return [];
  return [
    findingOf(
      'hook/logs-lost',
      resource,
      POLICY_PATH,
      `${formatResource(resource)} is deleted when it fails (hook-failed), and its logs with it`,
      {
        hint:
          placement.rule === undefined
            ? `add \`${HOOK_OUTPUT_LOG_POLICY}: hook-failed\`, or take hook-failed out`
            : 'add `outputLogPolicy: [hook-failed]` to this hook, or take hook-failed out of its `deletePolicy`',
        ...configOf(placement, 'deletePolicy'),
      },
    ),
  ];
};

/** Custom resources that run something that a later step may count on. */
const RUNNING_RESOURCES: Kinds = {
  'argoproj.io': 'Workflow Rollout',
  'tekton.dev': 'PipelineRun TaskRun',
  'batch.volcano.sh': 'Job',
  'db.atlasgo.io': 'AtlasMigration AtlasSchema',
};
const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController']);

/** `hook/not-awaited`. */
export const checkAwaited: Check = (placement) => {
  const { resource, hook } = placement;
  if (hook === undefined || hook.events.length === 0) return [];
  const group = groupOf(resource.apiVersion);
  const runs =
    group === 'apps' || group === '' ? WORKLOADS.has(resource.kind) : lists(RUNNING_RESOURCES, group, resource.kind);
  if (!runs) return [];
  return [
    findingOf(
      'hook/not-awaited',
      resource,
      HOOK_PATH,
      `${formatResource(resource)} is a hook that Helm does not wait for: only a Job or a Pod holds up what comes next`,
      {
        hint: 'let the hooks after it wait for it themselves, or run the work in a Job',
        ...configOf(placement, 'match'),
      },
    ),
  ];
};

/** `hook/adopts-resource`: only the config can turn a resource that may be live into a hook. */
export const checkAdoption: Check = (placement) => {
  const { resource, rule, hook } = placement;
  if (rule === undefined || rule.adopt || hook === undefined) return [];
  if (isAwaited(resource.kind) || Object.hasOwn(resource.annotations, HOOK)) return [];
  // Helm asks the live object for this annotation and leaves such an object alone [S pkg/kube/client.go update].
  if (annotationOf(resource, RESOURCE_POLICY) === 'keep') return [];
  return [
    findingOf(
      'hook/adopts-resource',
      resource,
      ['metadata'],
      `${formatResource(resource)} becomes a hook, so Helm deletes the live one on the next upgrade as no longer part of the release`,
      {
        hint: 'let it be and set `dependencies: copy` on the hook that needs it, or set `adopt: true` if it was never installed',
        ...configOf(placement, 'match'),
      },
    ),
  ];
};

function configOf({ rule }: Placement, key: string): Pick<Finding, 'config'> {
  return rule === undefined ? {} : { config: { ...rule.placeOf(key), hook: rule.name } };
}
