import { claimSpec, configMap, deployment, HOOK, job, networkPolicy, statefulSet, thing } from '../documents.mjs';
import { created, does, failed, has, install, retry, uninstall, upgrade, worked } from './words.mjs';

const changed = (value) => ({
  apply: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'state' }, data: { v: value } },
});

/** How objects are written, and what is refused. */
export const applying = [
  {
    name: 'apply/plain',
    fact: 'Objects of the release are applied server-side; unchanged ones too.',
    source: 'makeUpdateApplyFunc in pkg/kube/client.go',
    charts: {
      one: [configMap('app', { v: 1 }), configMap('same', { v: 1 })],
      two: [configMap('app', { v: 2 }), configMap('same', { v: 1 })],
    },
    run: [install('one'), upgrade('two')],
    holds: ([, second]) => second.steps.join() === 'apply ConfigMap/app,apply ConfigMap/same',
  },
  {
    name: 'apply/client-side',
    fact: 'With `--server-side=false`, as with Helm 3, objects that changed are patched and unchanged ones are left alone.',
    source: 'patchResourceClientSide in pkg/kube/client.go',
    charts: {
      one: [configMap('app', { v: 1 }), configMap('same', { v: 1 })],
      two: [configMap('app', { v: 2 }), configMap('same', { v: 1 })],
    },
    run: [install('one', '--server-side=false'), upgrade('two', '--server-side=false')],
    holds: ([, second]) => second.steps.join() === 'patch ConfigMap/app',
  },
  {
    name: 'apply/client-side-completed',
    fact: 'Client-side, a list into whose items the API server fills something never equals that of the manifest, and is sent each time: claim templates, ports without a protocol, projected tokens without an end.',
    source: 'createPatch in pkg/kube/client.go: a three-way merge replaces such lists as a whole',
    charts: {
      one: [
        networkPolicy('bare', { port: 80 }),
        networkPolicy('full', { port: 80, protocol: 'TCP' }),
        statefulSet('claims', { spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec }] } }),
        statefulSet('simple'),
        deployment('token', { token: true }),
      ],
    },
    watch: ['PersistentVolumeClaim/data-claims-0'],
    run: [install('one', '--server-side=false'), upgrade('one', '--server-side=false')],
    holds: ([, second]) =>
      second.steps.join() === 'patch NetworkPolicy/bare,patch Deployment/token,patch StatefulSet/claims',
  },
  {
    name: 'apply/after-helm-3',
    fact: 'A release that Helm 3 installed is still written client-side by Helm 4: a kept hook exists already, and stops the upgrade.',
    source: 'getUpgradeServerSideValue in pkg/action/upgrade.go: auto',
    findings: ['hook/name-blocks-rerun'],
    charts: {
      one: [configMap('state', { hook: HOOK, policy: 'keep', v: 1 }), configMap('app', { v: 1 })],
      two: [configMap('state', { hook: HOOK, policy: 'keep', v: 1 }), configMap('app', { v: 2 })],
    },
    run: [{ ...install('one'), with: '3.22.0' }, upgrade('two')],
    holds: ([, second]) => failed(second) && second.steps.includes('create ConfigMap/state: 409'),
  },
  {
    name: 'apply/foreign-change',
    fact: 'A field of the release that another client owns now is a conflict, and the upgrade stops after its pre hooks.',
    source: 'server-side apply',
    charts: {
      one: [configMap('state', { v: 1 })],
      two: [job('pre', { hook: 'pre-upgrade' }), configMap('state', { v: 2 })],
    },
    run: [install('one'), changed('kubectl'), upgrade('two'), upgrade('two', '--force-conflicts')],
    holds: ([, second, third]) =>
      failed(second) &&
      does(second, 'create Job/pre', 'apply ConfigMap/state: 409') &&
      worked(third) &&
      third.world['ConfigMap/state'].v === '2',
  },
  {
    name: 'apply/hook-state',
    fact: 'A kept hook whose field another client changed is a conflict that no flag resolves: `--force-conflicts` does not reach hooks.',
    source: 'execHook in pkg/action/hooks.go: ClientCreateOptionServerSideApply(serverSideApply, false)',
    short: true,
    charts: { one: [configMap('state', { hook: HOOK, policy: 'keep', v: 1 }), configMap('app')] },
    run: [install('one'), changed('kubectl'), upgrade('one'), upgrade('one', '--force-conflicts')],
    holds: ([, second, third]) =>
      failed(second) && second.steps.includes('apply ConfigMap/state: 409') && failed(third),
  },
  {
    name: 'apply/hook-state-without-key',
    fact: 'It works when the manifest does not have the field that the other client writes: the value stays.',
    source: 'server-side apply',
    charts: { one: [configMap('state', { hook: HOOK, policy: 'keep' }), configMap('app')] },
    run: [install('one'), changed('kubectl'), upgrade('one')],
    holds: ([, second]) => worked(second) && second.world['ConfigMap/state'].v === 'kubectl',
  },
  {
    name: 'apply/existing-object',
    fact: 'An object that exists and is not of the release stops the install of a plain resource. A hook of that name is applied onto it, and refused only where another client owns a field that it sets.',
    source: 'existingResourceConflict in pkg/action/validate.go; hooks are not checked',
    charts: {
      one: [configMap('state', { v: 1 })],
      two: [configMap('state', { hook: HOOK, policy: 'keep', v: 1 }), configMap('app')],
      three: [configMap('state', { hook: HOOK, policy: 'keep' }), configMap('app')],
    },
    run: [changed('kubectl'), install('one'), install('two'), retry('three')],
    holds: ([first, second, third]) =>
      failed(first) &&
      first.steps.length === 0 &&
      failed(second) &&
      second.steps.includes('apply ConfigMap/state: 409') &&
      worked(third) &&
      third.steps.includes('apply ConfigMap/state'),
  },
  {
    name: 'apply/existing-object-default-policy',
    fact: 'A hook without a policy deletes an object of its name that is not of the release.',
    source: 'deleteHookByPolicy in pkg/action/hooks.go',
    charts: { one: [configMap('state', { hook: HOOK, v: 1 }), configMap('app')] },
    run: [changed('kubectl'), install('one')],
    holds: ([first]) =>
      worked(first) && first.steps.includes('delete ConfigMap/state') && first.world['ConfigMap/state'].v === '1',
  },
  {
    name: 'apply/uninstall-hooks',
    fact: 'Hooks of an uninstall are applied server-side, also in a release that is written client-side: one that exists is changed.',
    source: 'pkg/action/uninstall.go',
    charts: { one: [configMap('note', { hook: 'post-install,pre-delete', policy: 'keep', v: 1 }), configMap('app')] },
    run: [install('one', '--server-side=false'), uninstall()],
    holds: ([, second]) => worked(second) && second.steps.includes('apply ConfigMap/note'),
  },
  {
    name: 'apply/unknown-kind',
    fact: 'A kind that the cluster does not know stops the install when its hook is reached, and before any plain resource.',
    source: 'Build in pkg/kube/client.go',
    charts: { one: [job('a', { hook: 'pre-install' }), thing('b', { hook: 'pre-install' }), configMap('app')] },
    run: [install('one')],
    holds: ([first]) => failed(first) && created(first).join() === 'Job/a' && !has(first, 'ConfigMap/app'),
  },
  {
    name: 'apply/unknown-field',
    fact: 'A field that the API does not know stops a hook when it is created, after the hooks before it have run.',
    source: 'fieldValidation=Strict in pkg/kube/client.go',
    charts: {
      one: [
        job('a', { hook: 'pre-install' }),
        job('b', { hook: 'pre-install', spec: { backofLimit: 1 } }),
        configMap('app'),
      ],
    },
    run: [install('one')],
    holds: ([first]) => failed(first) && created(first).join() === 'Job/a',
  },
  {
    name: 'apply/missing-namespace',
    fact: 'A hook in a Namespace that does not exist is refused when it is reached.',
    source: 'API server',
    charts: {
      one: [
        job('a', { hook: 'pre-install' }),
        configMap('b', { hook: 'pre-install', namespace: 'RUN-none' }),
        configMap('app'),
      ],
    },
    run: [install('one')],
    holds: ([first]) => failed(first) && created(first).join() === 'Job/a' && !has(first, 'ConfigMap/app'),
  },
  {
    name: 'apply/deployment-not-touched',
    fact: 'An upgrade with an unchanged Deployment starts no new Pods.',
    source: 'Deployment controller',
    charts: {
      one: [deployment('app'), configMap('app', { v: 1 })],
      two: [deployment('app'), configMap('app', { v: 2 })],
    },
    run: [install('one', '--wait'), upgrade('two', '--wait')],
    holds: ([, second]) => worked(second) && second.world['Deployment/app'].made === 1,
  },
];
