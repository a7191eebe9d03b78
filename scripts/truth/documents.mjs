// Small manifests for scenarios. Each function gives a plain object; `settings` are the same for all of them:
//   hook, weight, policy    the annotations of a hook
//   keep                    helm.sh/resource-policy: keep
//   v                       a mark in annotations (and in the data of a ConfigMap) that tells which chart an object is of
//   finalizer               a finalizer that holds a deletion up until a scenario takes it away
// and those of what has Pods:
//   outcome, seconds, ready, grace    see scripts/plane/kubelet.mjs
//   needs                   the name of a ConfigMap that the Pod reads
//   account                 its ServiceAccount
//   claim                   the claim that it mounts
//   token                   a projected token

function metadata(name, { hook, weight, policy, keep, v, finalizer, labels, namespace } = {}) {
  const annotations = {
    ...(hook !== undefined && { 'helm.sh/hook': hook }),
    ...(weight !== undefined && { 'helm.sh/hook-weight': String(weight) }),
    ...(policy !== undefined && { 'helm.sh/hook-delete-policy': policy }),
    ...(keep && { 'helm.sh/resource-policy': 'keep' }),
    ...(v !== undefined && { 'truth/v': String(v) }),
  };
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(labels !== undefined && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(finalizer && { finalizers: [FINALIZER] }),
  };
}

/** The events of most hooks here. */
export const HOOK = 'pre-install,pre-upgrade';

export const FINALIZER = 'truth.example/held';

function podSpec({ needs, account, claim, token, restart = 'Never', image = 'x' }) {
  const volumes = claim
    ? [{ name: 'data', persistentVolumeClaim: { claimName: claim } }]
    : token && [{ name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }];
  return {
    ...(restart !== 'Always' && { restartPolicy: restart }),
    ...(account !== undefined && { serviceAccountName: account }),
    containers: [{ name: 'main', image, ...(needs !== undefined && { envFrom: [{ configMapRef: { name: needs } }] }) }],
    ...(volumes && { volumes }),
  };
}

function fate(settings) {
  const said = ['outcome', 'seconds', 'ready', 'grace'].filter((key) => settings[key] !== undefined);
  return Object.fromEntries(said.map((key) => [`plane/${key}`, String(settings[key])]));
}

const template = (settings, labels) => {
  const annotations = fate(settings);
  return {
    ...((labels || Object.keys(annotations).length > 0) && {
      metadata: { ...(labels && { labels }), ...(Object.keys(annotations).length > 0 && { annotations }) },
    }),
    spec: podSpec(settings),
  };
};

/** No retries unless told: one failed Pod fails the Job. */
export const job = (name, settings = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: metadata(name, settings),
  spec: { backoffLimit: 0, ...settings.spec, template: template(settings) },
});

export function pod(name, settings = {}) {
  const head = metadata(name, settings);
  const annotations = { ...head.annotations, ...fate(settings) };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...head, annotations }, spec: podSpec(settings) };
}

const workload = (kind, name, settings, more) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: metadata(name, settings),
  spec: {
    selector: { matchLabels: { app: name } },
    ...more,
    template: template({ restart: 'Always', ...settings }, { app: name }),
  },
});
export const deployment = (name, settings = {}) => workload('Deployment', name, settings, {});
export const statefulSet = (name, settings = {}) =>
  workload('StatefulSet', name, settings, { serviceName: name, ...settings.spec });

export const configMap = (name, settings = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadata(name, settings),
  ...((settings.v !== undefined || settings.data) && {
    data: { ...(settings.v !== undefined && { v: String(settings.v) }), ...settings.data },
  }),
});
export const secret = (name, settings = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: metadata(name, settings),
});
export const account = (name, settings = {}) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: metadata(name, settings),
});
export const service = (name, settings = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name, settings),
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
});
/** `port`: one of the list of ports of its only rule. */
export const networkPolicy = (name, port, settings = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: metadata(name, settings),
  spec: { podSelector: {}, ingress: [{ ports: [port] }] },
});
export const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
export const claim = (name, settings = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: metadata(name, settings),
  spec: claimSpec,
});
export const namespace = (name, settings = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: metadata(name, settings),
});

/** A kind of its own for each run, since definitions belong to the whole cluster: RUN is the run's name. `plural` gives the kind another name. */
export const definition = ({ plural = 'things', ...settings } = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: metadata(`${plural}.RUN.example`, settings),
  spec: {
    group: 'RUN.example',
    scope: 'Namespaced',
    names: { plural, singular: plural.replace(/s$/, ''), kind: 'Thing' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});
export const thing = (name, settings = {}) => ({
  apiVersion: 'RUN.example/v1',
  kind: 'Thing',
  metadata: metadata(name, settings),
});

/** A Job that the API server refuses to create, and that passes Helm's own validation. */
export const refusedJob = (name, settings = {}) => {
  const good = job(name, settings);
  good.spec.template.spec.restartPolicy = 'Sometimes';
  return good;
};
