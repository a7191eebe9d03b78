/**
 * What a Job or Pod is for, and how one can tell: by a tool that it runs, by the words of a command, or by its name only.
 *
 * In comes a placement, out comes its purpose, or undefined where nothing tells. Scripts are followed as the checks follow them, mounted
 * ones too. What merely waits, looks or prints is no evidence, so a Job that waits for a migration is none.
 */

import type { Role } from '../knowledge/tools.generated.ts';
import type { Placement } from '../model/plan.ts';
import { textOf } from '../release/references.ts';
import { once, type Release } from '../release/release.ts';
import { baseName } from '../scripts/arguments.ts';
import { type ContainerRun, runsOf } from '../waits/find.ts';
import { servicesIn } from '../waits/services.ts';
import { isWellKnown, recogniseTool } from './tools.ts';
import { isOtherwise, roleOfCall, roleOfWords, wordsOf } from './words.ts';

export interface Purpose {
  readonly role: Role;
  readonly by: 'tool' | 'command' | 'name';
  /** `alembic`; absent when no known tool tells. */
  readonly tool?: string;
  /** What it runs, in the words of the chart; the name when only that tells. */
  readonly words: string;
  /** The container that runs it. */
  readonly container?: string;
}

interface Line {
  readonly argv: readonly string[];
  readonly source: string;
  readonly run: ContainerRun;
  /** It is made of the image's name and its arguments, because no command is given. */
  readonly isEntry: boolean;
  readonly isRepeated: boolean;
}

/** These talk about a migration, or wait for one. */
const TALKS =
  /^(?:echo|printf|log|info|warn|error|debug|die|cat|grep|egrep|sed|awk|ls|cp|mv|rm|mkdir|chown|chmod|find|tar|touch|test|\[|true|false|sleep|sh|kubectl|oc|helm|nc|ncat|netcat|git|jq|yq|export|cd|apk|apt-get|pip|npm ci|tee|k8s-wait-for|job|job-wr|job-we)$/;
/** Images that do something else than a migration, whatever name the chart gives the Job. */
const OTHER_IMAGE = /certgen|cert-manager|startupapicheck|ctlog|wait|reloader/i;

export const purposeOf = once(readPurpose);

function readPurpose(placement: Placement, release: Release): Purpose | undefined {
  const lines = linesOf(placement, release);
  const found = lines.flatMap((line) => purposeOfLine(line) ?? []);
  // A restore may dump what it replaces, a migration may create its database first: the last step tells what it is for.
  const tools = found.filter(({ by }) => by === 'tool');
  const [best] = [...(tools.length > 0 ? tools : found)].sort((a, b) => rank(a) - rank(b));
  const named = purposeByName(placement, lines);
  if (isTest(placement))
    return { ...(smokeOf(placement, lines, release) ?? best ?? nameOnly(placement)), role: 'test' };
  if (best !== undefined) return best;
  const smoke = smokeOf(placement, lines, release);
  if (smoke !== undefined && (placement.resource.kind === 'Pod' || named === undefined || named.role === 'smoke'))
    return smoke;
  return named;
}

const RANKS: readonly Role[] = ['restore', 'backup', 'migration', 'schema', 'seed', 'smoke', 'test'];
const rank = ({ role }: Purpose): number => RANKS.indexOf(role);

function linesOf(placement: Placement, release: Release): readonly Line[] {
  return runsOf(placement, release).flatMap((run): Line[] => {
    const image = imageOf(run);
    if (OTHER_IMAGE.test(image)) return [];
    const lines: Line[] = run.calls.flatMap(({ call }) => {
      const [program, ...rest] = call.argv;
      if (program === undefined) return [];
      const argv = [baseName(program.text), ...rest.map(({ text }) => text)];
      if (call.input !== undefined) argv.push(call.input);
      return [{ argv, source: sourceOf(call.argv), run, isEntry: false, isRepeated: call.patience !== undefined }];
    });
    const { command, args, script } = writtenBy(run);
    if (command.length === 0) {
      const source = `${image}${args.length > 0 ? ` ${args.join(' ')}` : ''}`;
      lines.push({ argv: [image, ...args], source, run, isEntry: true, isRepeated: false });
    } else if (run.calls.length === 0 && script !== undefined)
      lines.push({ argv: [script], source: script, run, isEntry: false, isRepeated: false });
    return lines;
  });
}

/** `command` and `args` as written; `script` is the file that a shell gets and that is in the image. */
function writtenBy({ container }: ContainerRun): {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly script?: string;
} {
  const read = (key: string): string[] => {
    const list = container.value[key];
    return Array.isArray(list) ? list.map(String) : [];
  };
  const [command, args] = [read('command'), read('args')];
  const script = [...command, ...args].slice(1).find((text) => !text.startsWith('-') && !/\s/.test(text));
  return { command, args, ...(script !== undefined && { script }) };
}

export const imageOf = ({ container }: ContainerRun): string =>
  baseName((textOf(container.value['image']) ?? '').replace(/@.*$/, '').replace(/:[^/]*$/, ''));

const sourceOf = (argv: readonly { readonly source: string }[]): string => argv.map(({ source }) => source).join(' ');

function purposeOfLine({ argv, source, run, isEntry, isRepeated }: Line): Purpose | undefined {
  const program = argv[0] ?? '';
  if (TALKS.test(program) && !argv.slice(1, 3).includes('exec')) return undefined;
  const place = { words: source, container: run.container.name };
  const tool = recogniseTool(argv.join(' ')) ?? (isEntry ? undefined : recogniseRuns(argv));
  if (tool !== undefined) return { ...tool, by: 'tool', ...place };
  // `until app migrate-status` asks; only a known tool is taken at its word there.
  if (isRepeated || /check/.test(program)) return undefined;
  // `wait-for-it db:5432 -- app migrate`, `wait-for-deps /scripts/db-migrate`
  if (/wait/.test(program)) {
    const next =
      argv.indexOf('--') >= 0 ? argv.indexOf('--') + 1 : argv.findIndex((text, at) => at > 0 && text.startsWith('/'));
    const role = next > 0 ? roleOfCall(argv.slice(next)) : undefined;
    return role === undefined ? undefined : { role, by: 'command', ...place };
  }
  if (isWellKnown(argv)) return undefined;
  const role = roleOfCall(argv);
  return role === undefined || role === 'smoke' ? undefined : { role, by: 'command', ...place };
}

/** `python -m alembic upgrade`, `php artisan migrate`, `npx prisma …`: what the interpreter runs, without its path. */
const recogniseRuns = (argv: readonly string[]): ReturnType<typeof recogniseTool> =>
  recogniseTool(
    argv
      .slice(1)
      .map((text, index) => (index < 3 ? baseName(text) : text))
      .join(' '),
  );

/** Programs that ask a server something and fail when it does not answer well. */
const ASKS =
  /^(?:curl|wget|http|https|httpie|grpcurl|grpc_health_probe|k6|newman|bats|hurl|locust|artillery|pytest|jest|nc|ncat|netcat|psql|redis-cli|mysql|mongosh|dig|nslookup)$/;
const CHANGES =
  /(?:^|\s)(?:-X|--request)[= ]?(?:POST|PUT|PATCH|DELETE)|(?:^|\s)(?:-d|--data\S*|-T|--post-\S+)(?:[= ]|$)/;

/** A smoke test: its main containers ask a Service of this release, and change nothing. */
function smokeOf(placement: Placement, lines: readonly Line[], release: Release): Purpose | undefined {
  const main = lines.filter(({ run }) => !run.container.init);
  const asking = main.filter(({ argv }) => ASKS.test(argv[0] ?? '') && !CHANGES.test(argv.slice(1).join(' ')));
  const named = roleOfWords(wordsOf(placement.resource.baseName)) === 'smoke';
  const [first] = asking.length > 0 ? asking : named ? main : [];
  if (first === undefined) return undefined;
  const { namespace } = placement.resource;
  const asksOwn = asking.some(({ argv }) => argv.some((text) => servicesIn(text, true, namespace, release).length > 0));
  const others = main.filter(({ argv }) => !TALKS.test(argv[0] ?? '') && !asking.some((line) => line.argv === argv));
  if (!named && (!asksOwn || (placement.resource.kind === 'Job' && others.length > asking.length))) return undefined;
  return { role: 'smoke', by: 'command', words: first.source, container: first.run.container.name };
}

/** A Pod for `helm test`: charts keep them in a folder of tests and call them so. */
function isTest({ resource }: Placement): boolean {
  if (resource.kind !== 'Pod') return false;
  return /\/tests?\//.test(resource.template ?? '') || wordsOf(resource.name).some((word) => /^tests?$/.test(word));
}

const nameOnly = ({ resource }: Placement): Omit<Purpose, 'role'> => ({ by: 'name', words: resource.name });

function purposeByName(placement: Placement, lines: readonly Line[]): Purpose | undefined {
  const { resource } = placement;
  const working = lines.filter(({ argv }) => !TALKS.test(argv[0] ?? '') || /^(?:ba)?sh$/.test(argv[0] ?? ''));
  const main = working.filter(({ run }) => !run.container.init);
  // What a Job visibly does counts more than what it is called: a `migration-cleanup` that runs kubectl is no migration.
  const names =
    main.length === 0
      ? []
      : [
          resource.baseName,
          String(resource.labels['app.kubernetes.io/component'] ?? ''),
          ...main.flatMap(({ run }) => run.container.name),
          ...main.flatMap(imageWords),
        ];
  for (const name of names) {
    const role = roleOfWords(wordsOf(name));
    if (role !== undefined) return { role, by: 'name', words: name };
  }
  // An init container that is called after a migration and does something is one, whatever stands behind it.
  for (const line of working) {
    const { run, isRepeated } = line;
    if (!run.container.init || isRepeated || isWellKnown(line.argv)) continue;
    if (isOtherwise(wordsOf(run.container.name)) || isOtherwise(wordsOf(line.argv.slice(0, 3).join(' ')))) continue;
    const [role] = [run.container.name, ...imageWords(line)].flatMap((name) => roleOfWords(wordsOf(name)) ?? []);
    if (role === 'migration' || role === 'schema')
      return { role, by: 'name', words: run.container.name, container: run.container.name };
  }
  return undefined;
}

/** The image says what it is for where a command is given that does not: without one, its name was looked at as a call. */
const imageWords = ({ argv, run }: Line): readonly string[] =>
  writtenBy(run).command.length === 0 || isWellKnown(argv) ? [] : [imageOf(run)];
