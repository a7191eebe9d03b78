/** `render --report FILE`: the plan and everything that was found, the charts' own faults included, as JSON. */

import { checkStoredSize, orderRelease, type PipelineInput } from '../pipeline.ts';
import { findingsToJson } from '../report/findings/json.ts';
import { planToJson } from '../report/plan/json.ts';
import { jsonText } from '../report/safe-text.ts';
import { UsageError } from './failures.ts';
import type { System } from './system.ts';

export function writeReport(file: string, request: PipelineInput, system: System): void {
  const { stream, plan, findings: found } = orderRelease({ ...request, scope: 'all', severity: 'info' });
  const size = stream && plan ? checkStoredSize(stream, plan, system.gzippedSize) : [];
  const findings = [...found, ...size];
  const report =
    plan === undefined
      ? { findings: findingsToJson(findings) }
      : planToJson({ plan, findings, circumstances: request });
  const problem = system.writeFile(file, jsonText(report));
  if (problem !== undefined) throw new UsageError(`--report cannot be written to ${file}: ${problem}`);
}
