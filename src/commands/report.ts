/** `render --report FILE`: the plan and everything that was found, the charts' own faults included, as JSON. */

import { checkStoredSize, type PipelineInput } from '../pipeline.ts';
import { planToJson } from '../report/plan/json.ts';
import { jsonText } from '../report/safe-text.ts';
import { UsageError } from './failures.ts';
import { tell } from './plan-report.ts';
import type { System } from './system.ts';

export function writeReport(file: string, request: PipelineInput, system: System): void {
  const { report, ordered } = tell({ ...request, scope: 'all', severity: 'info' });
  const size = ordered === undefined ? [] : checkStoredSize(ordered.stream, ordered.plan, system.gzippedSize);
  const problem = system.writeFile(file, jsonText(planToJson({ ...report, findings: [...report.findings, ...size] })));
  if (problem !== undefined) throw new UsageError(`--report cannot be written to ${file}: ${problem}`);
}
