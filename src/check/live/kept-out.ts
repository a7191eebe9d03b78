/**
 * `live/kept-out`: a NetworkPolicy of the release keeps the pods of a hook from what they talk to. The policies are there from the first
 * install on, so that a pre-install hook gets through and fails at the first upgrade.
 */
import { type Cure, findingOf } from '../../model/finding.ts';
import { type Json, type Operation, type Path, pointer, valueAt } from '../../model/json.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import type { Check, Release } from '../../release/release.ts';
import { type Labels, podLabelsOf, podLabelsPath, readLabels } from '../../release/selectors.ts';
import { selectedBy } from '../../waits/obstacles.ts';
import { patchCure } from '../cure.ts';
import { type NamedService, servicesNamedBy } from '../waits/mentions.ts';
import { type End, labelsLetIn, letsOut, letsThrough, policiesFor, portsBehind } from './network.ts';
import { selectionsOf } from './selected.ts';
import { LASTING_KINDS, listNames } from './users.ts';

interface Barrier {
  readonly named: NamedService;
  readonly service: Placement;
  readonly policies: readonly Placement[];
  /** `lets in only pods with other labels` */
  readonly text: string;
  readonly hint: string;
  readonly cure?: Cure;
}

/** `live/kept-out`. */
export const checkKeptOut: Check = (placement, release) => {
  const { rule } = placement;
  if (release.byKind('NetworkPolicy').length === 0 || !meetsPolicies(placement)) return [];
  const barriers = barriersOf(placement, release);
  const [first] = barriers;
  if (first === undefined) return [];
  const services = listNames(barriers.map(({ service, named }) => `${formatPlacement(service)} (${named.where})`));
  const when = placement.hook?.events.includes('pre-install') === true ? ' from the first upgrade on' : '';
  return [
    findingOf(
      'live/kept-out',
      placement.resource,
      first.named.path,
      `${formatPlacement(placement)} names ${services}, and does not get there${when}: ${listNames(first.policies.map(formatPlacement))} ${first.text}`,
      {
        hint: first.hint,
        ...(first.cure && { cure: first.cure }),
        ...(rule && { config: { ...rule.place, hook: rule.name } }),
      },
    ),
  ];
};

/** Before an install there is no policy yet, and after an uninstall none is left. */
function meetsPolicies({ hook, resource: { kind } }: Placement): boolean {
  if (hook === undefined) return kind === 'Job' || kind === 'CronJob';
  return (kind === 'Job' || kind === 'Pod') && hook.events.some((event) => !/^pre-install$|^post-delete$/.test(event));
}

function barriersOf(placement: Placement, release: Release): readonly Barrier[] {
  const own = { labels: podLabelsOf(placement), namespace: placement.resource.namespace };
  const barriers = new Map<Placement, Barrier>();
  for (const named of surelyNamed(placement, release))
    for (const service of named.services) {
      if (service.resource.kind !== 'Service' || service.hook !== undefined || barriers.has(service)) continue;
      const barrier = barrierBefore(service, placement, own, release);
      if (barrier !== undefined) barriers.set(service, { named, service, ...barrier });
    }
  return [...barriers.values()];
}

/** An environment that is shared names more than a hook talks to: it counts where it names one Service and nothing else does. */
function surelyNamed(placement: Placement, release: Release): readonly NamedService[] {
  const all = [...servicesNamedBy(placement, release)];
  const own = all.filter(({ path }) => path.at(-2) !== 'envFrom');
  const services = new Set(all.map(({ services: [service] }) => service));
  return own.length === 0 && services.size > 1 ? [] : own.length > 0 ? own : all;
}

function barrierBefore(
  service: Placement,
  placement: Placement,
  own: End,
  release: Release,
): Pick<Barrier, 'policies' | 'text' | 'hint' | 'cure'> | undefined {
  const workloads = selectedBy(service, release).filter(({ resource }) => LASTING_KINDS.has(resource.kind));
  // One pod behind the Service that answers is enough.
  let barrier: Pick<Barrier, 'policies' | 'text' | 'hint' | 'cure'> | undefined;
  const out = policiesFor(own, 'egress', release);
  for (const workload of workloads) {
    const other = { labels: podLabelsOf(workload), namespace: workload.resource.namespace };
    const ports = portsBehind(service, workload);
    const into = policiesFor(other, 'ingress', release);
    const found =
      out.length > 0 && !letsThrough(out, 'egress', other, ports)
        ? { policies: out, text: 'does not let its pods out to there', hint: adviseOut(out, service, placement) }
        : out.length > 0 && !letsOut(out, [53])
          ? {
              policies: out,
              text: 'does not let its pods ask for names (port 53)',
              hint: adviseOut(out, undefined, placement),
            }
          : into.length > 0 && !letsThrough(into, 'ingress', own, ports)
            ? { policies: into, text: describeIn(into, own), ...adviseIn(into, placement, own, release) }
            : undefined;
    if (found === undefined) return undefined;
    barrier ??= found;
  }
  return barrier;
}

/** Which labels it lacks, of the rule that comes nearest. */
function nearest(policies: readonly Placement[], { labels }: End): readonly Labels[] {
  const lacking = (wanted: Labels): number =>
    Object.entries(wanted).filter(([key, value]) => labels[key] !== value).length;
  return [...labelsLetIn(policies)].sort((a, b) => lacking(a) - lacking(b));
}

function describeIn(policies: readonly Placement[], own: End): string {
  const [wanted] = nearest(policies, own);
  const verb = policies.length > 1 ? 'let' : 'lets';
  if (wanted === undefined) return policies.length > 1 ? 'do not let its pods in' : 'does not let its pods in';
  return `${verb} in pods with ${Object.entries(wanted)
    .map((pair) => pair.join(': '))
    .join(', ')}`;
}

function adviseOut(policies: readonly Placement[], service: Placement | undefined, placement: Placement): string {
  const where = service === undefined ? 'port 53 (UDP and TCP)' : formatPlacement(service);
  return `add a NetworkPolicy that lets the pods of ${formatPlacement(placement)} out to ${where}, or give them labels that ${listNames(policies.map(formatPlacement))} does not select`;
}

/** A label that lets the hook in must not make more Services and controllers select its pods. */
function adviseIn(
  policies: readonly Placement[],
  placement: Placement,
  own: End,
  release: Release,
): Pick<Barrier, 'hint' | 'cure'> {
  const before = selectionsOf(placement, own.labels, release).length;
  const wanted = nearest(policies, own).find(
    (labels) => selectionsOf(placement, { ...own.labels, ...labels }, release).length <= before,
  );
  if (wanted === undefined)
    return {
      hint: `let ${listNames(policies.map(formatPlacement))} take in the pods of ${formatPlacement(placement)} too`,
    };
  const { keys, cure } = patchCure(placement, operationsFor(placement, wanted));
  const hint =
    placement.rule === undefined
      ? `give it the label: claim ${formatPlacement(placement)} in hookorder.yaml with ${keys}`
      : `add ${keys} to this hook`;
  return { hint, cure };
}

function operationsFor(placement: Placement, wanted: Labels): readonly Operation[] {
  const path: Path = podLabelsPath(placement.resource.kind) ?? [];
  const own = readLabels(valueAt(placement.value(), path));
  const lacking = Object.entries(wanted).filter(([key, value]) => own[key] !== value);
  const add = (at: Path, value: Json): Operation => ({ op: 'add', path: pointer(at), value });
  if (valueAt(placement.value(), path) !== undefined) return lacking.map(([key, value]) => add([...path, key], value));
  const labels = Object.fromEntries(lacking);
  return valueAt(placement.value(), path.slice(0, -1)) === undefined
    ? [add(path.slice(0, -1), { labels })]
    : [add(path, labels)];
}
