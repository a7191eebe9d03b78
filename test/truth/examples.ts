/** The charts of docs/examples, as streams. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TESTDATA } from '../support/files.ts';
import { findHelm, openHelm } from '../support/helm.ts';

export interface Stream {
  readonly name: string;
  readonly text: string;
  /** An ordering config of its own. */
  readonly config?: string;
  /** What was installed before its config came. */
  readonly before?: string;
}

/** The names that their configs expect, and the chart before the one that they are for. */
const EXAMPLES: readonly (readonly [chart: string, release: string, before?: string])[] = [
  ['atlas-migration', 'orders'],
  ['keycloak-postgresql-ha', 'sso', 'chart-1'],
  ['optscale-migrations', 'optscale'],
  ['ordered-release', 'shop'],
];

/** As this Helm renders them. */
export function examplesWith(version: string): readonly Stream[] {
  const binary = findHelm(version);
  assert.ok(binary);
  const helm = openHelm(version, binary);
  try {
    return EXAMPLES.map(([name, release, old]) => ({
      name,
      text: helm.succeed(['template', release, join(TESTDATA, 'charts', name, 'chart')]),
      config: readFileSync(join(TESTDATA, 'charts', name, 'hookorder.yaml'), 'utf8'),
      ...(old !== undefined && { before: helm.succeed(['template', release, join(TESTDATA, 'charts', name, old)]) }),
    }));
  } finally {
    helm.close();
  }
}
