/**
 * A patch to the new text of a document, with proof that the text says what the package `fast-json-patch` makes of the patch. When the small
 * edits that keep the style of the document cannot be proven, plainer ones are tried, down to replacing whole top-level values.
 */
import type { JsonObject, Operation } from '../model/json.ts';
import { applyPatch } from '../model/json-patch.ts';
import type { Manifest } from '../model/manifest.ts';
import { lineBreakOf } from '../stream/stream.ts';
import type { ParsedManifest } from '../yaml/parse.ts';
import { parseManifest } from '../yaml/parse.ts';
import { originsOf } from '../yaml/value.ts';
import { applyEdits, areDisjoint, type Edit, sortEdits } from './edits.ts';
import { patchedByPackage } from './patch-oracle.ts';
import { isProven } from './proof.ts';
import { type LowerOptions, lowerValue } from './reconcile.ts';
import type { Format } from './render.ts';

/** A bug in hookorder: no text was found that says what the patch says. */
export class UnprovenEdit extends Error {
  override readonly name = 'UnprovenEdit';
}

/** From the least visible edits to those that always work. */
const ATTEMPTS: readonly Omit<LowerOptions, 'named'>[] = [
  { inPlace: true, depth: Number.POSITIVE_INFINITY },
  { inPlace: false, depth: Number.POSITIVE_INFINITY },
  { inPlace: false, depth: 2 },
  { inPlace: false, depth: 1 },
  { inPlace: false, depth: 0 },
];

/** The new text of the whole content of the manifest's document (see `textOf`). */
export function editDocument(
  manifest: Manifest,
  operations: readonly Operation[],
  style: Pick<Format, 'readable'> = {},
): string {
  const parsed = withTree(manifest);
  const patched = applyPatch(parsed.value, operations);
  if ('error' in patched) throw new UnprovenEdit(`operation ${patched.index} cannot be applied: ${patched.error}`);
  const expected = patchedByPackage(parsed.value, operations);
  for (const options of ATTEMPTS) {
    const edits = lowerPatch(parsed, operations, patched.value, options, style);
    if (!areDisjoint(edits)) continue;
    const text = applyEdits(parsed.text, edits);
    if (isProven(parsed, edits, text, expected)) return text;
  }
  throw new UnprovenEdit(
    `no text of document ${manifest.document.index + 1} of ${manifest.document.stream.file} was found that says what its patch says`,
  );
}

/** The edits for a patch whose result is known, sorted. */
export function lowerPatch(
  manifest: ParsedManifest,
  operations: readonly Operation[],
  patched: JsonObject,
  options: Omit<LowerOptions, 'named'> = { inPlace: true, depth: Number.POSITIVE_INFINITY },
  style: Pick<Format, 'readable'> = {},
): Edit[] {
  const { text, root, value } = manifest;
  const first = root.flow ? root.entries[0]?.key : undefined;
  const format: Format = {
    lineBreak: lineBreakOf(text),
    quoteKeys: first?.type === 'scalar' && first.style === 'double',
    text,
    originOf: originsOf(root, value),
    ...style,
  };
  const named = new Set(operations.map((operation) => operation.path));
  return sortEdits(lowerValue(text, root, value, patched, format, { ...options, named }));
}

/** A manifest that hookorder parsed carries its tree. */
function withTree(manifest: Manifest): ParsedManifest {
  if ('root' in manifest && 'text' in manifest) return manifest as ParsedManifest;
  const parsed = parseManifest(manifest.document);
  if (Array.isArray(parsed)) throw new UnprovenEdit(`document ${manifest.document.index + 1} is not valid YAML`);
  return parsed;
}
