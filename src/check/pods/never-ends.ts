/**
 * `pod/never-ends`: a hook whose pod holds a container that serves, or loops for ever. A pod has succeeded when all its containers have ended, so Helm
 * waits until its timeout.
 *
 * An init container with `restartPolicy: Always` (a native side-car) is stopped with the pod, and so is a server that another container tells to quit.
 */
import { type Finding, findingOf } from '../../model/finding.ts';
import { isAwaited } from '../../model/helm.ts';
import { isObject, type Json, type Operation, type Path, pointer, valueAt } from '../../model/json.ts';
import { podSpecPath } from '../../model/kubernetes.ts';
import { formatResource } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { type Container, containersOf, podSpecOf } from '../../release/references.ts';
import type { Check } from '../../release/release.ts';

/** Proxies, agents and meshes, by the last part of their image's name. */
const SERVING_IMAGE =
  /^(?:gce-proxy|cloud-?sql-proxy|alloydb-auth-proxy|proxyv2|istio-proxy|envoy|envoy-proxy|pgbouncer|pgbouncer-exporter|proxysql|haproxy|fluent-bit|fluentd|filebeat|vector|promtail|telegraf|datadog-agent|otel-collector|opentelemetry-collector(?:-contrib)?|statsd-exporter|daprd|consul-dataplane|oauth2-proxy|kube-rbac-proxy|nginx|proxy|linkerd-proxy|tailscale)$/;
/** A command that goes on for ever: nothing of it ends by itself. */
const ENDLESS = [
  /(?:^|[\s;&|(])sleep\s+(?:infinity|inf|\d{6,}|\d{3,}d)(?=$|[\s;&|)])/,
  /(?:^|[\s;&|(])tail\s+(?:-[a-zA-Z0-9]+\s+)*-(?:f|F|[a-z]*f)\b[^;&|]*/,
  /(?:^|[\s;&|(])(?:while\s+(?:true|:|\[\s*1\s*\])|until\s+false)\s*;?\s*do\b/,
  /(?:^|[\s;&|(/])kubectl\s+(?:-\S+\s+)*(?:proxy|port-forward)\b[^;&|]*/,
];
/** Words by which one container ends another, or a loop ends. */
const QUITS =
  /quitquitquit|quitquit|linkerd-await|\/shutdown\b|graceful_shutdown|pkill|killall|\bkill\s|shareProcessNamespace|scuttle|exit-on|kubexit/;
const LEAVES = /\b(?:break|exit|return|exec)\b/;

/** Annotations and labels on the pod that make a controller add such a container, and the value that asks for it. */
const INJECTED: readonly (readonly [key: string, wanted: RegExp, what: string])[] = [
  ['sidecar.istio.io/inject', /^true$/, 'Istio'],
  ['linkerd.io/inject', /^(?:enabled|ingress)$/, 'Linkerd'],
  ['vault.hashicorp.com/agent-inject', /^true$/, "Vault's agent"],
  ['dapr.io/enabled', /^true$/, 'Dapr'],
  ['consul.hashicorp.com/connect-inject', /^true$/, 'Consul'],
  ['kuma.io/sidecar-injection', /^(?:enabled|true)$/, 'Kuma'],
];
/** What makes an injected container end with the others. */
const ENDS_WITH_POD =
  /"(?:vault\.hashicorp\.com\/agent-pre-populate-only|sidecar\.istio\.io\/nativeSidecar)":"?true|native-sidecar":"?(?:enabled|true)|"kuma\.io\/wait-for-dataplane-ready/;

export const checkNeverEnds: Check = (placement) => {
  const { resource, hook, rule } = placement;
  if (hook === undefined || hook.events.length === 0 || placement.copyFor !== undefined) return [];
  if (!isAwaited(resource.kind)) return [];
  const pod = podSpecOf(placement);
  if (pod === undefined) return [];
  const found = endlessIn(placement) ?? injectedIn(placement);
  if (found === undefined) return [];
  const finding: Finding = findingOf(
    'pod/never-ends',
    resource,
    found.path,
    `${formatResource(resource)} never ends: ${found.why}, and Helm waits for it until --timeout`,
    {
      hint: found.hint,
      ...(found.patch && { cure: { of: resource, patch: found.patch } }),
      ...(rule && { config: { ...rule.place, hook: rule.name } }),
    },
  );
  return [finding];
};

interface Endless {
  readonly path: Path;
  readonly why: string;
  readonly hint: string;
  /** Absent where only the people of the chart can tell. */
  readonly patch?: readonly Operation[];
}

function endlessIn(placement: Placement): Endless | undefined {
  const containers = containersOf(placement);
  const isQuitting = QUITS.test(JSON.stringify(podSpecOf(placement)?.spec ?? {}));
  const main = containers.filter(({ init }) => !init);
  for (const container of containers) {
    if (container.init && container.value['restartPolicy'] === 'Always') continue;
    const isAlone = !container.init && main.length === 1;
    const loop = loopOf(container);
    // A single container is the purpose of the hook, whatever the name of its image.
    if (loop === undefined && (isAlone || isQuitting || !isServer(container))) continue;
    if (loop !== undefined && isQuitting) continue;
    const what = `its ${container.init ? 'init container' : 'container'} ${container.name}`;
    return {
      path: container.path,
      why: loop === undefined ? `${what} is a server that nothing stops` : `${what} runs \`${loop}\``,
      hint:
        loop !== undefined && isAlone
          ? `let ${container.name} end when its work is done`
          : `make ${container.name} a native side-car: an init container with \`restartPolicy: Always\``,
      ...(!(loop !== undefined && isAlone) && { patch: asSideCar(placement, container, containers) }),
    };
  }
  return undefined;
}

/** Native side-cars are init containers that go on; the last of them, so that what was there begins before it as ever. */
function asSideCar(placement: Placement, container: Container, all: readonly Container[]): readonly Operation[] {
  const spec = podSpecOf(placement)?.path ?? [];
  const add = (path: string, value: Json): Operation => ({ op: 'add', path, value });
  if (container.init) return [add(pointer([...container.path, 'restartPolicy']), 'Always')];
  const inits = all.filter(({ init }) => init).length;
  const list = pointer([...spec, 'initContainers']);
  return [
    ...(inits === 0 ? [add(list, [])] : []),
    { op: 'move', from: pointer(container.path), path: `${list}/-` },
    add(`${list}/${inits}/restartPolicy`, 'Always'),
  ];
}

function isServer({ value, init }: Container): boolean {
  const image = String(value['image'] ?? '').replace(/@.*$|:[^/:]*$/, '');
  const isNamed = SERVING_IMAGE.test(image.slice(image.lastIndexOf('/') + 1));
  const isProbed = 'readinessProbe' in value || 'livenessProbe' in value;
  // With a command of its own, a server's image may do anything.
  const own = [value['command'], value['args']].flatMap((list) => (Array.isArray(list) ? list.map(String) : []));
  // Its configuration, which may tell an agent to end, is for an init container as a rule.
  const isAgent =
    /(?:^|\/)vault$/.test(image) && own.includes('agent') && !own.some((word) => /exit.after.auth/.test(word));
  if (isAgent && !init) return true;
  return (isNamed && !own.some((word) => /(?:^|\/)(?:ba|a)?sh$|reload|-t$|--version|check/.test(word))) || isProbed;
}

/** The words that go on for ever, short enough to be shown. */
function loopOf({ value }: Container): string | undefined {
  const words = [value['command'], value['args']].flatMap((list) => (Array.isArray(list) ? list.map(String) : []));
  const text = words.join(' ').replaceAll(/^\s*#.*$/gm, '');
  for (const [index, pattern] of ENDLESS.entries()) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const rest = text.slice(match.index + match[0].length);
    // A loop that can be left ends; what runs in the background ends with its shell.
    if (index === 2 && LEAVES.test(rest)) continue;
    if (index === 1 && /\||--pid|&\s*$/.test(rest.slice(0, 2) + match[0])) continue;
    if (/^\s*&(?!&)/.test(rest)) continue;
    if (/timeout\s+[\w.]+\s+$/.test(text.slice(0, match.index + 1))) continue;
    return match[0].trim().replaceAll(/\s+/g, ' ').slice(0, 40);
  }
  return undefined;
}

function injectedIn(placement: Placement): Endless | undefined {
  const spec = podSpecPath(placement.resource.kind) ?? [];
  const path = placement.resource.kind === 'Pod' ? ['metadata'] : [...spec.slice(0, -1), 'metadata'];
  const metadata = valueAt(placement.value(), path);
  if (!isObject(metadata)) return undefined;
  const text = JSON.stringify(metadata);
  if (ENDS_WITH_POD.test(text) || QUITS.test(JSON.stringify(podSpecOf(placement)?.spec ?? {}))) return undefined;
  for (const where of ['annotations', 'labels'])
    for (const [key, wanted, what] of INJECTED) {
      const value = valueAt(metadata, [where, key]);
      if (value === undefined || !wanted.test(String(value))) continue;
      return {
        path: [...path, where, key],
        why: `${key} makes ${what} add a side-car, which runs on when the work is done`,
        hint: `switch it off for this pod (a \`patch\` on ${key}), or let ${what} add it as a native side-car`,
      };
    }
  return undefined;
}
