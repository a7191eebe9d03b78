/** Which ancestors make it unsure that no Helm 3 reads what `render` prints. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDeployingHelm, findHandedOver, findUnsureReader } from '../../src/commands/reader.ts';
import type { Ancestry, GoModules, Process } from '../../src/model/process.ts';

const HELM_3: GoModules = { main: 'helm.sh/helm/v3/cmd/helm', modules: ['helm.sh/helm/v3', 'k8s.io/api'] };
const HELM_4: GoModules = { main: 'helm.sh/helm/v4/cmd/helm', modules: ['helm.sh/helm/v4'] };
const goProgram = (main: string, ...modules: string[]): GoModules => ({ main, modules: [main, ...modules] });

type Given = readonly [executable: string | undefined, line: string | readonly string[], modules?: GoModules];

/** The parent first; each as its executable, its command line and its Go modules. */
function ancestry(given: readonly Given[], more: Partial<Ancestry> = {}): Ancestry {
  const processes = given.map(
    ([executable, line, modules], at): Process => ({
      pid: given.length - at,
      ...(executable !== undefined && { executable }),
      args: typeof line === 'string' ? line.split(' ') : line,
      goModules: () => modules,
    }),
  );
  return { processes, isWhole: true, stdinIsFromOutside: false, ...more };
}

const BASH: Given = ['/usr/bin/bash', '-bash'];
const INIT: Given = ['/usr/lib/systemd/systemd', '/sbin/init'];
const USE = '--post-renderer /opt/hookorder';

const UNSURE: readonly { name: string; in: readonly Given[]; more?: Partial<Ancestry>; want: RegExp }[] = [
  {
    name: 'Helm 3',
    in: [['/bin/helm', `helm upgrade shop . ${USE}`, HELM_3], BASH, INIT],
    want: /below `helm upgrade` \(process 3\)/,
  },
  { name: 'Helm 3 that installs', in: [['/bin/helm', `helm install shop . ${USE}`, HELM_3]], want: /`helm install`/ },
  {
    name: 'flags before the subcommand',
    in: [['/bin/helm', `helm -n template --debug upgrade shop . ${USE}`, HELM_3]],
    want: /`helm upgrade`/,
  },
  { name: 'a Helm 3 of any name', in: [['/opt/h', `h upgrade shop . ${USE}`, HELM_3]], want: /`h upgrade`/ },
  {
    name: 'a Helm of any name that tells no modules',
    in: [['/opt/h', `h upgrade shop . ${USE}`]],
    want: /`h upgrade`/,
  },
  {
    name: 'a Helm that is called like a shell',
    in: [['/opt/bash', `bash upgrade shop . ${USE}`]],
    want: /`bash upgrade`/,
  },
  {
    name: '--post-renderer=PATH',
    in: [['/opt/h', 'h upgrade shop . --post-renderer=/opt/hookorder']],
    want: /`h upgrade`/,
  },
  {
    name: 'an executable that was deleted',
    in: [['/bin/helm3 (deleted)', `helm3 upgrade shop . ${USE}`]],
    want: /`helm3 upgrade`/,
  },
  { name: "another user's Helm", in: [[undefined, `/bin/helm3 upgrade shop . ${USE}`]], want: /`helm3 upgrade`/ },
  {
    name: 'behind a script',
    in: [
      ['/bin/dash', '/bin/sh ./wrap.sh'],
      ['/bin/helm3', `helm3 upgrade shop . ${USE}`, HELM_3],
    ],
    want: /`helm3 upgrade`/,
  },
  {
    name: 'behind three scripts',
    in: [
      BASH,
      ['/usr/bin/node', 'node a.js'],
      ['/usr/bin/python3.12', 'python3 a.py'],
      ['/bin/helm3', `helm3 upgrade shop . ${USE}`, HELM_3],
    ],
    want: /helm3/,
  },
  { name: 'a program with verbs of its own', in: [['/opt/ship', `ship deploy shop ${USE}`]], want: /`ship deploy`/ },
  {
    name: 'helm diff foretells an upgrade',
    in: [
      ['/bin/helm', `helm template shop . ${USE}`, HELM_3],
      ['/p/diff', `diff upgrade shop . ${USE}`, goProgram('github.com/databus23/helm-diff/v3', 'helm.sh/helm/v3')],
      ['/bin/helm', `helm diff upgrade shop . ${USE}`, HELM_3],
    ],
    want: /`diff upgrade`/,
  },
  {
    name: 'Helm inside Helm: the outer one installs',
    in: [['/bin/helm', 'helm template x .', HELM_3], BASH, ['/bin/helm', `helm upgrade shop . ${USE}`, HELM_3]],
    want: /`helm upgrade`/,
  },
  {
    name: 'a Helm by name that only runs something',
    in: [['/opt/helm3', ['helm3', '-c', 'cat x | hookorder']]],
    want: /`helm3`/,
  },
  {
    name: 'a script that is called helm',
    in: [['/bin/bash', '/bin/bash /opt/my tools/helm upgrade shop .'.replace('my tools', 'tools')]],
    want: /`helm upgrade`/,
  },
  {
    name: 'the Terraform provider',
    in: [
      ['/p/terraform-provider-helm_v2.17.0_x5', '/p/terraform-provider-helm_v2.17.0_x5'],
      ['/bin/terraform', 'terraform apply'],
    ],
    want: /terraform-provider-helm_v2\.17\.0_x5/,
  },
  {
    name: 'the provider under another name',
    in: [['/p/provider', '/p/provider', goProgram('github.com/hashicorp/terraform-provider-helm', 'helm.sh/helm/v3')]],
    want: /below provider/,
  },
  {
    name: 'the provider as a script',
    in: [['/bin/bash', '/bin/bash /p/terraform-provider-helm_v2.17.0']],
    want: /terraform-provider-helm/,
  },
  {
    name: 'the provider behind a script',
    in: [BASH, ['/p/terraform-provider-helm_v3.0.2', 'x']],
    want: /terraform-provider-helm/,
  },
  { name: 'Terraform itself', in: [BASH, ['/opt/terraform', 'terraform apply']], want: /below terraform/ },
  {
    name: 'Terraform with its version',
    in: [BASH, ['/opt/terraform_1.9.8', 'terraform_1.9.8 apply']],
    want: /below terraform_1/,
  },
  { name: 'OpenTofu', in: [BASH, ['/opt/tofu', 'tofu apply']], want: /below tofu/ },
  {
    name: 'the Pulumi provider',
    in: [['/p/pulumi-resource-kubernetes', 'x 127.0.0.1:1']],
    want: /pulumi-resource-kubernetes/,
  },
  {
    name: 'any Go program with Helm inside',
    in: [['/opt/operator', 'operator', goProgram('example.com/operator', 'helm.sh/helm/v3')]],
    want: /below operator/,
  },
  {
    name: 'Helm 2 inside',
    in: [['/opt/operator', 'operator', goProgram('example.com/operator', 'k8s.io/helm')]],
    want: /below operator/,
  },
  { name: 'ancestors that cannot be seen', in: [BASH], more: { isWhole: false }, want: /cannot see/ },
  { name: 'a container that only renders', in: [], more: { stdinIsFromOutside: true }, want: /outside this container/ },
  { name: 'an orphan', in: [INIT], want: /has ended/ },
];

const SURE: readonly { name: string; in: readonly Given[] }[] = [
  { name: 'a shell', in: [BASH, ['/usr/sbin/sshd', 'sshd: me@pts/0'], INIT] },
  {
    name: 'a shell whose code speaks of Helm',
    in: [['/bin/bash', ['bash', '-c', `helm template x . | hookorder; helm3 upgrade shop . ${USE}`]], INIT],
  },
  { name: 'a shell whose code ends in a path to Helm', in: [['/bin/bash', ['bash', '-ec', 'ls /opt/helm']], INIT] },
  {
    name: 'make install',
    in: [
      ['/bin/dash', ['sh', '-c', 'helm template x . | hookorder']],
      ['/usr/bin/make', 'make install upgrade'],
    ],
  },
  { name: 'make helm', in: [['/usr/bin/make', 'make helm']] },
  {
    name: 'npm run upgrade',
    in: [
      ['/bin/dash', ['sh', '-c', 'x']],
      ['/usr/bin/node', ['npm run upgrade']],
    ],
  },
  { name: 'Node', in: [['/usr/bin/node', 'node deploy.js upgrade']] },
  { name: 'Python', in: [['/usr/bin/python3.12', 'python3 -m deploy install']] },
  {
    name: 'a GitHub runner',
    in: [
      ['/bin/bash', '/usr/bin/bash -e /w/1.sh'],
      ['/r/Runner.Worker', '/r/Runner.Worker spawnclient 1 2'],
      ['/r/Runner.Listener', '/r/Runner.Listener run'],
    ],
  },
  {
    name: 'a GitLab runner',
    in: [
      BASH,
      ['/bin/gitlab-runner', 'gitlab-runner run', goProgram('gitlab.com/gitlab-org/gitlab-runner', 'k8s.io/api')],
    ],
  },
  {
    name: 'Argo CD',
    in: [
      ['/bin/sh', ['sh', '-c', 'helm template . | hookorder']],
      ['/usr/local/bin/argocd', 'argocd-cmp-server', goProgram('github.com/argoproj/argo-cd/v3', 'helm.sh/helm/v3')],
    ],
  },
  {
    name: 'helmfile, which starts Helm',
    in: [
      BASH,
      [
        '/bin/helmfile',
        'helmfile apply --post-renderer x',
        goProgram('github.com/helmfile/helmfile', 'helm.sh/helm/v3', 'helm.sh/helm/v4'),
      ],
    ],
  },
  { name: 'helm template', in: [['/bin/helm', `helm template shop . ${USE}`, HELM_3], BASH] },
  {
    name: 'helm template of a release called upgrade',
    in: [['/bin/helm', `helm template upgrade . ${USE}`, HELM_3], BASH],
  },
  {
    name: 'helm template with flags first',
    in: [['/bin/helm3', `helm3 --kube-context install -n upgrade template shop . ${USE}`]],
  },
  { name: 'helm template of any name', in: [['/opt/h', `h template shop . ${USE}`]] },
  {
    name: 'helm template that timeout started',
    in: [
      ['/bin/helm', `helm template shop . ${USE}`, HELM_3],
      ['/usr/bin/timeout', `timeout 60 helm template shop . ${USE}`],
    ],
  },
  {
    name: 'helm template that a script called helm started',
    in: [
      ['/bin/h', `h template shop . ${USE}`],
      ['/bin/bash', `/bin/bash /bin/helm template shop . ${USE}`],
    ],
  },
  { name: 'a script with such a flag of its own', in: [['/bin/bash', `/bin/bash ./render.sh ${USE}`]] },
  { name: 'the command plugin of Helm 3', in: [['/bin/helm', 'helm hookorder render x.yaml', HELM_3], BASH] },
  { name: 'the command plugin of a Helm without modules', in: [['/bin/helm3', 'helm3 hookorder render x.yaml'], BASH] },
  {
    name: 'Helm 4, also when its mark was lost',
    in: [BASH, ['/bin/helm', 'helm upgrade shop . --post-renderer chain', HELM_4]],
  },
  {
    name: 'names that only begin alike',
    in: [
      ['/bin/bash', 'bash ./helm.sh upgrade'],
      ['/bin/helm-docs', 'helm-docs'],
      ['/bin/terraform-docs', 'terraform-docs'],
      ['/bin/bash', 'bash /w/terraform/deploy.sh'],
    ],
  },
  { name: 'an executable that is called helm and is none', in: [['/opt/helm', 'helm', goProgram('example.com/helm')]] },
  { name: 'a first process that is a shell', in: [['/bin/bash', ['bash', '-c', 'x | hookorder']]] },
];

for (const { name, in: given, more, want } of UNSURE)
  test(`unsure: ${name}`, () => assert.match(findUnsureReader(ancestry(given, more)) ?? 'surely fine', want));
for (const { name, in: given } of SURE)
  test(`sure: ${name}`, () => assert.equal(findUnsureReader(ancestry(given)), undefined));

test('a command line is not quoted: it may hold passwords', () => {
  const given: Given = ['/bin/helm', `helm upgrade shop . --set password=hunter2 ${USE}`, HELM_3];
  assert.doesNotMatch(findUnsureReader(ancestry([given])) ?? '', /hunter2/);
});

test('what Helm handed over', () => {
  for (const { line, operands, want } of [
    {
      line: 'helm upgrade s . --post-renderer x --post-renderer-args only.yaml',
      operands: ['only.yaml'],
      want: 'only.yaml',
    },
    {
      line: 'helm upgrade s . --post-renderer x --post-renderer-args=only.yaml',
      operands: ['only.yaml'],
      want: 'only.yaml',
    },
    { line: 'helm upgrade s . --post-renderer x --post-renderer-args=-', operands: ['-'], want: undefined },
    {
      line: 'helm upgrade s . --post-renderer x --post-renderer-args=--config=c',
      operands: ['/tmp/all.yaml'],
      want: undefined,
    },
    { line: 'bash x.sh', operands: ['only.yaml'], want: undefined },
  ])
    assert.equal(findHandedOver(operands, ancestry([BASH, ['/bin/helm', line]])), want, line);
});

test('a Helm that deploys is told from one that only renders', () => {
  for (const [line, want] of [
    ['helm upgrade --install s . --post-renderer hookorder', 'upgrade'],
    ['helm install s . --post-renderer=hookorder', 'install'],
    ['helm -n shop install s . --post-renderer=hookorder', 'install'],
    ['helm template s . --post-renderer hookorder', undefined],
    ['helm hookorder render --target argocd', undefined],
    ['helm upgrade s .', undefined],
    ['bash deploy.sh', undefined],
  ] as const)
    assert.equal(findDeployingHelm(ancestry([BASH, ['/bin/helm', line]])), want, line);
});
