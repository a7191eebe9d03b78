/**
 * Which program reads what `render` prints. Helm 3 takes hooks out before it post-renders, so hooks that are added then become ordinary
 * resources, with exit 0 [X 3.18.0, 3.22.0]. The stream cannot tell Helm 3 from a pipe; the programs above this one can.
 *
 * A Helm of any name has `--post-renderer` on its command line: nothing else makes it run one. A program that has Helm inside (the Terraform
 * provider) needs no such flag; its Go modules tell, and its name where they cannot be read. What cannot be seen is not surely fine.
 */
import { hasPostRenderer, postRendererArgs, subcommandOf } from '../model/helm-command.ts';
import { type Ancestry, type GoModules, namesOf, type Process, programName, scriptIndexOf } from '../model/process.ts';

/** `helm`, `helm3`, `helm-v3.18.0`, `helm_3`, `helm-linux-amd64`; not `helm.sh` or `helm-docs`. */
const HELM_NAME = /^helm([-_.]?v?\d[\w.+-]*|[-_](linux|darwin|windows)[\w.-]*)?$/i;
const HELM_MAIN = /(?:^|\/)helm(?:\/v(\d+))?\/cmd\/helm$/;
const HELM_MODULE = /^(helm\.sh\/helm|k8s\.io\/helm)(\/v\d+)?$/;
/** Terraform, OpenTofu, and their providers; Pulumi's provider has a Helm 3 that post-renders too. */
const CARRIER_NAME =
  /^((terraform|tofu|opentofu)([-_.]?v?\d[\w.+-]*)?|terraform-provider-.*|pulumi-resource-kubernetes.*)$/i;
/** Programs that have Helm's modules and start the executable for every rendering, so that it is among the ancestors by itself. */
const STARTS_HELM =
  /^github\.com\/(helmfile\/helmfile|argoproj\/argo-cd|databus23\/helm-diff|GoogleContainerTools\/skaffold|derailed\/k9s)(\/|$)/;
const INIT = /^(systemd|init|launchd)$/;

/** Undefined when no Helm 3 can be the reader; else what makes that unsure, as a clause. */
export function findUnsureReader({ processes, isWhole, stdinIsFromOutside }: Ancestry): string | undefined {
  let isTemplate = false;
  for (const process of processes) {
    const verdict = judge(process, isTemplate);
    if (verdict === 'template') isTemplate = true;
    else if (verdict !== undefined) return verdict;
  }
  if (!isWhole) return 'hookorder cannot see all programs that it runs below, and one of them may be Helm 3';
  if (stdinIsFromOutside) return 'the stream comes from outside this container, where Helm 3 may be its reader';
  const [parent] = processes;
  if (
    processes.length === 1 &&
    parent !== undefined &&
    parent.pid === 1 &&
    namesOf(parent).some((name) => INIT.test(name))
  )
    return 'the program that started hookorder has ended, and may have been Helm 3';
  return undefined;
}

/** The word among `operands` that Helm handed over as it is: a file that would be read in place of what Helm sends. */
export function findHandedOver(operands: readonly string[], { processes }: Ancestry): string | undefined {
  const handed = new Set(processes.flatMap(({ args }) => postRendererArgs(args)));
  return operands.find((word) => word !== '-' && handed.has(word));
}

/** The subcommand of the Helm that runs the post-renderer for a release, and not for `helm template`. */
export function findDeployingHelm({ processes }: Ancestry): 'install' | 'upgrade' | undefined {
  const caller = processes.find(({ args }) => hasPostRenderer(args));
  const subcommand = caller && subcommandOf(caller.args.slice(1));
  return subcommand === 'install' || subcommand === 'upgrade' ? subcommand : undefined;
}

/** Undefined: it does not matter. `template`: a Helm that installs nothing, or what started it. */
function judge(process: Process, isTemplate: boolean): string | undefined {
  const modules = process.goModules();
  const subcommand = subcommandOf(process.args.slice(1));
  if (isHelm4(modules)) return 'template';
  const inHelm = isHelm(process, modules);
  if (hasPostRenderer(process.args)) {
    if (subcommand === 'template') return 'template';
    if (subcommand === 'install' || subcommand === 'upgrade') return sayHelm(process, subcommand);
    // Scripts and the like start a Helm, which is below them and has been judged; a subcommand of a plugin starts the plugin.
    const isStarter = isTemplate || inHelm || scriptIndexOf(process) !== undefined || startsHelm(modules);
    if (!isStarter) return sayHelm(process, subcommand);
  }
  if (inHelm) return judgeHelm(process);
  if (namesOf(process).some((name) => CARRIER_NAME.test(name)) || carriesHelm(modules)) return sayCarrier(process);
  return undefined;
}

/** A Helm without `--post-renderer`: fine when it renders or runs a plugin's command. */
function judgeHelm(process: Process): string | undefined {
  const script = scriptIndexOf(process) ?? 0;
  const subcommand = subcommandOf(process.args.slice(script + 1));
  if (subcommand === 'template') return 'template';
  return subcommand === undefined || ['install', 'upgrade'].includes(subcommand)
    ? sayHelm(process, subcommand)
    : undefined;
}

/** Helm 4 reads hooks after post-rendering, also those of documents that have lost its filename annotation [X]. */
const isHelm4 = (modules: GoModules | undefined): boolean => Number(HELM_MAIN.exec(modules?.main ?? '')?.[1] ?? 0) >= 4;

const isHelm = (process: Process, modules: GoModules | undefined): boolean =>
  modules === undefined ? namesOf(process).some((name) => HELM_NAME.test(name)) : HELM_MAIN.test(modules.main);

const startsHelm = (modules: GoModules | undefined): boolean => modules !== undefined && STARTS_HELM.test(modules.main);

const carriesHelm = (modules: GoModules | undefined): boolean =>
  modules !== undefined && !startsHelm(modules) && modules.modules.some((module) => HELM_MODULE.test(module));

/** By name and subcommand only: other words of a command line may be passwords. */
const sayHelm = (process: Process, subcommand: string | undefined): string =>
  `hookorder runs below \`${[nameOf(process), subcommand].filter((word) => word !== undefined).join(' ')}\` (process ${process.pid}), which may be Helm 3`;

const sayCarrier = (process: Process): string =>
  `hookorder runs below ${nameOf(process)} (process ${process.pid}), which may have Helm 3 inside`;

const nameOf = (process: Process): string =>
  namesOf(process).find((name) => HELM_NAME.test(name) || CARRIER_NAME.test(name)) ??
  programName(process.executable ?? process.args[0] ?? '');
