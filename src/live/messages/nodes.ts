/** What the scheduler and the kubelet say of a pod. */
import { missing, type Rule, rule } from './rule.ts';

const KINDS: Readonly<{ [word: string]: string }> = {
  configmap: 'ConfigMap',
  secret: 'Secret',
  serviceaccount: 'ServiceAccount',
};
const kindOf = (word = ''): string => KINDS[word] ?? word;

export const NODES: readonly Rule[] = [
  rule(
    'scheduler',
    /persistentvolumeclaim "([^"]+)" not found/,
    '0/1 nodes are available: persistentvolumeclaim "backup" not found. not found',
    (name = '') => missing('run/claim-missing', 'PersistentVolumeClaim', name),
  ),
  rule(
    'scheduler',
    /persistentvolumeclaim "([^"]+)" is being deleted/,
    '0/1 nodes are available: persistentvolumeclaim "backup" is being deleted.',
    (name = '') => ({
      code: 'run/still-deleted',
      text: `PersistentVolumeClaim/${name} is being deleted`,
      state: 'stuck',
      fix: 'wait until it is gone, then run Helm again',
    }),
  ),
  rule(
    'scheduler',
    /unbound immediate PersistentVolumeClaims/,
    '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    () => ({
      code: 'run/claim-unbound',
      text: 'a claim that it mounts has no volume',
      state: 'slow',
      fix: 'see the events of the claim: its StorageClass may be missing or its provisioner may not run',
    }),
  ),
  rule(
    'scheduler',
    /0\/(\d+) nodes are available: (.+?)(?:\. (?:preemption|no new claims)|\.?$)/s,
    '0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: db}, 2 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
    (nodes, why) => ({
      code: 'run/unschedulable',
      text: `no node takes the pod (${nodes === '1' ? '1 node' : `${nodes} nodes`}: ${why})`,
      state: 'slow',
      fix: 'lower what it requests, give it the tolerations and selectors of its siblings, or add a node',
    }),
  ),
  rule('scheduler', /no nodes available to schedule pods/, 'no nodes available to schedule pods', () => ({
    code: 'run/unschedulable',
    text: 'the cluster has no node for pods',
    state: 'slow',
    fix: 'add a node',
  })),
  rule('scheduler', /scheduling gates/, 'Scheduling is blocked due to non-empty scheduling gates', () => ({
    code: 'run/unschedulable',
    text: 'its scheduling gates hold it back',
    state: 'slow',
    fix: 'let the controller of the gate remove it',
  })),

  rule(
    'volume',
    /(configmap|secret) "([^"]+)" not found/,
    'MountVolume.SetUp failed for volume "config" : configmap "shop-config" not found',
    (word, name = '') => missing('run/reference-missing', kindOf(word), name),
  ),
  rule(
    'volume',
    /references non-existent (?:config|secret) key: (\S+)/,
    'MountVolume.SetUp failed for volume "config" : references non-existent config key: app.yaml',
    (key) => ({
      code: 'run/key-missing',
      text: `a volume wants the key ${key}, which its ConfigMap or Secret does not have`,
      state: 'stuck',
      fix: 'add the key, or correct its name',
    }),
  ),
  rule(
    'volume',
    /Multi-Attach error|already (?:exclusively attached|used by pod)/,
    'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another',
    () => ({
      code: 'run/volume',
      text: 'its volume is in use on another node',
      state: 'slow',
      fix: 'stop the pod that mounts it, or use an access mode for several nodes',
    }),
  ),

  rule(
    'container',
    /(configmap|secret|serviceaccount) "([^"]+)" not found/,
    'secret "db" not found',
    (word, name = '') => missing('run/reference-missing', kindOf(word), name),
  ),
  rule(
    'container',
    /couldn't find key (\S+) in (ConfigMap|Secret) (?:[^/\s]+\/)?(\S+)/,
    "couldn't find key password in Secret shop/db",
    (key, kind, name) => ({
      code: 'run/key-missing',
      text: `${kind}/${name} has no key ${key}`,
      state: 'stuck',
      fix: 'add the key, or correct its name',
    }),
  ),
  rule(
    'container',
    /runAsNonRoot and image (?:will run as root|has non-numeric user)/,
    'container has runAsNonRoot and image will run as root (pod: "migrate-x_shop(1)", container: main)',
    () => ({
      code: 'run/security',
      text: 'the pod must not run as root, and its image does',
      state: 'stuck',
      fix: 'set runAsUser, or use an image with a user of its own',
    }),
  ),
  rule(
    'container',
    /exec: "?([^":]+)"?: (?:executable file not found|stat \S+: no such file|permission denied|no such file)/,
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "migrate": executable file not found in $PATH',
    (command) => ({
      code: 'run/start-failed',
      text: `the image has no program ${command} that it could run`,
      state: 'stuck',
      fix: 'correct the command, or the image',
    }),
  ),

  rule(
    'image',
    /toomanyrequests|rate limit/i,
    'Failed to pull image "shop:1": toomanyrequests: You have reached your pull rate limit',
    () => ({
      code: 'run/image',
      text: 'the registry allows no more pulls for now',
      state: 'slow',
      fix: 'pull with an account (imagePullSecrets), or from a mirror',
    }),
  ),
  rule(
    'image',
    /unauthorized|authorization failed|denied|no basic auth|401|403/i,
    'Failed to pull image "registry.example.org/shop:1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
    () => ({
      code: 'run/image',
      text: 'the registry does not give the image to this pod',
      state: 'stuck',
      fix: 'give the pod, or its ServiceAccount, the imagePullSecrets of its siblings; or correct the name of the image',
    }),
  ),
  rule(
    'image',
    /not found|manifest unknown|does not exist|not present with pull policy/i,
    'Failed to pull image "shop:2": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/shop:2": not found',
    () => ({
      code: 'run/image',
      text: 'there is no such image',
      state: 'stuck',
      fix: 'correct the name or tag of the image, or push it',
    }),
  ),
  rule(
    'image',
    /invalid reference format|couldn't parse image/i,
    'Failed to apply default image tag "shop:": couldn\'t parse image name "shop:": invalid reference format',
    () => ({
      code: 'run/image',
      text: 'the name of the image is malformed',
      state: 'stuck',
      fix: 'correct the name of the image: a value of the chart may be empty',
    }),
  ),
  rule(
    'image',
    /no such host|timeout|connection refused|x509|tls:|i\/o|EOF/,
    'Failed to pull image "registry.example.org/shop:1": dial tcp: lookup registry.example.org: no such host',
    () => ({
      code: 'run/image',
      text: 'the registry cannot be reached',
      state: 'slow',
      fix: 'see whether the nodes reach the registry',
    }),
  ),
];
