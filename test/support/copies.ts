/** Small manifests on one line each, and releases whose hooks get copies of what they need. */

import type { Placement } from '../../src/model/plan.ts';
import { type Copies, copyDependencies } from '../../src/order/copies/copies.ts';
import { Release } from '../../src/release/release.ts';
import { placementsOf, type Rules } from './release.ts';

export const COPY = { dependencies: 'copy' } as const;
export const copy = (placements: readonly Placement[]): Copies =>
  copyDependencies(new Release(placements, { timeoutSeconds: 300, wait: false }));
export const copyText = (text: string, rules: Rules = { j: { name: 'migrate', ...COPY } }): Copies =>
  copy(placementsOf(text, rules));
/** What leaves, as text that can come in again: JSON is YAML. */
export const leaving = ({ placements }: Copies): string =>
  placements.map((placement) => `---\n${JSON.stringify(placement.value())}\n`).join('');

export const object = (kind: string, name: string, rest = '', metadata = ''): string =>
  `---\n{ apiVersion: ${/Role/.test(kind) ? 'rbac.authorization.k8s.io/v1' : 'v1'}, kind: ${kind}, metadata: { name: ${name}, ${metadata} }, ${rest} }\n`;
export const hooked = (events: string, weight = 0): string =>
  `annotations: { helm.sh/hook: "${events}", helm.sh/hook-weight: "${weight}" }`;
export const job = (name: string, events: string, weight: number, spec: string): string =>
  `---\n{ apiVersion: batch/v1, kind: Job, metadata: { name: ${name}, ${hooked(events, weight)} }, spec: { template: { spec: { ${spec} } } } }\n`;
export const env = (...names: string[]): string =>
  `containers: [{ envFrom: [${names.map((name) => `{ configMapRef: { name: ${name} } }`).join(', ')}] }]`;
export const subject = (name: string): string => `{ kind: ServiceAccount, name: ${name}, namespace: "n" }`;
