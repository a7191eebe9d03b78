/** `init --fix` on texts, and the law that holds for whatever comes out of it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { NEWEST_ARGO } from '../../src/engines/argocd/versions.ts';
import { NEWEST_HELM } from '../../src/engines/helm/versions.ts';
import { readUserFile } from '../../src/export/file.ts';
import { formatFixed } from '../../src/init/fix/config.ts';
import { type Fixed, fix } from '../../src/init/fix/fix.ts';
import { hooksOf } from '../../src/init/fix/text.ts';
import { OPERATION_NAMES } from '../../src/model/helm.ts';
import type { Target } from '../../src/model/target.ts';
import type { PipelineInput } from '../../src/pipeline.ts';
import { NODE_BYTES } from '../../src/world/node-bytes.ts';
import { NOW, order } from '../support/pipeline.ts';
import { assertHarmless } from './harmless.ts';

type Stream = string | Uint8Array;

export interface FixedText extends Fixed {
  readonly text: string;
}

export interface FixCase {
  readonly install: Stream;
  /** Absent: one stream for all operations. */
  readonly upgrade?: Stream;
  readonly target?: Target;
  /** The config to begin with. */
  readonly config?: string;
}

/** Fails where `fix` refuses. */
export function fixOf({ install, upgrade, target = 'helm', config }: FixCase): FixedText {
  const inputOf = (stream: Stream): PipelineInput => ({
    read: () => (typeof stream === 'string' ? new TextEncoder().encode(stream) : stream),
    file: 'in.yaml',
    target,
    version: target === 'argocd' ? NEWEST_ARGO : NEWEST_HELM,
    timeoutSeconds: 300,
    wait: false,
    scope: 'all',
    severity: 'warning',
    needsConfig: false,
    findConfig: () => undefined,
    now: () => NOW,
    digest: (text) => createHash('sha256').update(text).digest('hex').slice(0, 8),
    unsureReader: () => undefined,
  });
  const inputs: PipelineInput[] =
    upgrade === undefined
      ? [inputOf(install)]
      : [
          { ...inputOf(install), operations: ['install'] },
          { ...inputOf(upgrade), operations: OPERATION_NAMES.filter((name) => name !== 'install') },
        ];
  const read = config === undefined ? undefined : readUserFile(Buffer.from(config), 'hookorder.yaml', NODE_BYTES);
  const given = read && 'stream' in read ? { ...read, hooks: hooksOf(read.manifests) } : undefined;
  const fixed = fix({ inputs, ...(given && { given }) });
  if (!('cured' in fixed)) assert.fail(fixed.map(({ message }) => message).join('\n'));
  return { ...fixed, text: formatFixed(fixed, given) };
}

/** The same, after all that holds for every config of `--fix` was asserted. */
export function soundFix(about: FixCase): FixedText {
  const fixed = fixOf(about);
  assert.ok(!/^[^#]*activeDeadlineSeconds/m.test(fixed.text), 'a deadline is never invented');
  if (about.target === 'argocd') assertHarmlessForArgo(about.install, fixed.text);
  else if (about.config === undefined)
    for (const [at, stream] of [about.install, about.upgrade].entries())
      if (stream !== undefined)
        assertHarmless(stream, fixed.text, about.upgrade === undefined ? undefined : at === 0 ? 'install' : 'upgrade');
  return fixed;
}

/** No error or warning that was not there, on each resource; and what is claimed has none at all. */
function assertHarmlessForArgo(stream: Stream, config: string): void {
  const faultsOf = (text: string | undefined): Map<string, number> => {
    const counts = new Map<string, number>();
    const { findings } = order(stream, text, {
      target: 'argocd',
      version: NEWEST_ARGO,
      scope: 'all',
      severity: 'warning',
      needsConfig: false,
    });
    for (const { code, severity, resource } of findings) {
      const key = `${severity} ${code} ${resource?.document.index ?? ''}`;
      if (severity !== 'info') counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  };
  const before = faultsOf(undefined);
  for (const [key, count] of faultsOf(config)) assert.ok(count <= (before.get(key) ?? 0), `new: ${key}\n${config}`);
  const { findings } = order(stream, config, { target: 'argocd', version: NEWEST_ARGO });
  assert.deepEqual(
    findings.map(({ message }) => message),
    [],
    'it renders without an error',
  );
}

export const codesOf = (findings: Fixed['left']): readonly string[] => [...new Set(findings.map(({ code }) => code))];
