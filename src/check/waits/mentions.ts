/**
 * `refs/mentions-service`: a pre-install hook whose environment or arguments name a Service that cannot be up yet, without a
 * wait for it. Such a hook fails and does not hang. If it never connects to the Service nothing happens: hence a warning.
 */
import type { Path } from '../../model/json.ts';
import type { Placement } from '../../model/plan.ts';
import type { Container } from '../../release/references.ts';
import type { Release } from '../../release/release.ts';
import { type ContainerRun, runsOf, type Wait } from '../../waits/find.ts';
import { obstacleOf } from '../../waits/obstacles.ts';
import { isHostVariable } from '../../waits/programs.ts';
import { servicesIn } from '../../waits/services.ts';

export interface Mention {
  readonly container: Container;
  readonly path: Path;
  readonly words: string;
  /** `DB_HOST`, or the program that gets it as an argument. */
  readonly where: string;
  readonly service: Placement;
  readonly clause: string;
}

/** Certificates carry the names of Services that need not run: tools that make them, and names given to them. */
const MAKES_CERTIFICATES = /cert|tls|webhook|openssl|cfssl|keytool/i;

export interface NamedService extends Pick<Mention, 'container' | 'path' | 'words' | 'where'> {
  /** What of the stream the name may mean. */
  readonly services: readonly Placement[];
}

/** Services that the environment or the arguments of a resource's pods name, in the order of its containers. */
export function* servicesNamedBy(user: Placement, release: Release): Generator<NamedService> {
  for (const run of runsOf(user, release)) {
    if (MAKES_CERTIFICATES.test(`${String(run.container.value['image'] ?? '')} ${run.container.name}`)) continue;
    for (const { text, bare, ...place } of textsOf(run))
      for (const { host, services } of servicesIn(text, bare, user.resource.namespace, release))
        yield { container: run.container, ...place, words: host, services };
  }
}

/** Services that cannot be up when the hook runs in pre-install, each once, `waited` ones left out. */
export function mentionsOf(hook: Placement, waited: ReadonlySet<Placement>, release: Release): readonly Mention[] {
  const found = new Map<Placement, Mention>();
  for (const { services, ...named } of servicesNamedBy(hook, release)) {
    const [service] = services;
    if (service === undefined || found.has(service) || services.some((one) => waited.has(one))) continue;
    const obstacle = obstacleOf(asWait(named.container, services), hook, 'pre-install', release);
    if (obstacle !== undefined) found.set(service, { ...named, service, clause: obstacle.clause });
  }
  return [...found.values()];
}

interface PlacedText {
  readonly text: string;
  readonly bare: boolean;
  readonly path: Path;
  readonly where: string;
}

function* textsOf({ environment, calls }: ContainerRun): Generator<PlacedText> {
  for (const [name, { value, path }] of environment)
    if (!/CERT|TLS|_SAN|DNS_NAMES|IMAGE|(?:^|_)(?:TAG|VERSION|LABEL)S?$/i.test(name))
      yield { text: value, bare: isHostVariable(name), path, where: name };
  for (const { call, reading } of calls) {
    const line = call.argv.map(({ text }) => text).join(' ');
    if (/cert|\btls\b|dns-?name|--secret-name|-subj\b/i.test(line)) continue;
    for (const { text, bare } of reading.hosts) yield { text, bare, path: call.path, where: call.argv[0]?.text ?? '' };
  }
}

const asWait = (container: Container, targets: readonly Placement[]): Wait => ({
  container,
  path: container.path,
  words: '',
  patience: 'then-fails',
  targets,
  dns: false,
});
