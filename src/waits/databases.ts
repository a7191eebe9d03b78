/** Servers that keep data for others, known by their images. */
import type { Placement } from '../model/plan.ts';
import { containersOf, textOf } from '../release/references.ts';

const DATABASE_IMAGE =
  /^(?:postgres|postgresql|postgresql-repmgr|postgis|timescaledb|spilo|mysql|mysql-server|mariadb|mariadb-galera|percona\S*|mongo|mongodb|mongodb-sharded|clickhouse|clickhouse-server|cassandra|scylla|cockroach|yugabyte|couchdb|couchbase|neo4j|influxdb|tidb|oracle\S*|mssql|server|arangodb)$/;
/** Caches, queues and the like, with which an app cannot do either. */
const STORE_IMAGE =
  /^(?:redis|redis-\w+|valkey|keydb|dragonfly|memcached|rabbitmq|kafka|redpanda|zookeeper|nats|nats-server|pulsar|elasticsearch|opensearch|solr|meilisearch|qdrant|weaviate|minio|etcd|consul|vault|openldap)$/;

export const runsDatabase = (workload: Placement): boolean =>
  imagesOf(workload).some((image) => DATABASE_IMAGE.test(image));

/** A database, or another store; what is a StatefulSet is one as a rule. */
export const runsStore = (workload: Placement): boolean =>
  workload.resource.kind === 'StatefulSet' ||
  imagesOf(workload).some((image) => DATABASE_IMAGE.test(image) || STORE_IMAGE.test(image));

const imagesOf = (workload: Placement): readonly string[] =>
  containersOf(workload)
    .filter(({ init }) => !init)
    .map(({ value }) => repositoryOf(textOf(value['image']) ?? ''));

/** `postgres` of `docker.io/library/postgres:17`; of `mcr.microsoft.com/mssql/server`, `mssql`. */
function repositoryOf(image: string): string {
  const steps = image
    .replace(/@.*$/, '')
    .replace(/:[^/]*$/, '')
    .split('/');
  const last = steps.at(-1) ?? '';
  return last === 'server' ? (steps.at(-2) ?? '') : last;
}
