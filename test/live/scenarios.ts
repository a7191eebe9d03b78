/** What can hold up a release, as charts for the control plane, and what `why` has to say of each. */

export interface Scenario {
  readonly name: string;
  /** The chart's documents. */
  readonly release: string;
  /** What is installed first, and ends well. */
  readonly before?: string;
  /** Applied first by another client. */
  readonly setup?: readonly string[];
  /** The status of an object, where its controller does not run here: `resourcequota/q` to a merge patch. */
  readonly status?: readonly [object: string, patch: string];
  /** Labels of the namespace. */
  readonly labels?: string;
  readonly helm?: readonly string[];
  readonly operation?: 'upgrade' | 'uninstall' | 'rollback';
  /** Seconds. */
  readonly timeout?: number;
  /** Helm has ended when `why` is asked; else it waits. */
  readonly ended?: boolean;
  /** What happens meanwhile, once the Job migrate is there. */
  readonly meanwhile?: 'interrupt' | 'remove' | 'ttl' | 'kill';
  readonly code: string;
  readonly text: RegExp;
  readonly about?: RegExp;
  /** Codes of findings that explain it. */
  readonly findings?: readonly string[];
  /** The state is kept in testdata/live, for the tests that need no cluster. */
  readonly kept?: boolean;
}

interface JobSettings {
  readonly hook?: string;
  readonly policy?: string;
  /** Annotations of the pod less `plane/`. */
  readonly fate?: Readonly<Record<string, string>>;
  /** More of the pod's spec. */
  readonly pod?: Readonly<Record<string, unknown>>;
  /** More of the container. */
  readonly main?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly restart?: string;
  readonly kind?: 'Job' | 'Pod';
  readonly name?: string;
  readonly finalizer?: string;
}

const HOOK = 'pre-install,pre-upgrade';

/** As JSON, which is YAML too. */
export function job(settings: JobSettings = {}): string {
  const {
    hook = HOOK,
    policy,
    fate = {},
    pod = {},
    main = {},
    spec = {},
    restart = 'Never',
    name = 'migrate',
  } = settings;
  const marks = Object.fromEntries(Object.entries(fate).map(([key, value]) => [`plane/${key}`, value]));
  const podSpec = {
    restartPolicy: restart,
    ...pod,
    containers: [{ name: 'main', image: 'x', ...main }, ...sides(pod)],
  };
  const annotations = { 'helm.sh/hook': hook, ...(policy !== undefined && { 'helm.sh/hook-delete-policy': policy }) };
  const metadata = { name, ...(settings.finalizer !== undefined && { finalizers: [settings.finalizer] }) };
  return JSON.stringify(
    settings.kind === 'Pod'
      ? {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { ...metadata, annotations: { ...annotations, ...marks } },
          spec: podSpec,
        }
      : {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: { ...metadata, annotations },
          spec: { backoffLimit: 0, ...spec, template: { metadata: { annotations: marks }, spec: podSpec } },
        },
  );
}

const sides = ({ containers = [] }: { readonly containers?: unknown }): readonly unknown[] =>
  Array.isArray(containers) ? containers : [];

const account = '{apiVersion: v1, kind: ServiceAccount, metadata: {name: migrator}}';
const config = '{apiVersion: v1, kind: ConfigMap, metadata: {name: config}, data: {HOST: db}}';
const secret = '{apiVersion: v1, kind: Secret, metadata: {name: secret}, stringData: {PASSWORD: hunter2-and-more}}';
const service =
  '{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {selector: {app: db}, ports: [{port: 5432}]}}';
const deployment = (fate: Readonly<Record<string, string>> = {}, pod: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app' },
    spec: {
      selector: { matchLabels: { app: 'app' } },
      template: {
        metadata: {
          labels: { app: 'app' },
          annotations: Object.fromEntries(Object.entries(fate).map(([key, value]) => [`plane/${key}`, value])),
        },
        spec: { containers: [{ name: 'main', image: 'x' }], ...pod },
      },
    },
  });

const chart = (...documents: readonly string[]): string => documents.join('\n---\n');
const wait = (script: string) => ({ initContainers: [{ name: 'wait', image: 'x', command: ['sh', '-c', script] }] });

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'an account that the release makes later',
    release: chart(job({ pod: { serviceAccountName: 'migrator' } }), account),
    code: 'run/account-missing',
    text: /^ServiceAccount\/migrator is missing, which Helm makes after pre-install, with the release$/,
    about: /^Job\/migrate$/,
    findings: ['refs/not-yet-created'],
    kept: true,
  },
  {
    name: 'a Secret that nobody makes',
    release: chart(job({ main: { envFrom: [{ secretRef: { name: 'secrets' } }] } }), secret),
    code: 'run/reference-missing',
    text: /^Secret\/secrets is missing, and the release does not bring it$/,
    about: /^Pod\/migrate-/,
    kept: true,
  },
  {
    name: 'a ConfigMap for a volume',
    release: chart(job({ pod: { volumes: [{ name: 'c', configMap: { name: 'config' } }] } }), config),
    code: 'run/reference-missing',
    text: /^ConfigMap\/config is missing, which Helm makes after pre-install/,
    findings: ['refs/not-yet-created'],
  },
  {
    name: 'a key that is not there yet at an upgrade',
    before: chart(config),
    release: chart(
      job({ main: { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'config', key: 'PORT' } } }] } }),
      config.replace('HOST: db', 'HOST: db, PORT: "1"'),
    ),
    code: 'run/key-missing',
    text: /^ConfigMap\/config has no key PORT$/,
  },
  {
    name: 'a claim that nobody makes',
    release: chart(job({ pod: { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'backup' } }] } })),
    code: 'run/claim-missing',
    text: /^PersistentVolumeClaim\/backup is missing, and the release does not bring it$/,
  },
  {
    name: 'a used up quota',
    setup: ['{apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "1"}}}'],
    status: ['resourcequota/team', '{"status":{"hard":{"pods":"1"},"used":{"pods":"1"}}}'],
    release: chart(job()),
    code: 'run/quota',
    text: /^ResourceQuota\/team has no room: pods=1 asked for, pods=1 of pods=1 in use$/,
    kept: true,
  },
  {
    name: 'a limit of the namespace',
    setup: [
      '{apiVersion: v1, kind: LimitRange, metadata: {name: l}, spec: {limits: [{type: Container, max: {cpu: "1"}}]}}',
    ],
    release: chart(job({ main: { resources: { limits: { cpu: '2' } } } })),
    code: 'run/quota',
    text: /^a LimitRange of the namespace does not take the pod$/,
  },
  {
    name: 'a level of Pod Security',
    labels: 'pod-security.kubernetes.io/enforce=restricted',
    release: chart(job()),
    code: 'run/security',
    text: /^the namespace's Pod Security level restricted:latest does not take the pod$/,
  },
  {
    name: 'a PriorityClass that there is not',
    release: chart(job({ pod: { priorityClassName: 'high' } })),
    code: 'run/reference-missing',
    text: /^PriorityClass\/high is missing, and the release does not bring it$/,
  },
  {
    name: 'an image that there is not',
    release: chart(job({ fate: { pull: 'failed to pull and unpack image "docker.io/library/x:latest": not found' } })),
    code: 'run/image',
    text: /^the image x of container main cannot be pulled: there is no such image$/,
    about: /^Pod\/migrate-/,
    kept: true,
  },
  {
    name: 'no node',
    release: chart(job({ pod: { nodeSelector: { disk: 'ssd' } } })),
    code: 'run/unschedulable',
    text: /^no node takes the pod \(1 node: 1 node\(s\) didn't match Pod's node affinity\/selector\)$/,
  },
  {
    name: 'a wait for a Service of the release',
    release: chart(job({ fate: { init: 'wait' }, pod: wait('until nc -z db 5432; do sleep 1; done') }), service),
    code: 'run/init-waits',
    text: /^init container wait waits for Service\/db, which Helm makes after pre-install, with the release$/,
    findings: ['refs/waits-forever'],
    kept: true,
  },
  {
    name: 'a wait for what is outside',
    release: chart(
      job({
        fate: { init: 'wait', log: 'nc: bad address db.example.org' },
        pod: wait('until nc -z db.example.org 5432; do sleep 1; done'),
      }),
    ),
    code: 'run/init-waits',
    text: /^init container wait has not ended: it runs `nc -z db.example.org 5432`$/,
  },
  {
    name: 'a crash whose log has a password',
    release: chart(
      job({ fate: { outcome: 'fail', exit: '3', log: 'connecting with hunter2-and-more\nFATAL: no such table' } }),
      secret,
    ),
    timeout: 20,
    ended: true,
    code: 'run/crash',
    text: /^container main ended with exit code 3$/,
    about: /^Pod\/migrate-/,
    kept: true,
  },
  {
    name: 'too little memory',
    release: chart(job({ fate: { outcome: 'fail', exit: '137', reason: 'OOMKilled' } })),
    timeout: 20,
    ended: true,
    code: 'run/out-of-memory',
    text: /^container main needed more memory than its limit$/,
  },
  {
    name: 'a program that there is not',
    release: chart(
      job({
        fate: {
          start:
            'runc create failed: unable to start container process: exec: "migrate": executable file not found in $PATH',
        },
      }),
    ),
    code: 'run/start-failed',
    text: /^the image has no program migrate that it could run$/,
  },
  {
    name: 'a deadline of the Job',
    release: chart(job({ fate: { outcome: 'hang' }, spec: { activeDeadlineSeconds: 3 } })),
    timeout: 20,
    ended: true,
    code: 'run/deadline',
    text: /^it ran longer than its activeDeadlineSeconds of 3s/,
    about: /^Job\/migrate$/,
    kept: true,
  },
  {
    name: 'a container that crashes again and again',
    release: chart(
      job({ restart: 'OnFailure', spec: { backoffLimit: 6 }, fate: { outcome: 'loop', log: 'no database' } }),
    ),
    code: 'run/crash',
    text: /^container main ended with exit code 1, \d+ times by now$/,
  },
  {
    name: 'a timeout of Helm',
    release: chart(job({ fate: { outcome: 'hang' } })),
    timeout: 4,
    ended: true,
    code: 'run/timeout',
    text: /^it had not ended when Helm gave up: Pod\/migrate-\w+ runs$/,
    about: /^Job\/migrate$/,
    kept: true,
  },
  {
    name: 'a manifest that is not valid',
    release: chart(job({ restart: 'Always' })),
    ended: true,
    code: 'run/rejected',
    text: /^the API server finds the manifest invalid$/,
    findings: [],
  },
  {
    name: 'a resource of the release that is not valid',
    release: chart(job(), config, deployment({}, { containers: [{ name: 'main', image: '' }] })),
    ended: true,
    code: 'run/rejected',
    text: /^the API server finds the manifest invalid$/,
    about: /^Deployment\/app$/,
  },
  {
    name: 'a signal to Helm',
    release: chart(job({ fate: { outcome: 'hang' } })),
    meanwhile: 'interrupt',
    ended: true,
    code: 'run/interrupted',
    text: /^Helm was told to stop while it waited$/,
  },
  {
    name: 'a Job that another client deletes',
    release: chart(job({ fate: { outcome: 'hang' } })),
    meanwhile: 'remove',
    timeout: 40,
    code: 'run/vanished',
    text: /^it is not there, and Helm still waits for it$/,
  },
  {
    name: 'a Pod whose last run is still stopping',
    before: chart(config),
    setup: [
      '{apiVersion: v1, kind: Pod, metadata: {name: migrate, annotations: {plane/outcome: hang, plane/grace: "60"}}, spec: {restartPolicy: Never, containers: [{name: main, image: x}]}}',
    ],
    release: chart(job({ kind: 'Pod', fate: { outcome: 'hang', grace: '60' } }), config),
    code: 'run/still-deleted',
    // The last run is so young here that it may be taken for this one.
    text: /^the (?:last run is still|pod is) being deleted$/,
    about: /^Pod\/migrate$/,
    findings: ['hook/deletion-not-awaited'],
  },
  {
    name: 'a suspended Job',
    release: chart(job({ spec: { suspend: true } })),
    code: 'run/suspended',
    text: /^the Job is suspended, so no pod is made$/,
    findings: ['pod/never-starts'],
  },
  {
    name: 'a second container that runs on',
    release: chart(job({ fate: { outcome: 'side' }, pod: { containers: [{ name: 'proxy', image: 'envoy' }] } })),
    code: 'run/side-container',
    text: /^container main has ended, and container proxy still runs$/,
    about: /^Pod\/migrate-/,
  },
  {
    name: 'a Deployment whose image there is not, with --wait',
    release: chart(job(), deployment({ pull: 'unexpected status: 401 Unauthorized' })),
    helm: ['--wait'],
    code: 'run/image',
    text: /^the image x of container main cannot be pulled: the registry does not give the image to this pod$/,
    about: /^Pod\/app-/,
    kept: true,
  },
  {
    name: 'a Deployment that is not ready, with --wait',
    release: chart(job(), deployment({ ready: '300' })),
    helm: ['--wait'],
    code: 'run/not-ready',
    text: /^container main runs and is not ready$/,
    about: /^Pod\/app-/,
  },
  {
    name: 'a hook of an uninstall',
    before: chart(job({ hook: 'pre-delete', pod: { serviceAccountName: 'gone' } }), config),
    release: chart(config),
    operation: 'uninstall',
    code: 'run/account-missing',
    text: /^ServiceAccount\/gone is missing, and the release does not bring it$/,
  },
  {
    name: 'a hook of a rollback',
    before: chart(
      job({ hook: 'pre-rollback', fate: { outcome: 'hang' }, pod: { serviceAccountName: 'gone' } }),
      config,
    ),
    release: chart(config.replace('db', 'other')),
    operation: 'rollback',
    code: 'run/account-missing',
    text: /^ServiceAccount\/gone is missing, and the release does not bring it$/,
  },
];
