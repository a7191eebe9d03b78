/**
 * What a program call connects to, and whether the program waits by itself. The programs are rows of knowledge/programs.yaml.
 *
 * Hosts are given as texts in which a host may stand; which of them are Services of the stream is not known here.
 */

import {
  CHECKS,
  DEFAULT_HOSTS,
  GLUED,
  INTERPRETERS,
  LAUNCHERS,
  LOOKUPS,
  POSITIONAL,
  SILENT,
} from '../knowledge/programs.generated.ts';
import { baseName } from '../scripts/arguments.ts';
import type { Argument, Call } from '../scripts/call.ts';
import type { Patience } from '../scripts/patience.ts';
import { readDependsOn, readEntrypoint } from './dependencies.ts';
import { isHostFlag, namesImage } from './flags.ts';
import { type Reading, readKubectl, readWaitFor } from './kubectl.ts';
import type { Asker } from './may-hang.ts';

/** A text that may hold a host, and where people see it. */
export interface HostText {
  readonly text: string;
  readonly source: string;
  /** The text stands where a host is expected. */
  readonly bare: boolean;
}

export interface CallReading extends Reading {
  readonly hosts: readonly HostText[];
  /** Only a name is looked up. */
  readonly dns: boolean;
  /** The hosts come from the environment, because the arguments have none. */
  readonly fromEnvironment?: 'all' | ((variable: string) => boolean);
  /** A tool that only checks: it fails when nothing answers, and does nothing else. */
  readonly isCheck: boolean;
}

const NONE: CallReading = { targets: [], hosts: [], dns: false, isCheck: false };

const GLUED_HOST_FLAG = /^-[hH](?=[a-z0-9])/;
/** `mongosh --eval 'db.adminCommand("ping")'`, `wget http://api/healthz` */
function asksForHealth(text: string): boolean {
  const lower = text.toLowerCase();
  return HEALTH.some((word) => lower.includes(word)) && ASKS_FOR_HEALTH.test(text);
}
const HEALTH = ['ping', 'health', 'live', 'read', 'status'];
const ASKS_FOR_HEALTH = /\bping\b|\/-?_?(?:health|healthy|healthz|livez|readyz?|readiness|status)(?:$|[/?])/i;
export const isWaiterName = (word: string): boolean => word.toLowerCase().includes('wait') && WAITER.test(word);
const WAITER = /^(?:await.*|(?:.*[-_.])?wait[-_]?(?:4|for|on|until|hosts?|ports?|db|it|mysql|postgres|redis).*)$/i;

const isPython = (program: string): boolean => program.startsWith('python') && /^python[\d.]*$/.test(program);

/** What the programs ask the API server for. */
const ASKED: Readonly<Record<Asker, (args: readonly string[], call: Call) => Reading>> = {
  kubectl: readKubectl,
  oc: readKubectl,
  'k8s-wait-for': readWaitFor,
  wait_for: readWaitFor,
  'kubernetes-entrypoint': (_, call) => readEntrypoint(call),
  'depends-on': readDependsOn,
};

export function readCall(call: Call): CallReading {
  const [first, ...args] = call.argv;
  if (first === undefined) return NONE;
  if (first.text.startsWith('/dev/')) return { ...NONE, hosts: [{ ...first, bare: false }], isCheck: true };
  const name = baseName(first.text);
  const program = name.startsWith('mysqladmin') ? 'mysqladmin' : name;
  const texts = args.map(({ text }) => text);
  if (SILENT.has(program) && !first.text.endsWith('/wait') && texts[0] !== 's_client') return NONE;
  const asked = Object.hasOwn(ASKED, program) ? ASKED[program as Asker](texts, call) : undefined;
  // A `wait_for` that names no object is another tool of that name.
  if (asked !== undefined && (asked.targets.length > 0 || !isWaiterName(program))) return { ...NONE, ...asked };
  if (first.text.endsWith('/wait'))
    return { ...NONE, waits: 'then-fails', fromEnvironment: (name) => name === 'WAIT_HOSTS' };
  const launched =
    LAUNCHERS.has(program) || isPython(program) ? args.findIndex(({ text }) => isWaiterName(baseName(text))) : -1;
  if (launched >= 0 && launched < 3) return readWaiter(baseName(texts[launched] ?? ''), args.slice(launched + 1));
  if (INTERPRETERS.has(program) || isPython(program)) {
    const code = codeOf(args) ?? call.input;
    return code === undefined ? unknownProgram(args) : readCode(code);
  }
  if (program === 'dockerize') return readDockerize(args);
  // Confluent's `cub kafka-ready -b kafka:9092 1 30`
  if (program === 'cub' && texts[0]?.endsWith('-ready')) return readWaiter(program, args.slice(1));
  if (isWaiter(program, texts)) return readWaiter(program, args);
  const dns = LOOKUPS.has(program);
  const isCheck = CHECKS.has(program) || texts.some(asksForHealth);
  if (dns || POSITIONAL.has(program)) {
    const waits = retries(program, texts);
    // Beside `--host`, what mongo gets is a database.
    const isHost = !program.startsWith('mongo') || !texts.some((text) => /^--host(?:=|$)/.test(text));
    return { ...NONE, hosts: hostsOf(program, args, isHost), dns, isCheck, ...(waits && { waits }) };
  }
  const variable = Object.hasOwn(DEFAULT_HOSTS, program) ? DEFAULT_HOSTS[program] : undefined;
  if (variable === undefined) return unknownProgram(args);
  const hosts = hostsOf(program, args, false);
  if (args.some(({ text }) => namesHost(text)) || hosts.some(({ bare }) => bare)) return { ...NONE, hosts, isCheck };
  return { ...NONE, hosts, isCheck, fromEnvironment: (name) => name === variable };
}

/** A program that no table knows connects to the hosts in its arguments or, if there are none, in its environment. */
function unknownProgram(args: readonly Argument[]): CallReading {
  const hosts = hostsOf('', args, false);
  const isTold = args.some(({ text }) => namesHost(text)) || hosts.some(({ bare }) => bare);
  return { ...NONE, hosts, ...(!isTold && { fromEnvironment: 'all' }) };
}

/** Any host, of the stream or not: a URL, a host with its port. */
const namesHost = (text: string): boolean =>
  (text.includes(':') && /:\/\/|^(?:[\w.-]+\.)?[\w-]+:\d{2,5}\b/.test(text)) ||
  (text.includes('localhost') && /\blocalhost\b/.test(text)) ||
  (text.includes('.') && /\d+\.\d+\.\d+\.\d+/.test(text));

function hostsOf(program: string, args: readonly Argument[], positional: boolean): HostText[] {
  const hosts: HostText[] = [];
  for (let index = 0; index < args.length; index++) {
    const { text, source } = args[index] as Argument;
    const [, flag = '', value] =
      (text.startsWith('-') && text.includes('=') && /^(--?[\w.-]+)=(.*)$/s.exec(text)) || [];
    if (namesImage(value === undefined ? text : flag)) index += value === undefined ? 1 : 0;
    else if (value !== undefined) hosts.push({ text: value, source, bare: isHostFlag(flag) });
    else if (isHostFlag(text)) {
      const next = args[++index];
      if (next !== undefined) hosts.push({ text: next.text, source: `${source} ${next.source}`, bare: true });
    } else if (GLUED.has(program) && GLUED_HOST_FLAG.test(text))
      hosts.push({ text: text.slice(2), source, bare: true });
    else hosts.push({ text, source, bare: positional && !text.startsWith('-') });
  }
  return hosts;
}

/** `curl --retry 30 --retry-connrefused`, `wget --retry-connrefused --tries=0` */
function retries(program: string, args: readonly string[]): Patience | undefined {
  if (program !== 'curl' && program !== 'wget') return undefined;
  return args.some((text) => /^--retry(?:-connrefused|-all-errors)?(?:=|$)/.test(text)) ? 'then-fails' : undefined;
}

function isWaiter(program: string, args: readonly string[]): boolean {
  return isWaiterName(program) || (program === 'dbmate' && args.includes('wait'));
}

/** wait-for-it, wait-for, wait4x, wait-on, wait-for-port and functions that are called so. */
function readWaiter(program: string, args: readonly Argument[]): CallReading {
  const end = args.findIndex(({ text }) => text === '--');
  const own = end < 0 ? args : args.slice(0, end);
  const texts = own.map(({ text }) => text);
  if (texts.some((text) => /^--?(?:invert-check|reverse|state=free)$/.test(text))) return NONE;
  const hosts = hostsOf(program, own, true);
  const endless = /(?:^|\s)(?:-t|--timeout)[ =]?0(?:s|\s|$)/.test(texts.join(' '));
  const words = texts.filter((text) => !text.startsWith('-'));
  return {
    ...NONE,
    hosts,
    waits: endless ? 'for-ever' : 'then-fails',
    ...(!words.some((text) => /[a-z]/i.test(text)) && !texts.some(namesHost) && { fromEnvironment: meantBy(program) }),
  };
}

/** `dockerize -wait tcp://db:5432 -timeout 60s command` */
function readDockerize(args: readonly Argument[]): CallReading {
  const hosts = args.flatMap(({ text }, index): HostText[] => {
    if (/^--?wait=/.test(text)) return [{ text: text.slice(text.indexOf('=') + 1), source: text, bare: false }];
    const next = args[index + 1];
    return /^--?wait$/.test(text) && next !== undefined ? [{ ...next, bare: false }] : [];
  });
  return hosts.length === 0 ? NONE : { ...NONE, hosts, waits: 'then-fails' };
}

/** `wait_for_db_connection` means the variables of a database, not every host that the environment names. */
function meantBy(program: string): (variable: string) => boolean {
  const about = TOPICS.find(([topic]) => topic.test(program))?.[1];
  return (variable) => about?.test(variable) ?? false;
}
const DATABASE = /DB|DATABASE|SQL|PG|POSTGRES|MARIA|MONGO|DSN|JDBC/i;
const TOPICS: readonly (readonly [RegExp, RegExp])[] = [
  [/redis|valkey/i, /REDIS|VALKEY/i],
  [/kafka/i, /KAFKA|BROKER|BOOTSTRAP/i],
  [/rabbit|amqp/i, /RABBIT|AMQP/i],
  [/elastic|opensearch|search/i, /ELASTIC|OPENSEARCH|SEARCH|^ES_/i],
  [/mongo/i, /MONGO/i],
  [/cassandra/i, /CASSANDRA/i],
  [/etcd/i, /ETCD/i],
  [/postgres|pg|mysql|maria|sql|db|database/i, DATABASE],
];

function codeOf(args: readonly Argument[]): string | undefined {
  const flag = args.findIndex(({ text }) => /^-(?:[a-z]*c|[a-z]*e|r|-eval)$/.test(text));
  return flag < 0 ? undefined : args[flag + 1]?.text;
}

const MAX_CODE = 10_000;

/** One-liners in Python, Node, Ruby, Perl, PHP: the strings and variables near a connection. */
function readCode(code: string): CallReading {
  const text = code.slice(0, MAX_CODE).replace(/^[ \t]*(?:#|\/\/).*$/gm, '');
  if (
    !/connect|getaddrinfo|gethostby|urlopen|requests\.|https?\b|socket|fetch\(|MongoClient|fsockopen|TCPSocket|PDO/i.test(
      text,
    )
  )
    return NONE;
  const hosts: HostText[] = [];
  for (const [, , string = ''] of text.matchAll(/(["'`])([^"'`\n\\]{1,300})\1/g))
    hosts.push({ text: string, source: string, bare: true });
  const variables = new Set<string>();
  for (const [, name = ''] of text.matchAll(
    /(?:environ(?:\.get)?\s*[[(]|getenv\(|process\.env[.[]|ENV(?:\.fetch)?[[(])\s*["'`]?(\w+)/g,
  ))
    variables.add(name);
  const loops = /\bwhile\b|\buntil\b|setTimeout|setInterval|\bfor\b.*\brange\b|\bretry\b|\bloop\b/.test(text);
  const endless = /\buntil\b|\bwhile\s*(?:\(\s*)?(?:True|1|true|not\b|!)|\bloop\b|setTimeout|setInterval/.test(text);
  return {
    ...NONE,
    hosts,
    dns: /gethostby|getaddrinfo/.test(text) && !/connect/i.test(text),
    fromEnvironment: (name) => variables.has(name),
    ...(loops && { waits: endless ? 'for-ever' : 'then-fails' }),
  };
}

/** Which variable names say that their value is a host. `OTEL_SERVICE_NAME` and `POSTGRES_DB` say that it is a name. */
export const isHostVariable = (name: string): boolean =>
  /HOST|SERVER|ADDR|ENDPOINT|URL|URI|DSN|BROKER|BOOTSTRAP|_SERVICE$|CONNECT|NODES|PEER|SEED/i.test(name) &&
  !/(?:^|_)(?:SERVER|SERVICE|NODE)?_?NAME$|_(?:PORT|USER|USERNAME|PASSWORD|DB|DATABASE)$/i.test(
    name.replace(/HOST_?NAME$/i, 'HOST'),
  );
