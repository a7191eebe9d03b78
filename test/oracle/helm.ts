/** Helm's own libraries, asked what they read (go/main.go). Built once per machine, into the cache outside the tree. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildOnce, findGo, placeOf, runGo } from '../../scripts/go.mjs';
import type { JsonObject } from '../../src/model/json.ts';
import { ROOT } from '../support/files.ts';

const SOURCES = join(ROOT, 'test', 'oracle', 'go');

/** A document as Helm reads it behind a post-renderer, the filename annotation taken out. */
export interface HelmDocument {
  readonly file: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly value: JsonObject | null;
}
export type HelmAnswer = { readonly error: string } | { readonly documents: readonly HelmDocument[] };

/** The path of the executable; undefined where there is no Go. */
export function buildReader(): string | undefined {
  const go = findGo();
  if (go === undefined) return undefined;
  const files = readdirSync(SOURCES).sort();
  const texts = files.map((file) => readFileSync(join(SOURCES, file), 'utf8'));
  const ingredients = [...texts, go.version, process.platform, process.arch];
  return buildOnce(placeOf('oracle/helm-reader', ingredients), (target) => {
    console.error("building a reader from Helm's libraries: some minutes, once on this machine");
    const folder = mkdtempSync(join(tmpdir(), 'hookorder-oracle-'));
    try {
      for (const file of files) copyFileSync(join(SOURCES, file), join(folder, file));
      runGo(['build', '-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', target, '.'], folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** What Helm reads of each stream. */
export function askHelm(reader: string, streams: readonly string[]): HelmAnswer[] {
  const input = streams.map((stream) => `${JSON.stringify(stream)}\n`).join('');
  const { status, stdout, stderr } = spawnSync(reader, [], { input, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`the reader ended with ${status}: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as HelmAnswer);
}
