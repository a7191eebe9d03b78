// Streams that look like what Helm gives a post-renderer, of any size, the same for the same seed: workloads with long pod specs,
// Services, RBAC, ConfigMaps with scripts, a few CRD-sized documents, and as many Jobs as asked for, some of them hooks of their chart.

/** Numbers from 0 to 1 (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const lines = (count, line) => Array.from({ length: count }, (_, at) => line(at)).join('');

const head = (apiVersion, kind, name, part, annotations = '') => `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name}
  namespace: shop
  labels:
    helm.sh/chart: shop-1.4.2
    app.kubernetes.io/name: ${part}
    app.kubernetes.io/instance: shop
    app.kubernetes.io/version: "2.7.0"
    app.kubernetes.io/managed-by: Helm
  annotations:
    postrenderer.helm.sh/postrender-filename: 'shop/charts/${part}/templates/${name}.yaml'
${annotations}`;

const pod = (indent, part, draw) =>
  `serviceAccountName: ${part}
securityContext:
  runAsNonRoot: true
  fsGroup: 1001
containers:
  - name: ${part}
    image: "registry.example.com/shop/${part}:2.7.0"
    imagePullPolicy: IfNotPresent
    command: ["/bin/sh", "-c", "exec /app/${part} --config /etc/${part}/config.yaml"]
    env:
${lines(4 + Math.floor(draw() * 12), (at) => `      - name: SETTING_${at}\n        value: "${Math.floor(draw() * 1e9)}"\n`)}      - name: PASSWORD
        valueFrom:
          secretKeyRef:
            name: ${part}-secret
            key: password
    ports:
      - name: http
        containerPort: 8080
    resources:
      limits: {cpu: 500m, memory: 512Mi}
      requests: {cpu: 100m, memory: 128Mi}
    volumeMounts:
      - name: config
        mountPath: /etc/${part}
volumes:
  - name: config
    configMap:
      name: ${part}-config
`.replaceAll(/^(?=.)/gm, ' '.repeat(indent));

const MAKERS = [
  (part, at, draw) => `${head('apps/v1', 'Deployment', `${part}-${at}`, part)}spec:
  replicas: ${1 + Math.floor(draw() * 3)}
  selector:
    matchLabels:
      app.kubernetes.io/name: ${part}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${part}
    spec:
${pod(6, part, draw)}`,
  (part, at) => `${head('v1', 'Service', `${part}-${at}`, part)}spec:
  type: ClusterIP
  ports:
    - name: http
      port: 80
      targetPort: http
  selector:
    app.kubernetes.io/name: ${part}
`,
  (part, at, draw) => `${head('v1', 'ConfigMap', `${part}-config-${at}`, part)}data:
  config.yaml: |
${lines(10 + Math.floor(draw() * 60), (row) => `    option-${row}: ${Math.floor(draw() * 1e9)}\n`)}  start.sh: |
    #!/bin/sh
    set -eu
    # kind: Job is only a word here
${lines(5 + Math.floor(draw() * 20), (row) => `    echo "step ${row} of ${part}"\n`)}`,
  (part, at) => `${head('v1', 'ServiceAccount', `${part}-${at}`, part)}automountServiceAccountToken: true
`,
  (part, at) => `${head('rbac.authorization.k8s.io/v1', 'Role', `${part}-${at}`, part)}rules:
  - apiGroups: [""]
    resources: ["configmaps", "secrets", "pods"]
    verbs: ["get", "list", "watch"]
  - apiGroups: ["batch"]
    resources: ["jobs"]
    verbs: ["create", "get"]
`,
  (part, at) => `${head('v1', 'Secret', `${part}-secret-${at}`, part)}type: Opaque
data:
  password: "c2VjcmV0"
`,
];

const crd = (
  at,
  draw,
) => `${head('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `things${at}.shop.example.com`, 'crds')}spec:
  group: shop.example.com
  names: {kind: Thing${at}, plural: things${at}}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
${lines(400, (row) => `            field${row}:\n              description: "What field ${row} of a thing says, in ${Math.floor(draw() * 1e6)} words."\n              type: string\n`)}`;

const job = (at, draw) => {
  const part = `part${at % 7}`;
  const hook = at % 3 === 0 ? '    "helm.sh/hook": post-install,post-upgrade\n    "helm.sh/hook-weight": "5"\n' : '';
  return `${head('batch/v1', 'Job', `${part}-migrate-${at}`, part, hook)}spec:
  backoffLimit: 2
  activeDeadlineSeconds: 240
  template:
    spec:
      restartPolicy: Never
${pod(6, part, draw)}`;
};

/** A stream of about `size` bytes with `jobs` Jobs spread over it. */
export function makeStream({ size, jobs, seed }) {
  const draw = random(seed);
  const documents = [];
  let length = 0;
  const add = (text) => {
    const document = `---\n${text}`;
    documents.push(document);
    length += document.length;
  };
  for (let at = 0, made = 0; length < size || made < jobs; at++) {
    if (made < jobs && (length >= size || length >= (size * made) / jobs)) add(job(made++, draw));
    else if (at % 40 === 39 && size > 400_000) add(crd(at, draw));
    else add(MAKERS[Math.floor(draw() * MAKERS.length)](`part${at % 7}`, at, draw));
  }
  return documents.join('');
}

/** An ordering config with a rule for each Job, or one that finds nothing to do. */
export function makeConfig(jobs) {
  const settings =
    'apiVersion: hookorder.io/v1\nkind: HookOrder\ndefaults:\n  deletePolicy: [before-hook-creation]\nhooks:\n';
  if (jobs === 0)
    return `${settings}  - name: migrate\n    match: { kind: Job, name: "*-of-nobody" }\n    events: [pre-upgrade]\n    optional: true\n`;
  return (
    settings +
    lines(
      jobs,
      (at) =>
        `  - name: job-${at}\n    match: { kind: Job, name: part${at % 7}-migrate-${at} }\n    events: [post-install, post-upgrade]\n${at > 0 ? `    after: [job-${at - 1}]\n` : ''}`,
    )
  );
}

/** A stream many times over, as parts of one release: whatever a document is called, it and all that names it get a name of their own. */
export function multiply(stream, copies) {
  const names = [...stream.matchAll(/^metadata:\n(?: .*\n)*? {2}name: ["']?([\w.-]+)/gm)].map((match) => match[1]);
  const longestFirst = [...new Set(names)].sort((a, b) => b.length - a.length);
  const known = longestFirst.map((name) => name.replaceAll('.', String.raw`\.`)).join('|');
  const words = new RegExp(String.raw`(?<![\w.-])(?:${known})(?![\w-])`, 'g');
  return Array.from({ length: copies }, (_, at) => stream.replaceAll(words, (name) => `${name}-x${at}`)).join('---\n');
}

/** A kustomization that writes the same annotations into all Jobs. */
export const KUSTOMIZATION = `resources: [stream.yaml]
patches:
  - target: { kind: Job }
    patch: |
      - { op: add, path: /metadata/annotations/helm.sh~1hook, value: "post-install,post-upgrade" }
      - { op: add, path: /metadata/annotations/helm.sh~1hook-weight, value: "10" }
      - { op: add, path: /metadata/annotations/helm.sh~1hook-delete-policy, value: before-hook-creation }
`;
