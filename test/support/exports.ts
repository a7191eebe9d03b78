/** Exports without the command line: patches and limits of a stream under a config. */
import assert from 'node:assert/strict';
import { formatKustomization } from '../../src/export/kustomize.ts';
import { limitsOf } from '../../src/export/limits.ts';
import { type ExportedPatch, patchesOf } from '../../src/export/patches.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Plan } from '../../src/model/plan.ts';
import { order } from './pipeline.ts';

export interface Exported {
  readonly plan: Plan;
  readonly patches: readonly ExportedPatch[];
  readonly kustomization: string;
  /** What patches cannot say. */
  readonly limits: readonly Finding[];
}

export function exported(stream: string, config: string | undefined): Exported {
  const { plan, findings } = order(stream, config);
  assert.ok(plan !== undefined, JSON.stringify(findings.map(({ message }) => message)));
  const patches = patchesOf(plan);
  return {
    plan,
    patches,
    kustomization: formatKustomization(patches, 'all.yaml'),
    limits: limitsOf(plan, () => false),
  };
}
