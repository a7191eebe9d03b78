/** The revision that is installed: streams of the user's, or what Helm remembers of a release in the cluster. */
import { type Finding, SEVERITIES } from '../model/finding.ts';
import type { Source } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';
import { orderRelease } from '../pipeline.ts';
import type { Arguments } from './arguments.ts';
import { UsageError } from './failures.ts';
import { runHelm } from './helm.ts';
import { ALL, makeRequest, readStream } from './request.ts';
import type { System } from './system.ts';

export interface Previous {
  /** What to call it: its files, or `revision 6 of shop`. */
  readonly name: string;
  /** All that it has, as one stream. */
  readonly source: Source;
  readonly placements: readonly Placement[];
  /** Of a release in the cluster. */
  readonly revision?: number;
  /** Its last revision, as Helm says: `deployed`, `failed`, `pending-upgrade`. */
  readonly status?: string;
}

/** Undefined where the command line names none. */
export function readPrevious(args: Arguments, system: System): Previous | Finding | undefined {
  const { previous, previousRelease } = args;
  if (previous.length > 0 && previousRelease !== undefined)
    throw new UsageError('--previous and --previous-release are two revisions; give one of them');
  if (previousRelease !== undefined) return ofRelease(previousRelease, args, system);
  if (previous.length === 0) return undefined;
  const read = previous.map((file) => readStream(file, args, system));
  const failure = read.find((each): each is Finding => 'code' in each);
  if (failure !== undefined) return failure;
  return previousOf(
    previous.join(', '),
    (read as readonly Source[]).map((source) => source.read()),
    args,
    system,
  );
}

/** Manifest and hooks of the revision with which an upgrade begins: the last one that is deployed, else the last one. */
function ofRelease(name: string, args: Arguments, system: System): Previous | Finding {
  const connection = connectionOf(args);
  const history = runHelm(['history', name, '--output=json', '--max=256', ...connection], system);
  if ('problem' in history) return unreadable(name, [history.problem, history.said]);
  const revisions = JSON.parse(system.bytes.utf8(history.stdout, 0, history.stdout.length)) as readonly {
    readonly revision: number;
    readonly status: string;
  }[];
  const last = revisions.at(-1);
  const base = revisions.findLast(({ status }) => status === 'deployed') ?? last;
  if (last === undefined || base === undefined) return unreadable(name, ['it has no revision']);
  const parts: Uint8Array[] = [];
  for (const part of ['manifest', 'hooks']) {
    const got = runHelm(['get', part, name, `--revision=${base.revision}`, ...connection], system);
    if ('problem' in got) return unreadable(name, [got.problem, got.said]);
    parts.push(got.stdout);
  }
  const found = previousOf(`revision ${base.revision} of ${name}`, parts, args, system);
  return 'code' in found ? found : { ...found, revision: base.revision, status: last.status };
}

/** Flags that say which cluster, for Helm. */
export const connectionOf = ({ chart: { namespace, flags } }: Arguments): readonly string[] => [
  ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
  ...flags.filter((flag) => /^--kube(?:config|-context)=/.test(flag)),
];

/** It is taken as it is: its order is in its annotations, and a config in it has been followed. */
function previousOf(name: string, parts: readonly Uint8Array[], args: Arguments, system: System): Previous | Finding {
  const text = parts.map((bytes) => system.bytes.utf8(bytes, 0, bytes.length)).filter((part) => part.trim() !== '');
  const bytes = system.bytes.encode(text.map((part) => (part.endsWith('\n') ? part : `${part}\n`)).join('---\n'));
  const source = { file: `<${name}>`, read: () => bytes };
  const { plan, findings } = orderRelease({
    ...makeRequest(source, args, system, { ...ALL, scope: 'claimed' }),
    findConfig: () => undefined,
  });
  if (plan !== undefined) return { name, source, placements: plan.placements };
  return findings[0] ?? unreadable(name, ['it makes no release']);
}

function unreadable(name: string, reasons: readonly string[]): Finding {
  const code = 'input/unreadable';
  return {
    code,
    severity: SEVERITIES[code],
    message: `the installed release ${name} cannot be read: ${reasons.filter((reason) => reason !== '').join(': ')}`,
  };
}
