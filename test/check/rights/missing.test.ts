import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRights } from '../../../src/check/rights/missing.ts';
import { binding, object, role, scriptJob, stream } from '../../support/manifests.ts';
import { order } from '../../support/pipeline.ts';
import { releaseOf } from '../../support/release.ts';

type Rule = Readonly<Record<string, readonly string[]>>;
const HOOK = { hook: 'post-upgrade' };
const ACCOUNT = object('ServiceAccount fix', {});
const rule = (verbs: string, resources: string, group = '', names?: readonly string[]): Rule => ({
  apiGroups: [group],
  resources: resources.split(','),
  verbs: verbs.split(','),
  ...(names && { resourceNames: names }),
});
const bound = (...rules: readonly Rule[]): readonly string[] => [
  ACCOUNT,
  role('fix', rules),
  binding('RoleBinding fix', 'Role fix', ['fix']),
];
const AS = { serviceAccountName: 'fix' };
const job = (script: string, pod = {}): string => scriptJob('fix', HOOK, script, { ...AS, ...pod });

/** Code and what is missing, less the names of account and role. */
const found = (text: string): readonly string[] => {
  const release = releaseOf(text);
  return release.placements.flatMap((placement) =>
    checkRights(placement, release).map(({ code, message }) =>
      code === 'rights/not-bound' ? 'not bound' : message.replace(/^.* not allow to /, '').replace(/ \(`.*?`\)/g, ''),
    ),
  );
};

/** A script, with the least rules that it needs: each rule taken away gives a finding, all together none. */
const NEEDS: readonly (readonly [script: string, ...rules: readonly Rule[]])[] = [
  ['kubectl get pods', rule('list', 'pods')],
  ['kubectl get pod web', rule('get', 'pods')],
  ['kubectl get po/web -o yaml', rule('get', 'pods')],
  ['kubectl get pods -w', rule('list', 'pods'), rule('watch', 'pods')],
  ['kubectl get deploy,svc', rule('list', 'deployments', 'apps'), rule('list', 'services')],
  ['kubectl -n default get secret -l app=web', rule('list', 'secrets')],
  ['kubectl describe ing web', rule('get', 'ingresses', 'networking.k8s.io')],
  [
    'kubectl wait --for=condition=complete job/a --timeout=60s',
    ...'get,list,watch'.split(',').map((verb) => rule(verb, 'jobs', 'batch')),
  ],
  [
    'kubectl wait --for=delete pvc/old',
    ...'get,list,watch'.split(',').map((verb) => rule(verb, 'persistentvolumeclaims')),
  ],
  ['kubectl rollout status sts/db', ...'get,list,watch'.split(',').map((verb) => rule(verb, 'statefulsets', 'apps'))],
  ['kubectl rollout restart deployment web', rule('get', 'deployments', 'apps'), rule('patch', 'deployments', 'apps')],
  ['kubectl rollout undo ds/web', rule('get', 'daemonsets', 'apps'), rule('patch', 'daemonsets', 'apps')],
  [
    'kubectl scale deploy/web --replicas=0',
    rule('get', 'deployments', 'apps'),
    rule('patch', 'deployments/scale', 'apps'),
  ],
  [
    'kubectl scale --replicas 0 statefulset web',
    rule('get', 'statefulsets', 'apps'),
    rule('patch', 'statefulsets/scale', 'apps'),
  ],
  ["kubectl patch svc web -p '{}'", rule('get', 'services'), rule('patch', 'services')],
  ['kubectl annotate cm web a=b --overwrite', rule('get', 'configmaps'), rule('patch', 'configmaps')],
  ['kubectl label pod web a- b=c', rule('get', 'pods'), rule('patch', 'pods')],
  [
    'kubectl set image deployment/web c=image:2',
    rule('get', 'deployments', 'apps'),
    rule('patch', 'deployments', 'apps'),
  ],
  ['kubectl set env deploy web A=b', rule('get', 'deployments', 'apps'), rule('patch', 'deployments', 'apps')],
  ['kubectl delete job old', rule('delete', 'jobs', 'batch')],
  ['kubectl delete jobs -l app=web', rule('list', 'jobs', 'batch'), rule('delete', 'jobs', 'batch')],
  ['kubectl delete pods --all', rule('list', 'pods'), rule('delete', 'pods')],
  ['kubectl logs web', rule('get', 'pods'), rule('get', 'pods/log')],
  ['kubectl logs job/a', rule('get', 'jobs', 'batch'), rule('list', 'pods'), rule('get', 'pods/log')],
  ['kubectl logs -l app=web', rule('list', 'pods'), rule('get', 'pods/log')],
  [
    'kubectl logs -f job/a',
    rule('get', 'jobs', 'batch'),
    rule('list', 'pods'),
    rule('watch', 'pods'),
    rule('get', 'pods/log'),
  ],
  ['kubectl exec -it web -c app -- sh -c "get pods"', rule('get', 'pods'), rule('create', 'pods/exec')],
  [
    'kubectl exec deploy/web -- true',
    rule('get', 'deployments', 'apps'),
    rule('list', 'pods'),
    rule('create', 'pods/exec'),
  ],
  ['kubectl cp web:/a /b', rule('get', 'pods'), rule('create', 'pods/exec')],
  ['kubectl create secret generic a --from-literal=a=b', rule('create', 'secrets')],
  ['kubectl create job a --from=cronjob/b', rule('get', 'cronjobs', 'batch'), rule('create', 'jobs', 'batch')],
  ['kubectl create token web', rule('create', 'serviceaccounts/token')],
  ['kubectl run a --image=x', rule('create', 'pods')],
  [
    'kubectl create cm a --from-literal=a=b --dry-run=client -o yaml | kubectl apply -f -',
    ...'get,create,patch'.split(',').map((verb) => rule(verb, 'configmaps')),
  ],
  [
    'kubectl apply -f - <<EOF\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\nEOF',
    ...'get,create,patch'.split(',').map((verb) => rule(verb, 'jobs', 'batch')),
  ],
  [
    'cat <<EOF | kubectl create -f -\napiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata:\n  name: a\nEOF',
    rule('create', 'issuers', 'cert-manager.io'),
  ],
  [
    'echo \'{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}\' | kubectl replace -f -',
    rule('get', 'secrets'),
    rule('update', 'secrets'),
  ],
  ['kubectl get certificates.cert-manager.io web', rule('get', 'certificates', 'cert-manager.io')],
  [
    'kubectl patch policies.v1.kyverno.io web -p "{}"',
    rule('get', 'policies', 'kyverno.io'),
    rule('patch', 'policies', 'kyverno.io'),
  ],
  ['until kubectl get cm ready; do sleep 1; done', rule('get', 'configmaps')],
  ['A=$(kubectl get cm a -o jsonpath={.data.a}); echo $A', rule('get', 'configmaps')],
  ['if kubectl get cm a; then echo b; fi', rule('get', 'configmaps')],
  ['kubectl get cm a || kubectl create cm a', rule('get', 'configmaps'), rule('create', 'configmaps')],
  ['timeout 60 kubectl get cm a', rule('get', 'configmaps')],
  ['k() { kubectl "$@"; }; k get cm a', rule('get', 'configmaps')],
  ['for x in a b; do kubectl get cm $x; done', rule('get', 'configmaps')],
  ['echo a | xargs kubectl delete secret', rule('delete', 'secrets')],
  ['kubectl get pods -o name | xargs -n1 kubectl label -l a=b pods c=d', rule('list', 'pods'), rule('patch', 'pods')],
  ['oc get cm a', rule('get', 'configmaps')],
  [
    'curl -sk -H "Authorization: Bearer $(cat /var/run/secrets/kubernetes.io/serviceaccount/token)" https://kubernetes.default.svc/api/v1/namespaces/x/pods/web',
    rule('get', 'pods'),
  ],
  [
    'curl -X DELETE -H "Authorization: Bearer $T" https://$KUBERNETES_SERVICE_HOST/apis/apps/v1/namespaces/$NS/deployments/web',
    rule('delete', 'deployments', 'apps'),
  ],
];

for (const [script, ...rules] of NEEDS)
  test(`rights/missing-verb: ${script}`, () => {
    assert.deepEqual(found(stream(...bound(...rules), job(script))), []);
    for (const left of rules) {
      const others = rules.filter((each) => each !== left);
      const [text] = found(stream(...bound(...others), job(script)));
      const [resource] = left['resources'] ?? [];
      assert.ok(
        text?.includes(`${left['verbs']?.[0]}`) && text.includes(resource ?? '?'),
        `without ${JSON.stringify(left)}: ${text}`,
      );
    }
  });

const GET: Rule = rule('get', 'configmaps');
const CASES: readonly { readonly name: string; readonly in: readonly string[]; readonly want?: readonly string[] }[] = [
  {
    name: 'a short name that no definition of the stream has may be that of any resource which Kubernetes lacks',
    in: [
      ...bound(
        rule('get', 'externalsecrets', 'external-secrets.io'),
        rule('get,list,watch', 'indices', 'search.example'),
      ),
      job('kubectl get es a; kubectl wait index/a --for=condition=Ready'),
    ],
  },
  {
    name: 'a short name is none of what Kubernetes has, and a long word is none',
    in: [...bound(GET, rule('get', 'gadgets', 'x.example')), job('kubectl get widget a')],
    want: ['get widgets'],
  },
  {
    name: 'an unknown short name where only resources of Kubernetes are allowed',
    in: [...bound(GET), job('kubectl get es a')],
    want: ['get es'],
  },
  {
    name: 'a delete that waits for a pod to end',
    in: [...bound(rule('get,list,delete', 'pods')), job('kubectl delete pod web')],
    want: ['watch pods'],
  },
  {
    name: 'a delete that does not wait',
    in: [...bound(rule('get,list,delete', 'pods')), job('kubectl delete pod web --wait=false')],
  },
  {
    name: 'a delete that may not look waits for nothing',
    in: [...bound(rule('delete', 'pods')), job('kubectl delete pod web')],
  },
  {
    name: 'a delete of what is gone at once',
    in: [...bound(rule('get,delete', 'secrets')), job('kubectl delete secret a')],
  },
  {
    name: 'to follow the logs of a pod is no watch',
    in: [...bound(rule('get', 'pods,pods/log')), job('kubectl logs -f web')],
  },
  {
    name: 'stars',
    in: [...bound(rule('*', '*', '*')), job('kubectl scale deploy/web --replicas=0; kubectl exec web -- true')],
  },
  {
    name: 'a star for a subresource',
    in: [
      ...bound(rule('get', 'deployments', 'apps'), rule('patch', '*/scale', '*')),
      job('kubectl scale deploy/web --replicas=0'),
    ],
  },
  {
    name: 'a rule of another group',
    in: [...bound(rule('get', 'deployments', 'extensions')), job('kubectl get deploy/web')],
    want: ['get deployments'],
  },
  {
    name: 'the resource without its subresource',
    in: [...bound(rule('get,create', 'pods')), job('kubectl exec web -- true')],
    want: ['create pods/exec'],
  },
  {
    name: 'the name that is allowed',
    in: [...bound(rule('get,list,watch', 'jobs', 'batch', ['a'])), job('kubectl wait --for=condition=complete job/a')],
  },
  {
    name: 'another name',
    in: [...bound(rule('get', 'configmaps', '', ['a'])), job('kubectl get cm b')],
    want: ['get configmaps'],
  },
  {
    name: 'a list where one name is allowed',
    in: [...bound(rule('get,list', 'configmaps', '', ['a'])), job('kubectl get cm')],
    want: ['list configmaps'],
  },
  {
    name: 'to create is never allowed by name',
    in: [...bound(rule('create', 'secrets', '', ['a'])), job('kubectl create secret generic a')],
    want: ['create secrets'],
  },
  {
    name: 'a name that only the run tells',
    in: [...bound(rule('get', 'configmaps', '', ['a'])), job('kubectl get cm $NAME')],
  },
  { name: 'a type that only the run tells', in: [...bound(GET), job('kubectl delete $WHAT')] },
  { name: 'a verb that only the run tells', in: [...bound(GET), job('kubectl $DO cm a')] },
  { name: 'words that are no call', in: [...bound(GET), job('echo kubectl delete pod web')] },
  {
    name: 'verbs that ask for nothing',
    in: [
      ...bound(GET),
      job('kubectl version; kubectl config view; kubectl auth can-i get pods; kubectl api-resources'),
    ],
  },
  {
    name: 'dry run at the client',
    in: [...bound(GET), job('kubectl create secret generic a --dry-run=client -o yaml')],
  },
  {
    name: 'changes of a file',
    in: [
      ...bound(GET),
      job('kubectl create secret generic a --dry-run=client -o yaml | kubectl label --local -f - a=b -o yaml'),
    ],
  },
  {
    name: 'a failure that does not matter',
    in: [
      ...bound(GET),
      job('kubectl delete pod web || true; kubectl delete pod web || :; kubectl delete pod x || echo none'),
    ],
  },
  {
    name: 'another cluster',
    in: [...bound(GET), job('kubectl --kubeconfig /a delete pod web; kubectl --context a get pods')],
  },
  {
    name: 'another account',
    in: [...bound(GET), job('kubectl config set-credentials a --token=$T; kubectl delete pod web')],
  },
  {
    name: 'a cloud gives the account',
    in: [...bound(GET), job('aws eks update-kubeconfig --name a; kubectl get nodes')],
  },
  {
    name: 'a binding to a role that is not in the stream',
    in: [ACCOUNT, binding('RoleBinding fix', 'ClusterRole edit', ['fix']), job('kubectl delete pod web')],
  },
  {
    name: 'the same beside one that is',
    in: [...bound(GET), binding('RoleBinding more', 'ClusterRole edit', ['fix']), job('kubectl delete pod web')],
  },
  {
    name: 'the union of two roles',
    in: [
      ...bound(rule('get', 'deployments', 'apps')),
      role('more', [rule('patch', 'deployments', 'apps')]),
      binding('RoleBinding more', 'Role more', ['fix']),
      job('kubectl rollout restart deploy/web'),
    ],
  },
  {
    name: 'an account from elsewhere',
    in: [role('fix', [GET]), binding('RoleBinding fix', 'Role fix', ['fix']), job('kubectl get pods')],
  },
  { name: 'the default account', in: [...bound(GET), scriptJob('fix', HOOK, 'kubectl get pods')] },
  { name: 'no token', in: [...bound(GET), job('kubectl get pods', { automountServiceAccountToken: false })] },
  { name: 'no binding', in: [ACCOUNT, role('fix', [GET]), job('kubectl get cm a')], want: ['not bound'] },
  {
    name: 'a binding of another account',
    in: [ACCOUNT, role('fix', [GET]), binding('RoleBinding fix', 'Role fix', ['other']), job('kubectl get cm a')],
    want: ['not bound'],
  },
  { name: 'no binding, and nothing that needs one', in: [ACCOUNT, job('kubectl version; echo a')] },
  {
    name: 'all accounts of the namespace',
    in: [
      ACCOUNT,
      role('fix', [GET]),
      object(
        'RoleBinding fix',
        {},
        { roleRef: { kind: 'Role', name: 'fix' }, subjects: [{ kind: 'Group', name: 'system:serviceaccounts' }] },
      ),
      job('kubectl get cm a'),
    ],
  },
  {
    name: 'a RoleBinding does not reach all namespaces',
    in: [...bound(rule('list', 'pods')), job('kubectl get pods -A')],
    want: ['list pods'],
  },
  {
    name: 'a ClusterRoleBinding does',
    in: [
      ACCOUNT,
      object('ClusterRole fix', {}, { rules: [rule('list', 'pods')] }),
      binding('ClusterRoleBinding fix', 'ClusterRole fix', ['fix']),
      job('kubectl get pods -A'),
    ],
  },
  {
    name: 'a RoleBinding does not reach what has no namespace',
    in: [
      ACCOUNT,
      object('ClusterRole fix', {}, { rules: [rule('*', '*', '*')] }),
      binding('RoleBinding fix', 'ClusterRole fix', ['fix']),
      job('kubectl get nodes; kubectl get crd a.example.org; kubectl get ns a'),
    ],
    want: ['list nodes, or get customresourcedefinitions'],
  },
  {
    name: 'another namespace',
    in: [
      object('ServiceAccount fix', { namespace: 'a' }),
      role('fix', [GET], { namespace: 'a' }),
      binding('RoleBinding fix', 'Role fix', ['fix'], { namespace: 'a' }),
      scriptJob(
        'fix',
        { ...HOOK, namespace: 'a' },
        'kubectl -n b get cm x; kubectl -n a get cm x; kubectl get cm x',
        AS,
      ),
    ],
    want: ['get configmaps'],
  },
  {
    name: 'roles that a role collects',
    in: [
      ACCOUNT,
      object('ClusterRole fix', {}, { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: 'fix' } }] } }),
      object('ClusterRole part', { labels: { part: 'fix' } }, { rules: [GET] }),
      binding('RoleBinding fix', 'ClusterRole fix', ['fix']),
      job('kubectl get cm a; kubectl get secret a'),
    ],
    want: ['get secrets'],
  },
  {
    name: 'roles of the cluster that a role collects',
    in: [
      ACCOUNT,
      object('ClusterRole fix', {}, { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: 'fix' } }] } }),
      binding('RoleBinding fix', 'ClusterRole fix', ['fix']),
      job('kubectl get cm a'),
    ],
  },
  {
    name: 'words that a definition of the stream explains',
    in: [
      ...bound(rule('get', 'ponds', 'example.org')),
      object(
        'CustomResourceDefinition ponds.example.org',
        {},
        {
          spec: {
            group: 'example.org',
            scope: 'Namespaced',
            names: { kind: 'Pond', plural: 'ponds', singular: 'pond', shortNames: ['pd'] },
          },
        },
      ),
      job('kubectl get pd a; kubectl get Pond a; kubectl patch ponds.example.org a -p x'),
    ],
    want: ['patch ponds'],
  },
  {
    name: 'a mounted script',
    in: [
      ...bound(GET),
      object('ConfigMap scripts', {}, { data: { 'run.sh': 'kubectl delete secret a' } }),
      object('Job fix', HOOK, {
        spec: {
          template: {
            spec: {
              ...AS,
              containers: [
                { name: 'c', image: 'x', command: ['sh', '/s/run.sh'], volumeMounts: [{ name: 's', mountPath: '/s' }] },
              ],
              volumes: [{ name: 's', configMap: { name: 'scripts' } }],
            },
          },
        },
      }),
    ],
    want: ['delete secrets'],
  },
  {
    name: 'the arguments of the image',
    in: [
      ...bound(GET),
      object('Job fix', HOOK, {
        spec: {
          template: {
            spec: { ...AS, containers: [{ name: 'c', image: 'bitnami/kubectl:1', args: ['delete', 'secret', 'a'] }] },
          },
        },
      }),
    ],
    want: ['delete secrets'],
  },
  {
    name: 'an init container of a Deployment',
    in: [
      ...bound(rule('get', 'jobs', 'batch')),
      object(
        'Deployment web',
        {},
        {
          spec: {
            template: {
              spec: {
                ...AS,
                initContainers: [
                  { name: 'w', image: 'x', command: ['kubectl', 'wait', '--for=condition=complete', 'job/a'] },
                ],
                containers: [{ name: 'c', image: 'x' }],
              },
            },
          },
        },
      ),
    ],
    want: ['list, watch jobs'],
  },
];

for (const each of CASES)
  test(`rights: ${each.name}`, () => {
    assert.deepEqual(found(stream(...each.in)), each.want ?? []);
  });

/** Each with the entry that the hint gives for the Role. */
const CURES = [
  {
    name: 'a Role of the release',
    in: stream(...bound(rule('get,delete', 'pods')), job('kubectl get svc web; kubectl get deploy')),
    want: 'hook: false, patch: [{op: add, path: /rules/-, value: {apiGroups: [""], resources: [services], verbs: [get]}}, {op: add, path: /rules/-, value: {apiGroups: [apps], resources: [deployments], verbs: [list]}}]',
  },
  {
    name: 'a Role that is a hook, without rules',
    in: stream(
      object('ServiceAccount fix', { ...HOOK, weight: '-3' }),
      object('Role fix', { ...HOOK, weight: '-2' }),
      binding('RoleBinding fix', 'Role fix', ['fix'], { ...HOOK, weight: '-1' }),
      job('kubectl get svc web'),
    ),
    want: 'patch: [{op: add, path: /rules, value: [{apiGroups: [""], resources: [services], verbs: [get]}]}]',
  },
];

for (const each of CURES)
  test(`rights: the fix works for ${each.name}`, () => {
    const all = { scope: 'all', severity: 'info', needsConfig: false } as const;
    const rights = (config?: string) =>
      order(each.in, config, all).findings.filter(
        ({ code, severity }) => severity === 'error' || code.startsWith('rights/'),
      );
    const [before] = rights();
    assert.equal([...(before?.hint ?? '').matchAll(/`([^`]+)`/g)].map(([, text]) => text).join(', '), each.want);
    assert.deepEqual(
      rights(
        `apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - {name: role, match: {kind: Role, name: fix}, ${each.want}}\n`,
      ),
      [],
    );
  });
