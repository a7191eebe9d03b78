/** A real kustomize: the one in kubectl, and its own command where Go can build it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './files.ts';
import type { Outcome } from './helm.ts';

const found = new Map<string, string | undefined>();

/** The path that a script of the project prints; undefined where this machine cannot have the tool. */
function findTool(script: string, ...args: readonly string[]): string | undefined {
  const key = [script, ...args].join(' ');
  if (!found.has(key)) {
    const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'scripts', script), ...args], {
      encoding: 'utf8',
    });
    found.set(key, status === 0 ? stdout.trim() : undefined);
  }
  return found.get(key);
}

export const findKubectl = (): string | undefined => findTool('helm.mjs', 'kubectl');

export const findKustomize = (): string | undefined => findTool('helm.mjs', 'kustomize');

/** Declares a test that gets the path of a kubectl. */
export function kubectlTest(name: string, body: (kubectl: string) => void): void {
  test(name, (t) => {
    const kubectl = findKubectl();
    if (kubectl === undefined) return t.skip('NO KUBECTL HERE: put one on PATH');
    body(kubectl);
  });
}

/** `kubectl kustomize` in a folder with these files. */
export const kustomize = (kubectl: string, files: Readonly<Record<string, string>>): Outcome =>
  runIn(files, kubectl, ['kustomize', '.']);

/** Runs a command in a folder with these files, which is gone afterwards. */
export function runIn(files: Readonly<Record<string, string>>, command: string, args: readonly string[]): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder-kustomize-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text, { mode: 0o755 });
    }
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
    return { status, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing but resources. */
export const PLAIN_KUSTOMIZATION = 'resources: [all.yaml]\n';
