/**
 * The text of one document to a manifest: the fast parser first, the full one for what it declines.
 */
import { type Finding, SEVERITIES } from '../model/finding.ts';
import { POSTRENDER_FILENAME } from '../model/helm.ts';
import type { JsonObject } from '../model/json.ts';
import { type Document, type Doubt, type Manifest, mayBeQuoted } from '../model/manifest.ts';
import { findOddBreak, withPlainBreaks } from '../stream/breaks.ts';
import { positionIn, textOf } from '../stream/stream.ts';
import { parseFast } from './fast.ts';
import type { Mapping, Node, SyntaxProblem } from './node.ts';
import { findHeadDoubt } from './reading.ts';
import { checkAliases, findDuplicateKeys, locateOffset, toValue } from './value.ts';

/** A manifest with what edits need of it. */
export interface ParsedManifest extends Manifest {
  readonly text: string;
  readonly root: Mapping;
  readonly isSeparable: boolean;
}

interface Parsed {
  readonly root: Node;
  /** True for a block mapping at column 0 whose entries say the same with and without each other: no anchor, no merge key, no directive, no end marker. */
  readonly isSeparable: boolean;
}

/** What full.ts says of an alias without its anchor. */
const LOST_ANCHOR = /^an alias has no anchor/;

/** More problems than this say nothing new: one missing quote makes hundreds. */
const MAX_PROBLEMS = 5;

/** A manifest, or `input/invalid-yaml` findings: it is no YAML, or no mapping. Messages begin with `known.subject`. */
export function parseManifest(
  document: Document,
  known: { readonly subject?: string; readonly kind?: string } = {},
): ParsedManifest | Finding[] {
  const { text, oddBreak } = readText(document);
  const parsed = parseText(text);
  if ('problems' in parsed)
    return parsed.problems.slice(0, MAX_PROBLEMS).map((problem) => invalidYaml(document, text, problem, known));
  if (parsed.root.type !== 'map') {
    const message = `it is a ${parsed.root.type === 'seq' ? 'list' : 'single value'}, not a mapping`;
    return [invalidYaml(document, text, { offset: parsed.root.start, message }, known)];
  }
  return makeManifest(document, text, parsed.root, parsed.isSeparable && oddBreak === undefined, oddBreak);
}

/** The text of a document with the lines that Helm sees, and why these are not the lines of the text. */
export function readText(document: Document): { readonly text: string; readonly oddBreak?: Doubt } {
  const text = textOf(document);
  const found = findOddBreak(text);
  if (found === undefined) return { text };
  const position = positionIn(document, found.offset, text);
  const reason = `it has ${found.name}, so Helm sees other lines than other readers of YAML`;
  const hint = 'take it out of the template, or write it as an escape in double quotes';
  return { text: withPlainBreaks(text), oddBreak: { reason, hint, position, isGrave: true } };
}

/** The node tree of a document's text (see `textOf`), or at least one problem. */
export function parseText(text: string): Parsed | { readonly problems: readonly SyntaxProblem[] } {
  const end = findDocumentEnd(text);
  if (typeof end !== 'number') return { problems: [end] };
  const content = text.slice(0, end);
  const fast = parseFast(content);
  if (fast !== undefined) {
    const isAtMargin = fast.start === 0 || text[fast.start - 1] === '\n';
    return { root: fast, isSeparable: fast.type === 'map' && !fast.flow && isAtMargin && end === text.length };
  }
  const full = (require('./full.ts') as typeof import('./full.ts')).parseFull(content);
  if (full.root === undefined)
    return { problems: full.problems.length > 0 ? full.problems : [{ offset: 0, message: 'it is empty' }] };
  const problem = checkAliases(full.root);
  return problem === undefined ? { root: full.root, isSeparable: false } : { problems: [problem] };
}

/** Where `...` ends the content. Behind it only blanks, comments and directives may follow: Helm would lose anything else. */
function findDocumentEnd(text: string): number | SyntaxProblem {
  if (!text.startsWith('...') && !text.includes('\n...')) return text.length;
  const marker = /^\.\.\.(?=\s|$)/m.exec(text);
  if (marker === null) return text.length;
  const rest = /^(?!\.\.\.(?:\s|$)|%|[ \t]*(?:#|\r?$))/m;
  const behind = text.indexOf('\n', marker.index) + 1;
  const found = behind === 0 ? null : rest.exec(text.slice(behind));
  if (found === null || behind + found.index >= text.length) return marker.index;
  return { offset: behind + found.index, message: 'there is content behind the `...` that ends the document' };
}

export function makeManifest(
  document: Document,
  text: string,
  root: Mapping,
  isSeparable = false,
  oddBreak?: Doubt,
): ParsedManifest {
  const { item } = document;
  return {
    document,
    text,
    root,
    isSeparable,
    value: toValue(root) as JsonObject,
    locate: (path) =>
      item === undefined
        ? positionIn(document, locateOffset(root, path), text)
        : item.manifest.locate([...item.path, ...path]),
    lineAt: (position) => (item === undefined ? lineAt(document, text, position.line) : item.manifest.lineAt(position)),
    get duplicateKeys() {
      return findDuplicateKeys(root);
    },
    get doubt() {
      return oddBreak ?? headDoubtOf(document, text, root);
    },
  };
}

function headDoubtOf(document: Document, text: string, root: Mapping): Doubt | undefined {
  const found = findHeadDoubt(root);
  if (found === undefined) return undefined;
  const { reason, hint, offset, differs } = found;
  return { reason, hint, position: positionIn(document, offset, text), isGrave: differs };
}

function lineAt(document: Document, text: string, line: number): string | undefined {
  let start = 0;
  for (let at = positionIn(document, 0, text).line; at < line; at++) {
    start = text.indexOf('\n', start) + 1;
    if (start === 0) return undefined;
  }
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '');
}

/** How messages call a document of which no more is known. */
export const subjectOf = (document: Document): string =>
  document.stream.documents.length === 1
    ? document.stream.file
    : `document ${document.index + 1} of ${document.stream.file}`;

/**
 * A problem of a document's text as a finding, with its place. Its line is shown only where the document is known to be no Secret and to hold
 * none: a line that is no YAML may be half a password.
 */
export function invalidYaml(
  document: Document,
  text: string,
  problem: SyntaxProblem,
  { subject = subjectOf(document), kind }: { readonly subject?: string; readonly kind?: string } = {},
): Finding {
  const position = positionIn(document, Math.min(problem.offset, text.length), text);
  const line = mayBeQuoted(kind, text) ? lineAt(document, text, position.line) : undefined;
  const reason = problem.message.trim().replace(/\.$/, '');
  // Helm stops here too, behind the post-renderer [X 4.2.3].
  const isCutOff = LOST_ANCHOR.test(reason) && text.includes(POSTRENDER_FILENAME);
  return {
    code: 'input/invalid-yaml',
    severity: SEVERITIES['input/invalid-yaml'],
    message: `${subject} is not valid YAML: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}${isCutOff ? ', because Helm unfolded the List that they stood in together' : ''}`,
    ...(isCutOff && { hint: 'write the value out in the template instead of the alias' }),
    position,
    ...(line !== undefined && { frame: { line } }),
  };
}
