/** `hookorder why NAME`: why a release hangs or has failed, once. It reads the cluster, or a saved state of it, and never writes. */
import { diagnose, prepare } from '../live/diagnose.ts';
import { maskFor } from '../live/mask.ts';
import { type Observations, parseValues, readObservations } from '../live/observations.ts';
import { isPending, isRecord, readRecord } from '../live/record.ts';
import { causesIn, storedFrom } from '../live/saved.ts';
import type { Diagnosis } from '../live/scene.ts';
import type { Json } from '../model/json.ts';
import { causesToJson, whyToJson } from '../report/live/json.ts';
import { causesText, whyText } from '../report/live/why.ts';
import { jsonText } from '../report/safe-text.ts';
import type { Arguments } from './arguments.ts';
import { UsageError } from './failures.ts';
import { drawingFor, type Logs, readLogs } from './live/draw.ts';
import { Source } from './live/source.ts';
import { namespacesOf, placementsIn, subjectOf } from './live/subject.ts';
import { EXIT } from './outcome.ts';
import { chooseFormat, deliver } from './output.ts';
import type { System } from './system.ts';

export function run(args: Arguments, system: System): number {
  return args.state.length > 0 ? whyOfState(args, system) : whyOfRelease(args, system);
}

function whyOfRelease(args: Arguments, system: System): number {
  const [name] = args.files;
  if (name === undefined) throw new UsageError('which release? `hookorder why NAME`, or `hookorder why --state FILE`');
  const source = new Source(name, args, system);
  const stored = source.revision({ manifests: true });
  if (stored === undefined) throw new UsageError(noRelease(name, args, system));
  const before = source.deployedBefore(stored.revision);
  const previous = before === undefined ? undefined : source.revision({ revision: before, manifests: true });
  const subject = subjectOf(stored, previous, args, system, source.version);
  const diagnosis = diagnose(subject, prepare(subject), source.look(namespacesOf(subject)));
  const logs: Logs = new Map();
  readLogs(diagnosis.causes, logs, source, false);
  return tell(diagnosis, subject.current.placements, logs, args, system);
}

export function noRelease(name: string, args: Arguments, { env }: System): string {
  const namespace = args.cluster.namespace ?? (env['HELM_NAMESPACE'] || undefined);
  return `Helm knows no release ${name}${namespace === undefined ? '' : ` in namespace ${namespace}`}; \`helm list -A --all\` shows all`;
}

function tell(
  diagnosis: Diagnosis,
  placements: Parameters<typeof maskFor>[0],
  logs: Logs,
  args: Arguments,
  system: System,
): number {
  const format = chooseFormat(args, ['text', 'json']);
  const drawing = drawingFor(args, system, maskFor(placements), logs);
  const text = format === 'json' ? jsonText(whyToJson(diagnosis, drawing)) : whyText(diagnosis, drawing);
  const { stored, causes } = diagnosis;
  const isFine = stored.status === 'deployed' || (isPending(stored) && causes.length === 0);
  return deliver(text, isFine ? EXIT.ok : EXIT.findings, system);
}

/** From files: `kubectl get … -o json`, and `helm status NAME -o json` where it was saved too. */
function whyOfState(args: Arguments, system: System): number {
  const values = args.state.flatMap((file) => parseState(file, readText(file, system)));
  const state = readObservations(
    values.filter((value) => !isRecord(value)),
    undefined,
  );
  const stored = values.filter(isRecord).map(readRecord).at(-1);
  const [file] = args.files;
  const stream = file === undefined ? undefined : readText(file, system);
  if (stored === undefined && stream === undefined) return tellCauses(state, args, system);
  const known = stored ?? storedFrom(placementsIn(stream ?? '', args, system), state);
  const subject = subjectOf(
    stream === undefined ? known : { ...known, manifest: stream, hooks: [] },
    undefined,
    args,
    system,
  );
  const whole = { ...subject, current: { ...subject.current, stored: known } };
  return tell(diagnose(whole, prepare(whole), state), whole.current.placements, new Map(), args, system);
}

function readText(file: string, system: System): string {
  const bytes = file === '-' ? system.readStdin() : system.readFile(file);
  if ('error' in bytes) throw new UsageError(`${file} cannot be read: ${bytes.error}`);
  return system.bytes.utf8(bytes, 0, bytes.length);
}

function parseState(file: string, text: string): readonly Json[] {
  const values = parseValues(text);
  if (values === undefined || values.length === 0)
    throw new UsageError(`${file} is no JSON: save a state with \`kubectl get jobs,pods,events -o json\``);
  return values;
}

/** Without a stream and without Helm's word nothing is known of an order. */
function tellCauses(state: Observations, args: Arguments, system: System): number {
  const format = chooseFormat(args, ['text', 'json']);
  const drawing = drawingFor(args, system, (text) => text, new Map());
  const causes = causesIn(state);
  const text = format === 'json' ? jsonText(causesToJson(causes, state, drawing)) : causesText(causes, state, drawing);
  return deliver(text, causes.length === 0 ? EXIT.ok : EXIT.findings, system);
}
