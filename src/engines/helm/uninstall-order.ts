/** The order in which Helm deletes kinds: a list of its own, not the reverse of the order in which it installs [S pkg/release/v1/util/kind_sorter.go UninstallOrder][X]. */
import { compareBytes } from '../../model/helm.ts';

/** Helm 3 does not have the two kinds of webhooks, so they come last there. */
const WEBHOOKS = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'];
const KINDS = [
  'APIService',
  'Ingress',
  'IngressClass',
  'Service',
  'CronJob',
  'Job',
  'StatefulSet',
  'HorizontalPodAutoscaler',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'Pod',
  'DaemonSet',
  'RoleBindingList',
  'RoleBinding',
  'RoleList',
  'Role',
  'ClusterRoleBindingList',
  'ClusterRoleBinding',
  'ClusterRoleList',
  'ClusterRole',
  'CustomResourceDefinition',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'StorageClass',
  'ConfigMap',
  'SecretList',
  'Secret',
  'ServiceAccount',
  'PodDisruptionBudget',
  'PodSecurityPolicy',
  'LimitRange',
  'ResourceQuota',
  'NetworkPolicy',
  'Namespace',
  'PriorityClass',
];

/** Kinds that Helm does not list come last, by name. */
export function uninstallOrder(listsWebhooks: boolean): (a: string, b: string) => number {
  const ranks = new Map([...(listsWebhooks ? WEBHOOKS : []), ...KINDS].map((kind, rank) => [kind, rank]));
  const rankOf = (kind: string): number => ranks.get(kind) ?? ranks.size;
  return (a, b) => rankOf(a) - rankOf(b) || (ranks.has(a) ? 0 : compareBytes(a, b));
}
