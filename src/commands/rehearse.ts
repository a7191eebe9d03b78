/** `hookorder rehearse`: what is left when a step of an operation goes wrong, and what comes next. */
import { nearest } from '../model/nearest.ts';
import type { Mishap, Rehearsal } from '../rehearsal/rehearsal.ts';
import { rehearse } from '../rehearsal/rehearse.ts';
import { REHEARSAL_FORMAT_NAMES, REHEARSAL_FORMATS } from '../report/rehearsal/formats.ts';
import type { Arguments } from './arguments.ts';
import { Refusal, UsageError } from './failures.ts';
import { judge } from './judge.ts';
import { EXIT, statusOf } from './outcome.ts';
import { chooseFormat, chooseStyle, deliver } from './output.ts';
import { operationsOf } from './plan-report.ts';
import { givenStreams } from './streams.ts';
import type { System } from './system.ts';
import { asTyped } from './words.ts';

export function run(args: Arguments, system: System): number {
  const format = chooseFormat(args, REHEARSAL_FORMAT_NAMES);
  const [operand] = args.files;
  const streams = givenStreams(operand, args, system);
  const { plan, shows, findings, circumstances } = judge(streams, args, system, undefined, 'error').report;
  const known = operationsOf(circumstances);
  for (const operation of args.operations) refuseUnknown(operation, known);
  if (shows !== undefined) throw new Refusal(findings, statusOf(findings, 'error', false));
  const { release } = args.chart;
  const whole = rehearse(plan.placements, circumstances, {
    atInstall: plan.atInstall?.placements,
    ...(args.operations.length > 0 && { operations: args.operations }),
    ...(streams.chart && { names: { chart: streams.chart.name, ...(release !== undefined && { release }) } }),
  });
  const report = {
    rehearsal: args.step === undefined ? whole : ofStep(args.step, whole),
    operations: known,
    timeoutSeconds: circumstances.timeoutSeconds,
    errors: findings.filter(({ severity }) => severity === 'error').length,
  };
  const options = { style: chooseStyle(args, system), all: args.all || args.step !== undefined };
  const text = REHEARSAL_FORMATS[format](report, options);
  return deliver(format === 'text' ? asTyped(text, system) : text, EXIT.ok, system);
}

function refuseUnknown(operation: string, known: readonly string[]): void {
  if (known.includes(operation)) return;
  const suggestion = nearest(operation, known);
  throw new UsageError(
    suggestion === undefined
      ? `--operation cannot be "${operation}": it takes ${known.join(', ')}`
      : `--operation cannot be "${operation}"; did you mean "${suggestion}"?`,
  );
}

/** Those of the steps that are about this object: its name, `Kind/name`, or the event. */
function ofStep(name: string, rehearsal: Rehearsal): Rehearsal {
  const isMeant = ({ object, phase }: Mishap): boolean =>
    object.name === name || `${object.kind}/${object.name}` === name || phase === name;
  const mishaps = rehearsal.mishaps.filter(isMeant);
  if (mishaps.length > 0) return { ...rehearsal, mishaps };
  const names = [...new Set(rehearsal.mishaps.map(({ object: { kind, name: own } }) => `${kind}/${own}`))];
  const suggestion = nearest(name, names);
  throw new UsageError(
    `no step is about "${name}"${suggestion === undefined ? ': it takes Kind/name, or an event' : `; did you mean ${suggestion}?`}`,
  );
}
