/**
 * Which kinds Argo CD waits for: those with a health check. Everything else counts as healthy once it is applied.
 *
 * [S] gitops-engine 3.6.1 pkg/health; argo-cd resource_customizations for custom resources.
 */
import { valueAt } from '../../model/json.ts';
import { groupOf } from '../../model/manifest.ts';
import type { Subject } from '../world.ts';

/** By API group, the kinds with a check; `*` is every kind. */
const CHECKED: Readonly<Record<string, string>> = {
  '': 'Pod PersistentVolumeClaim',
  apps: 'Deployment StatefulSet DaemonSet ReplicaSet',
  batch: 'Job',
  autoscaling: 'HorizontalPodAutoscaler',
  'apiregistration.k8s.io': 'APIService',
  'networking.k8s.io': 'Ingress',
  'argoproj.io': 'Workflow Rollout Application',
  'external-secrets.io': 'ExternalSecret ClusterExternalSecret SecretStore ClusterSecretStore PushSecret',
  'cert-manager.io': 'Certificate CertificateRequest Issuer ClusterIssuer',
  'bitnami.com': 'SealedSecret',
  'postgresql.cnpg.io': 'Cluster Database',
  'kafka.strimzi.io': 'Kafka KafkaTopic KafkaUser KafkaConnect',
  'k8s.mariadb.com': 'MariaDB',
  'elasticsearch.k8s.elastic.co': 'Elasticsearch',
  'rabbitmq.com': 'RabbitmqCluster Queue Vhost User',
  'kustomize.toolkit.fluxcd.io': 'Kustomization',
  'helm.toolkit.fluxcd.io': 'HelmRelease',
};

/** Whether a wave waits until the object is healthy. */
export function hasHealthCheck({ id, placement }: Subject): boolean {
  const group = groupOf(id.apiVersion);
  // Only one that asks for an address has anything to wait for.
  if (group === '' && id.kind === 'Service') return valueAt(placement?.value(), ['spec', 'type']) === 'LoadBalancer';
  const kinds = Object.hasOwn(CHECKED, group) ? (CHECKED[group] ?? '') : '';
  return kinds.split(' ').includes(id.kind);
}
