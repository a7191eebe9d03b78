/**
 * A hook that waits for a host that nothing in the stream serves, while a custom resource that comes after it carries the name: an operator makes
 * the Service, and only then. Which operators do, the stream does not tell, so `refs/waits-forever` is a warning here.
 */
import { findingOf } from '../../model/finding.ts';
import { isAwaited } from '../../model/helm.ts';
import { groupOf } from '../../model/manifest.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { isGone, stateAt } from '../../release/availability.ts';
import { type Check, once } from '../../release/release.ts';
import { runsOf } from '../../waits/find.ts';
import { servicesAt } from '../../waits/services.ts';

/** Groups whose objects serve nothing, whatever they are called. */
const NO_SERVERS =
  /(?:^|\.)(?:k8s\.io|cert-manager\.io|external-secrets\.io|monitoring\.coreos\.com|istio\.io|traefik\.io|gateway\.networking\.k8s\.io|argoproj\.io|bitnami\.com|openshift\.io|keda\.sh|kyverno\.io|cilium\.io|projectcalico\.org)$/;

const customResources = once(({ placements }) =>
  placements.filter(({ resource }) => {
    const group = groupOf(resource.apiVersion);
    return group.includes('.') && !NO_SERVERS.test(group) && resource.name !== '';
  }),
);

export const checkOperatorServices: Check = (placement, release) => {
  const { resource, hook, rule } = placement;
  if (hook === undefined || !isAwaited(resource.kind) || placement.copyFor !== undefined) return [];
  const [event] = hook.events;
  if (event !== 'pre-install' && !hook.events.includes('pre-install')) return [];
  const makers = customResources(release);
  if (makers.length === 0) return [];
  for (const { calls, container } of runsOf(placement, release))
    for (const { call, reading } of calls) {
      const waits =
        (call.patience !== undefined && call.patience !== 'then-goes-on') ||
        reading.waits === 'for-ever' ||
        (container.init && reading.isCheck);
      if (!waits || call.conditional) continue;
      for (const { text, bare } of reading.hosts)
        for (const host of hostsIn(text, bare)) {
          if (servicesAt(host, resource.namespace, release).length > 0) continue;
          const maker = makers.find(
            (each) => carries(each, host) && isGone(stateAt(each, placement, 'pre-install', release)),
          );
          if (maker === undefined) continue;
          return [
            findingOf(
              'refs/waits-forever',
              resource,
              call.path,
              `${formatPlacement(placement)} waits for ${host}, which nothing in the stream serves and whose name is that of ${formatPlacement(maker)}: its operator makes it only when Helm has created that, after pre-install hooks`,
              {
                severity: 'warning',
                mark: host,
                hint:
                  rule === undefined
                    ? `claim ${formatPlacement(placement)} in hookorder.yaml with \`events: [post-install, pre-upgrade]\``
                    : 'run this hook post-install and pre-upgrade',
                ...(rule && { config: { ...rule.placeOf('events'), hook: rule.name } }),
              },
            ),
          ];
        }
    }
  return [];
};

/** Bare words, and hosts of URLs and of `host:port`. */
function hostsIn(text: string, bare: boolean): readonly string[] {
  const hosts = [...text.matchAll(/(?:^|[/@=,\s])([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?=:\d|\/|$|[\s,])/g)].flatMap(
    ([, host]) => host ?? [],
  );
  return bare
    ? hosts
    : hosts.filter((host) => /\.svc(?:$|\.)/.test(host) || text.includes(`//${host}`) || text.includes(`${host}:`));
}

/** `db`, `db-rw`, `db.shop.svc`: the name of the resource, alone or with what operators put behind it. */
function carries({ resource }: Placement, host: string): boolean {
  const [name = '', second, third] = host.split('.');
  const isInCluster = second === undefined || third === undefined || third === 'svc';
  return isInCluster && (name === resource.name || name.startsWith(`${resource.name}-`));
}
