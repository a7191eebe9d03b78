/**
 * Workloads that may wait for what a post hook makes, where no word proves it: a program of the migration's own image that is run until it
 * succeeds, a script of that image that waits for a database, a loop that asks a store for one thing. A warning of `refs/wait-cycle`.
 *
 * Asked with `--wait` only. What surely waits is found in waiters.ts.
 */
import type { Event } from '../../model/helm.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { textOf } from '../../release/references.ts';
import { type Check, once, type Release } from '../../release/release.ts';
import { baseName } from '../../scripts/arguments.ts';
import { type ContainerRun, runsOf, type Wait } from '../../waits/find.ts';

import { isWaiterName } from '../../waits/programs.ts';
import { migrates } from '../../waits/schema.ts';
import { LASTING, waitersFor } from '../../waits/waiters.ts';
import { formatPlace, reportWait } from './report.ts';

interface Guess {
  readonly workload: Placement;
  /** The repository of the image that runs it. */
  readonly image: string;
  readonly wait: Pick<Wait, 'container' | 'path' | 'file' | 'words'>;
  /** `runs "gateway start" until it succeeds` */
  readonly does: string;
}

const POSTS: readonly Event[] = ['post-install', 'post-upgrade'];

export const checkMayCycle: Check = (placement, release) => {
  const { hook, resource } = placement;
  const events = POSTS.filter(
    (event) => hook?.events.includes(event) && !hook.events.includes(event.replace('post', 'pre') as Event),
  );
  if (events.length === 0 || guesses(release).length === 0) return [];
  if (!migrates(placement, release) || waitersFor(placement, release).length > 0) return [];
  const images = imagesOf(placement, release);
  const guess = guesses(release).find(({ image }) => images.has(image));
  const left = events.filter((event) => !isDoneEarlier(placement, event, images, release));
  if (guess === undefined || left.length === 0) return [];
  const way =
    resource.kind === 'Job'
      ? 'a plain Job with a name by its content (`hook: false`, `jobName: hash`)'
      : 'a plain resource (`hook: false`)';
  return [
    reportWait({
      code: 'refs/wait-cycle',
      severity: 'warning',
      message: `${formatPlacement(guess.workload)} (${formatPlace(guess.wait)}) may wait for ${formatPlacement(placement)}: it ${guess.does}, in the same image, and \`helm --wait\` runs the Job ${left.join(' and ')}, when the workload is ready`,
      hint: `make ${formatPlacement(placement)} ${way} if the workload needs what it does, or install without --wait`,
      hook: placement,
      resource: guess.workload.resource,
      wait: guess.wait,
    }),
  ];
};

/** Another migration of the image comes first: what is left for this one is no reason to wait. */
const isDoneEarlier = (placement: Placement, event: Event, images: ReadonlySet<string>, release: Release): boolean => {
  const early = event.replace('post', 'pre') as Event;
  return release
    .byKind('Job')
    .some(
      (other) =>
        other !== placement &&
        (other.hook === undefined ? event === 'post-install' : other.hook.events.includes(early)) &&
        migrates(other, release) &&
        [...imagesOf(other, release)].some((image) => images.has(image)),
    );
};

const imagesOf = (placement: Placement, release: Release): ReadonlySet<string> =>
  new Set(runsOf(placement, release).map(imageOf));

const guesses = once((release): readonly Guess[] =>
  release
    .byKind(...LASTING)
    .filter(({ hook }) => hook === undefined)
    .flatMap((workload) => runsOf(workload, release).flatMap((run) => guessOf(workload, run) ?? [])),
);

const imageOf = ({ container }: ContainerRun): string =>
  (textOf(container.value['image']) ?? '').replace(/@.*$/, '').replace(/:[^/]*$/, '');

/** Programs that wait for a port or a name, look, or talk: what they wait for is no work of a Job. */
const GENERIC =
  /^(?:sleep|echo|printf|test|\[+|true|false|:|cat|grep|egrep|head|tail|date|read|kill|pgrep|pidof|nc|ncat|netcat|curl|wget|ping|nslookup|dig|host|getent|pg_isready|mysqladmin|mariadb-admin|redis-cli|valkey-cli|psql|mysql|mariadb|mongo|mongosh|cqlsh|sqlcmd|clickhouse-client|kubectl|oc|k8s-wait-for|depends-on|kubernetes-entrypoint|openssl|timeout|ls|stat|find|mountpoint|rabbitmq-diagnostics|rabbitmqctl|nodetool|dockerize|wait4x|cub)$/;
/** A loop that asks a store for one thing, which something has to put there. */
const ASKS_FOR_THING =
  /\b(?:zookeeper-shell|zkcli)\S*\s.*\b(?:get|ls|stat)\s+\/\w|\betcdctl\b.*\bget\s+\S|\b(?:redis|valkey)-cli\b.*\b(?:h?get|exists|hexists|llen|scard)\s+\S|\b(?:consul|vault) kv get\b|\bkafka-topics\S*\s.*--describe\b.*--topic\b|\bmc (?:stat|ls)\s+\S+\/\w|\baws\b.*\bs3(?:api)? (?:ls|head-\w+)\s|\b(?:mongo|mongosh)\b.*\b(?:find|count\w*|getCollection\w*)\(/i;
const LOOKS = /^(?:check|checks|wait|waits|verify|ensure|ready|is-ready|pending|status|await)$/;

/** What of one container may wait for a migration of its image. */
function guessOf(workload: Placement, run: ContainerRun): Guess | undefined {
  const { container, calls } = run;
  const image = imageOf(run);
  if (image === '') return undefined;
  for (const { call, reading } of calls) {
    const program = baseName(call.argv[0]?.text ?? '');
    const line = call.argv.map(({ text }) => text).join(' ');
    const isRepeated = call.patience !== undefined && call.patience !== 'then-goes-on' && !call.conditional;
    const words = call.argv.map(({ source }) => source).join(' ');
    const found = (does: string): Guess => ({
      workload,
      image,
      wait: { container, path: call.path, words, ...(call.file && { file: call.file }) },
      does,
    });
    if (isRepeated && ASKS_FOR_THING.test(line)) return found(`asks for what ${quote(words)} names until it is there`);
    if (GENERIC.test(program) || call.mayFail) continue;
    const isWaiter = isWaiterName(program);
    if (isRepeated && !isWaiter && !reading.isCheck) return found(`runs ${quote(words)} until it succeeds`);
    if (!container.init) continue;
    if (isWaiter ? !namesHost(call.argv) : looksAtDatabase(call.argv)) return found(`runs ${quote(words)}`);
  }
  return guessOfScript(workload, run, image);
}

/** `bash /app/wait-for-db`: a script that only the image has. */
function guessOfScript(workload: Placement, { container, calls }: ContainerRun, image: string): Guess | undefined {
  if (!container.init || calls.length > 0) return undefined;
  for (const key of ['command', 'args'] as const) {
    const list = container.value[key];
    const at = Array.isArray(list)
      ? list.findIndex((word) => typeof word === 'string' && /^\.?\/[\w./-]+$/.test(word))
      : -1;
    const script = Array.isArray(list) ? String(list[at]) : '';
    const name = baseName(script).replace(/\.\w+$/, '');
    if (at >= 0 && (isWaiterName(name) || looksAtDatabase([{ text: name }])))
      return {
        workload,
        image,
        wait: { container, path: [...container.path, key, at], words: script },
        does: `runs ${quote(script)}`,
      };
  }
  return undefined;
}

/** `wait-for-it db:5432` waits for a port, `wait-for-db` alone for whatever it was written for. */
const namesHost = (argv: readonly { readonly text: string }[]): boolean =>
  argv
    .slice(1)
    .some(({ text }) => /:\d{2,5}\b|:\/\/|\$|^(?:-h|--host)/.test(text) || /^[\w-]+(?:\.[\w-]+)+$/.test(text));

/** `migrate sync check`, `manage check --database default` */
const looksAtDatabase = (argv: readonly { readonly text: string }[]): boolean => {
  const words = argv.slice(0, 6).flatMap(({ text }) => text.toLowerCase().split(/[^a-z]+/));
  return (
    words.some((word) => LOOKS.test(word)) && words.some((word) => /^(?:migrat\w*|schema|db|database|sync)$/.test(word))
  );
};

const quote = (words: string): string => {
  const line = words.replaceAll(/\s+/g, ' ').trim();
  return `"${line.length > 60 ? `${line.slice(0, 59)}…` : line}"`;
};
