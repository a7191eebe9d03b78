/** The pipeline on texts, with a fixed clock. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { NEWEST_HELM } from '../../src/engines/helm/versions.ts';
import { DEFAULT_TIMEOUT_SECONDS } from '../../src/model/helm.ts';
import type { Document } from '../../src/model/manifest.ts';
import { editStream, type Outcome, orderRelease, type PipelineInput } from '../../src/pipeline.ts';
import { decodeStream } from '../../src/stream/stream.ts';

export const NOW = 1_732_147_200;

/** Without a config, the stream's own documents are the config. */
export function order(
  input: string | Uint8Array,
  config: string | undefined,
  options: Partial<PipelineInput> = {},
): Outcome {
  return orderRelease({
    read: () => (typeof input === 'string' ? new TextEncoder().encode(input) : input),
    file: 'in.yaml',
    findConfig: (inStream) =>
      config === undefined
        ? inStream.length > 0
          ? inStream.map(({ document }) => document)
          : undefined
        : documentsOf(config),
    needsConfig: true,
    scope: 'claimed',
    severity: 'error',
    version: NEWEST_HELM,
    timeoutSeconds: DEFAULT_TIMEOUT_SECONDS,
    wait: false,
    now: () => NOW,
    digest: (text) => createHash('sha256').update(text).digest('hex').slice(0, 8),
    unsureReader: () => undefined,
    ...options,
  });
}

function documentsOf(config: string): readonly Document[] {
  const stream = decodeStream(new TextEncoder().encode(config), 'hookorder.yaml');
  assert.ok('documents' in stream);
  return stream.documents;
}

/** The patched stream; findings do not stop it. */
export function renderedBytes(input: string | Uint8Array, config: string | undefined): Buffer {
  const { stream, plan, findings } = order(input, config);
  assert.ok(stream !== undefined && plan !== undefined, JSON.stringify(findings.map(({ message }) => message)));
  return Buffer.concat(editStream(stream, plan));
}

export const rendered = (input: string | Uint8Array, config: string | undefined): string =>
  renderedBytes(input, config).toString('utf8');
