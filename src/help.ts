/** What `--help` prints: the overview, and a page for each command with examples. 80 columns. */

const OVERVIEW = `hookorder puts a Helm release's hooks in order, from outside its charts.

  helm upgrade --install shop ./chart \\
    --post-renderer hookorder --post-renderer-args=--config=hookorder.yaml
  helm hookorder plan ./chart --release shop -f values.yaml

Commands
  hookorder [render] [FILE]   patch a stream; stdin when FILE is absent or '-'
  hookorder plan  [FILE]      what Helm will run, in order, for each operation
  hookorder lint  [FILE]      what is broken or risky; with or without a config
  hookorder diff  [FILE]      what render would change in this stream
  hookorder diff  OLD NEW     what changed between two streams or saved plans
  hookorder init  [FILE]      propose a config, from one stream or INSTALL and UPGRADE renders
  hookorder adopt NAME CHART  what the first upgrade does to a running release
  hookorder export [FILE]     the order as patches for kustomize or Flux
  hookorder krm               render as a function of KRM, for kustomize build and kpt
  hookorder rehearse [FILE]   what is left, and what comes next, when a step fails
  hookorder watch NAME        a release while Helm runs it, step by step; read only
  hookorder why NAME          why a release hangs or has failed; read only
  hookorder explain [CODE]    what a finding means and how to resolve it
  hookorder schema            the JSON Schema of the config
  hookorder completion SHELL  completion of command lines for bash, zsh or fish
  hookorder version           the version

plan, lint, diff, init, rehearse and export take a CHART in place of FILE, as Helm
takes it: a folder, a .tgz, oci://…, repo/name. They let Helm render it, for
install and for upgrade.

Config: --config (repeatable), else $HOOKORDER_CONFIG, else hookorder.yaml or
.hookorder.yaml here; or what the chart itself carries as kind HookOrder. Both at
once are an error; --no-config looks for none.

Exit codes: 0 nothing to report; 1 findings at or above --fail-on, or differences
with --exit-code; 2 the work could not be done; 70 a bug in hookorder.

\`hookorder COMMAND --help\` has a command's flags and examples.
`;

const FLAGS = {
  config:
    '-c, --config FILE         ordering config; repeatable, concatenated in order\n  --no-config               look for no config; beside --config, that file alone counts',
  now: '--now TIME                the clock: unix seconds or RFC 3339; default\n                            $HOOKORDER_NOW, else the real time',
  failOn:
    '--fail-on LEVEL           lowest severity that fails: error (default), warning,\n                            never',
  helm: '--helm VERSION            which Helm deploys, like 4.2 (default: the newest)\n  --timeout DURATION        what Helm will be run with (default 5m), for deadlines\n  --wait                    Helm will be run with --wait: wait cycles are errors',
  rollback: '--rollback-on-failure     Helm will be run with it (Helm 3: --atomic)',
  target: '--target WHO              who deploys: helm (default), or argocd',
  cluster:
    '-n, --namespace NAME      the namespace of the release\n  --kubeconfig, --kube-context, --kube-as-user, …   the cluster, as Helm takes them;\n                            inside `helm` they are what Helm was given',
  chart: [
    '--release NAME            with a CHART: the name of the release',
    '-n, --namespace NAME      and its namespace',
    '-f, --values FILE         values; repeatable',
    '--set KEY=VALUE           values; so do --set-string, --set-file, --set-json\n                            and --set-literal',
    '--version VERSION         of the chart',
    '--repo URL                where the chart is',
    '--is-upgrade              render it for an upgrade only',
    '--api-versions, --kube-version, --include-crds, --dry-run=server and what else\n                            helm template takes is handed on to it',
  ].join('\n  '),
  previous:
    '--previous FILE           what is installed: a stream that was rendered, or what\n                            `helm get manifest` and `helm get hooks` print; repeatable',
  previousRelease: '--previous-release NAME   the same, asked of the cluster',
  sourceRoot:
    '--source-root NAME=FOLDER  where the chart NAME stands, for the lines of its templates;\n                            else charts below the working directory are looked at',
  common:
    '--color WHEN              auto (default), always, never; NO_COLOR and\n                            FORCE_COLOR are respected\n  -h, --help                this page\n  --version                 the version',
} as const;

const page = (usage: string, about: string, flags: readonly string[], examples: string): string =>
  `${usage}\n\n${about}\n\nFlags\n${[...flags, FLAGS.common].map((flag) => `  ${flag}`).join('\n')}\n\nExamples\n${examples}\n`;

const PAGES = {
  render: page(
    'hookorder [render] [FILE]',
    `Writes the patched stream to stdout: hook annotations, weights, delete policies,
unique Job names and hook copies, as the config says. A release whose order
cannot be established is refused, with the reason; then nothing is written.`,
    [
      FLAGS.config,
      FLAGS.now,
      FLAGS.failOn,
      FLAGS.target,
      '--errors WHERE            where a refusal goes: stderr (default), or output: one\n                            YAML scalar on stdout that makes Helm 4 stop and show it',
      '--report FILE             also write the plan and all findings as JSON',
      '--as-filter               neither Helm 3 nor Terraform reads the output: needed where\n                            hookorder cannot see that (HOOKORDER_AS_FILTER=1 too)',
      FLAGS.helm,
    ],
    `  helm template shop ./chart | hookorder -c hookorder.yaml > release.yaml
  helm upgrade --install shop ./chart --post-renderer hookorder \\
    --post-renderer-args=--config=hookorder.yaml`,
  ),
  plan: page(
    'hookorder plan [FILE|CHART]',
    `Shows what Helm will really run for install, upgrade, rollback, uninstall and
test: hooks of the config and of the charts, in run order, with what Helm waits
for and what it deletes. Works without a config too.`,
    [
      FLAGS.chart,
      FLAGS.previous,
      FLAGS.previousRelease,
      FLAGS.sourceRoot,
      FLAGS.config,
      '-o, --output FORMAT       text (default), json, mermaid, markdown, html, svg',
      '-v, --verbose             policies, templates and config lines in full',
      FLAGS.now,
      FLAGS.failOn,
      FLAGS.target,
      FLAGS.helm,
      FLAGS.rollback,
    ],
    `  hookorder plan ./chart --release shop -f values.yaml
  helm template shop ./chart | hookorder plan -o html > plan.html
  helm template shop ./chart | hookorder plan --target argocd
  hookorder plan rendered.yaml -o json > plan.json`,
  ),
  lint: page(
    'hookorder lint [FILE|CHART]',
    `Finds what is broken or risky in the hooks of a stream, of the charts and of the
config alike. Works without a config.`,
    [
      FLAGS.chart,
      FLAGS.previous,
      FLAGS.previousRelease,
      FLAGS.sourceRoot,
      FLAGS.config,
      '-o, --output FORMAT       text (default), compact, json, github, sarif, junit',
      FLAGS.now,
      FLAGS.failOn,
      FLAGS.target,
      FLAGS.helm,
      FLAGS.rollback,
    ],
    `  hookorder lint ./chart --release shop -f values.yaml
  helm template shop ./chart | hookorder lint -c hookorder.yaml -o github
  helm template shop ./chart | hookorder lint --target argocd
  hookorder lint rendered.yaml --wait --timeout 10m --fail-on warning`,
  ),
  diff: page(
    'hookorder diff [FILE|CHART]\nhookorder diff OLD NEW',
    `With one stream: what render would change in it. With two streams, or plans saved
with \`plan -o json\`: what changed between them, order first. A new timestamp in a
Job's name is no difference. An object that becomes a hook, or ceases to be one,
is a finding. Values of Secrets are never shown.`,
    [
      FLAGS.chart,
      FLAGS.previous,
      FLAGS.previousRelease,
      FLAGS.config,
      '-o, --output FORMAT       text (or summary), unified, json; default: unified for\n                            one stream, text for two',
      '--exit-code               exit 1 when there is a difference',
      FLAGS.failOn,
      FLAGS.now,
      FLAGS.target,
      FLAGS.helm,
    ],
    `  hookorder diff ./chart --release shop -c hookorder.yaml
  hookorder diff old.yaml new.yaml --exit-code
  hookorder diff plan.json <(helm template shop ./chart | hookorder plan -o json)`,
  ),
  adopt: page(
    'hookorder adopt NAME CHART',
    `A checklist for the first upgrade of a running release with this config: what has
to be cured before, worst first, what Helm then deletes, runs and changes, and the
\`helm upgrade\` command. Asks the cluster what is installed, and changes nothing.`,
    [
      FLAGS.chart,
      '--previous FILE           what is installed, instead of asking the cluster; repeatable',
      FLAGS.config,
      '-o, --output FORMAT       text (default), json',
      FLAGS.now,
      FLAGS.failOn,
      FLAGS.helm,
    ],
    `  hookorder adopt shop ./chart -n prod -f values.yaml -c hookorder.yaml`,
  ),
  rehearse: page(
    'hookorder rehearse [FILE|CHART]',
    `For each step of each operation: what is left when the API server refuses it,
when it fails, outlives --timeout, or the client is stopped or killed; what an
upgrade, a rollback and an uninstall do from there; and the way out. Outcomes
that are alike are told once, the worst first.`,
    [
      FLAGS.chart,
      FLAGS.config,
      '-o, --output FORMAT       text (default), json',
      '--operation NAME          install, upgrade, rollback, uninstall or test; repeatable',
      '--step NAME               only the steps of this object (Kind/name) or event',
      '--all                     each outcome by itself',
      FLAGS.rollback,
      FLAGS.now,
      FLAGS.target,
      FLAGS.helm,
    ],
    `  hookorder rehearse ./chart --release shop -f values.yaml -c hookorder.yaml
  helm template shop ./chart | hookorder rehearse --operation upgrade --wait
  hookorder rehearse rendered.yaml --step Job/shop-db-migrate
  hookorder rehearse rendered.yaml --target argocd`,
  ),
  init: page(
    'hookorder init [FILE|CHART]   or   hookorder init INSTALL UPGRADE',
    `Reads a stream and proposes a commented config: which Jobs look like migrations,
backups and tests, when they can run without hanging, and what they need. What
it cannot decide it says in comments. From a CHART, or two streams rendered for
install and for upgrade, it also knows what only one of them has and which names
change. With --fix it proposes the smallest config that cures the errors and
warnings of lint, and nothing else; --target argocd does that for Argo CD.`,
    [
      FLAGS.chart,
      '--fix                     cures only; each entry names what it cures',
      '-c, --config FILE         with --fix: the config to add to',
      '--write                   write hookorder.yaml (or the --config of --fix), show the plan,\n                            what is left, and the command that comes next',
      '--overwrite               with --write: a hookorder.yaml that is there is replaced',
      FLAGS.target,
      FLAGS.helm,
      FLAGS.rollback,
    ],
    `  hookorder init ./chart --release shop -f values.yaml --write
  hookorder init ./chart --release shop --fix -c hookorder.yaml --write
  helm template shop ./chart | hookorder init --fix > hookorder.yaml
  helm template shop ./chart | hookorder init --target argocd > hookorder.yaml
  hookorder init install.yaml upgrade.yaml > hookorder.yaml`,
  ),
  export: page(
    'hookorder export --to flux|kustomize [FILE|CHART]',
    `Prints the order as patches: of \`spec.postRenderers\` for a HelmRelease of Flux, or
of a kustomization. With a file of yours, the whole file with the patches in it.
Refuses what patches cannot say, and what in the HelmRelease makes them void;
writes the other lines that the order needs, and says why on stderr.`,
    [
      FLAGS.chart,
      FLAGS.config,
      '--to WHO                  flux or kustomize',
      '--helmrelease FILE        the HelmRelease that gets the patches',
      '--kustomization FILE      the kustomization or component that gets them',
      FLAGS.failOn,
      FLAGS.now,
      '--target WHO              of kustomize: helm (default), or argocd',
      FLAGS.helm,
    ],
    `  hookorder export --to flux ./chart --release shop -c hookorder.yaml
  helm template shop ./chart | hookorder export --to flux --helmrelease shop.yaml > new.yaml
  hookorder export --to kustomize all.yaml > kustomization.yaml`,
  ),
  krm: page(
    'hookorder krm [FILE]',
    `render as a function of KRM: a ResourceList comes on stdin, its functionConfig is
the ordering config, and a ResourceList leaves, with findings as its results.
A ResourceList on the stdin of render is the same.`,
    [FLAGS.config, FLAGS.failOn, FLAGS.now, FLAGS.target, FLAGS.helm],
    `  kustomize build --enable-alpha-plugins --enable-exec .
  # transformers: [order.yaml]: a HookOrder with the annotation
  #   config.kubernetes.io/function: |
  #     exec: { path: ./hookorder, args: [krm] }`,
  ),
  watch: page(
    'hookorder watch NAME',
    `Shows a release while Helm runs it: each step with its state and time, and what
holds it up, with its cause and a fix. It reads the release with \`helm get\` and the
cluster with \`kubectl get\` and \`kubectl logs\`, and never writes. A terminal is
redrawn; elsewhere each change is a line. It ends when the operation ends: exit 0
when the release is deployed (or uninstalled), 1 when it failed.`,
    [
      FLAGS.cluster,
      '--timeout DURATION        what Helm was told (default 5m)',
      '--wait                    Helm was told to wait',
      '--start-within DURATION   wait so long for an operation to begin (default 10s)',
      '--helm VERSION            which Helm deploys (default: the one that is asked)',
    ],
    `  helm hookorder watch shop -n shop
  hookorder watch shop --start-within 2m > watch.log &
  helm upgrade --install shop ./chart --timeout 10m`,
  ),
  why: page(
    'hookorder why NAME\nhookorder why --state FILE [STREAM]',
    `Says once why a release hangs or has failed: the step, its cause, the end of its
log, and what to do. With --state it reads a saved state in place of the cluster:
\`kubectl get jobs,pods,events -o json\`, and \`helm status NAME -o json\` where that
was saved too; STREAM is what was released (\`helm get manifest\`, \`helm get hooks\`).
Values of Secrets of the release are masked, in logs too. Exit 0 when nothing is
wrong, 1 when something is.`,
    [
      FLAGS.cluster,
      '--state FILE              a saved state; repeatable',
      '-o, --output FORMAT       text (default), json',
      '--timeout DURATION        what Helm was told (default 5m)',
      '--wait                    Helm was told to wait',
      '--helm VERSION            which Helm deploys (default: the one that is asked)',
    ],
    `  helm hookorder why shop -n shop
  kubectl get jobs,pods,events -n shop -o json > state.json
  helm status shop -n shop -o json > status.json
  hookorder why --state state.json --state status.json`,
  ),
  explain: page(
    'hookorder explain [CODE]',
    'Tells what a finding means, what happens in the cluster, and how to resolve it.\nWithout a code: all codes.',
    [],
    `  hookorder explain refs/not-yet-created`,
  ),
  completion: page(
    'hookorder completion bash|zsh|fish',
    `Prints what a shell needs to complete commands, flags and their values. Inside Helm,
\`helm completion\` completes \`helm hookorder\` too.`,
    [],
    `  source <(hookorder completion bash)                # in ~/.bashrc
  source <(hookorder completion zsh)                 # in ~/.zshrc, behind compinit
  hookorder completion fish > ~/.config/fish/completions/hookorder.fish`,
  ),
  version: page('hookorder version', 'Prints the version, like --version.', [], `  hookorder version`),
  schema: page(
    'hookorder schema',
    'Prints the JSON Schema of the config, for editors.',
    [],
    `  hookorder schema > hookorder.schema.json
  # yaml-language-server: $schema=hookorder.schema.json   (first line of the config)`,
  ),
} as const;

export const helpFor = (command: keyof typeof PAGES | undefined): string =>
  command === undefined ? OVERVIEW : PAGES[command];
