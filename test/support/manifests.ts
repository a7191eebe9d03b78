/** Short manifests for tables of tests: JSON, which is YAML. */

type Body = Readonly<Record<string, unknown>>;

const API: Readonly<Record<string, string>> = {
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicaSet: 'apps/v1',
  Role: 'rbac.authorization.k8s.io/v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  ClusterRoleBinding: 'rbac.authorization.k8s.io/v1',
  Ingress: 'networking.k8s.io/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  ValidatingWebhookConfiguration: 'admissionregistration.k8s.io/v1',
  Certificate: 'cert-manager.io/v1',
  ExternalSecret: 'external-secrets.io/v1',
  SealedSecret: 'bitnami.com/v1alpha1',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
};

export interface Metadata {
  readonly hook?: string;
  readonly policy?: string;
  readonly weight?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** `object('Job pond-migrate', { hook: 'pre-upgrade' }, { spec: … })` */
export function object(id: string, { hook, policy, weight, annotations, ...rest }: Metadata, body: Body = {}): string {
  const [kind = '', name = ''] = id.split(' ');
  const all = {
    ...(hook !== undefined && { 'helm.sh/hook': hook }),
    ...(weight !== undefined && { 'helm.sh/hook-weight': weight }),
    ...(policy !== undefined && { 'helm.sh/hook-delete-policy': policy }),
    ...annotations,
  };
  const metadata = { name, ...rest, ...(Object.keys(all).length > 0 && { annotations: all }) };
  return JSON.stringify({ apiVersion: API[kind] ?? 'v1', kind, metadata, ...body });
}

/** Objects as one stream. */
export const stream = (...objects: readonly string[]): string => objects.map((each) => `---\n${each}\n`).join('');

/** A Deployment, StatefulSet or DaemonSet whose pods have this label and spec. */
export const workload = (id: string, pod: Body = {}, metadata: Metadata = {}, more: Body = {}): string => {
  const [, name = ''] = id.split(' ');
  return object(id, metadata, {
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'x' }], ...pod } },
      ...more,
    },
  });
};

/** A Job whose one container runs a shell script. */
export const scriptJob = (
  name: string,
  metadata: Metadata,
  script: string,
  pod: Body = {},
  labels: Body = {},
): string =>
  object(`Job ${name}`, metadata, {
    spec: {
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'c', image: 'kubectl', command: ['sh', '-ec', script] }],
          ...pod,
        },
      },
    },
  });

export const role = (name: string, rules: readonly Body[], metadata: Metadata = {}): string =>
  object(`Role ${name}`, metadata, { rules });

/** Binds a role, `Role fix`, to service accounts. */
export const binding = (id: string, roleRef: string, accounts: readonly string[], metadata: Metadata = {}): string => {
  const [kind = '', name = ''] = roleRef.split(' ');
  return object(id, metadata, {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
    subjects: accounts.map((account) => ({ kind: 'ServiceAccount', name: account })),
  });
};
