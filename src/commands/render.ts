/**
 * `hookorder render`: the post-renderer. A patched stream goes to stdout, or a refusal goes where people will see it; never both.
 */
import { editStream, orderRelease } from '../pipeline.ts';
import type { Arguments } from './arguments.ts';
import { Refusal, UsageError } from './failures.ts';
import { EXIT, statusOf } from './outcome.ts';
import { send } from './output.ts';
import { makeRequest, readStream } from './request.ts';
import type { System } from './system.ts';

export function run(args: Arguments, system: System): number {
  if (args.files.some((file) => file !== '-')) refuseHandedOver(args, system);
  const source = readStream(args.files[0], args, system);
  if ('code' in source) throw new Refusal([source], EXIT.unusable);
  if (args.errors !== 'output' && isResourceList(source.read())) {
    const { runOn } = require('./krm.ts') as typeof import('./krm.ts');
    return runOn(source, args, system);
  }
  const severity = args.failOn === 'never' ? 'error' : args.failOn;
  const request = {
    ...makeRequest(source, args, system, { needsConfig: true, scope: 'claimed', severity, onlyChanges: true }),
    unsureReader: () => (isFilter(args, system) ? undefined : findReader().findUnsureReader(system.ancestry())),
  };
  const { stream, plan, findings, circumstances } = orderRelease(request);
  if (circumstances.target === 'argocd') refuseInHelm(system);
  if (args.report !== undefined) {
    const { writeReport } = require('./report.ts') as typeof import('./report.ts');
    writeReport(args.report, request, system);
  }
  const status = statusOf(findings, args.failOn, plan !== undefined);
  if (status !== EXIT.ok || stream === undefined || plan === undefined) throw new Refusal(findings, status);
  return send(editStream(stream, plan), EXIT.ok, system);
}

/** A function of KRM in a container is started without arguments. Only what begins like such a list counts: a Helm stream never does. */
function isResourceList(bytes: Uint8Array): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, RESOURCE_LIST_HEAD));
  return /^\s*(?:\{\s*")?(?:apiVersion"?: *"?config\.kubernetes\.io\/|kind"?: *"?ResourceList\b)/.test(start);
}

const RESOURCE_LIST_HEAD = 120;

/** What `--as-filter` and `HOOKORDER_AS_FILTER=1` say: neither Helm 3 nor Terraform reads the output. */
const isFilter = ({ asFilter }: Arguments, { env }: System): boolean =>
  asFilter || /^(1|true|yes|on)$/i.test(env['HOOKORDER_AS_FILTER'] ?? '');

/** A file that Helm 3, or a script between, was given for its post-renderer. `--errors=output` says that already (stray-words.ts). */
function refuseHandedOver({ files }: Arguments, system: System): void {
  const word = findReader().findHandedOver(files, system.ancestry());
  if (word === undefined) return;
  const { sayStrayWord } = require('./stray-words.ts') as typeof import('./stray-words.ts');
  throw new UsageError(sayStrayWord(word, []));
}

/** Helm knows none of Argo CD's annotations: it would release hooks as plain resources. */
function refuseInHelm(system: System): void {
  const subcommand = findReader().findDeployingHelm(system.ancestry());
  if (subcommand === undefined) return;
  throw new UsageError(
    `\`helm ${subcommand}\` runs hookorder, and the target is argocd: Helm would release hooks as plain resources; write --post-renderer-args=--target=helm`,
  );
}

const findReader = () => require('./reader.ts') as typeof import('./reader.ts');
