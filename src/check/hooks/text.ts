/**
 * What happens to the text of a document before Kubernetes sees it: keys that win over others, block scalars that Helm rewrites.
 *
 * Helm 4 parses and prints every document once before a post-renderer and again after it, whatever the post-renderer does. Its
 * printer changes block scalars, and Helm 4.1 falls over dashes (engines/helm/versions.ts); a stream that went that way has filename annotations and
 * has lost the original already, so only streams without them are judged.
 */
import { factsOf } from '../../engines/helm/versions.ts';
import { type Finding, findingOf, SEVERITIES } from '../../model/finding.ts';
import { POSTRENDER_FILENAME } from '../../model/helm.ts';
import { formatPath } from '../../model/json.ts';
import { formatResource, type Resource } from '../../model/manifest.ts';
import type { Check } from '../../release/release.ts';
import { causeOf } from './places.ts';

/** `input/duplicate-key`. */
export const checkDuplicateKeys: Check = ({ resource, copyFor }) =>
  copyFor !== undefined
    ? []
    : resource.manifest().duplicateKeys.map(({ path, isLost }) =>
        findingOf(
          'input/duplicate-key',
          resource,
          path,
          `${formatResource(resource)} has the key ${formatPath(path)} more than once, and Helm takes the last`,
          {
            ...(!isLost && { severity: 'info' as const }),
            hint: 'take out the ones that do not count',
            mark: String(path.at(-1) ?? ''),
          },
        ),
      );

/** `input/read-two-ways`, for a document that nothing changes: it is read as Helm reads it. */
export const checkReading: Check = ({ resource, copyFor }) => {
  const { doubt } = resource;
  if (!doubt?.isGrave || copyFor !== undefined) return [];
  const { reason, hint, position } = doubt;
  return [
    {
      code: 'input/read-two-ways',
      severity: SEVERITIES['input/read-two-ways'],
      message: `${formatResource(resource)} is another resource for Helm than for others who read it: ${reason}`,
      hint,
      resource,
      ...(position && { position }),
    },
  ];
};

/** `input/helm-rewrites-text`, once for each scalar. */
export const checkRewrites: Check = ({ resource, copyFor }, { circumstances: { version } }) => {
  const { document } = resource;
  // What Helm makes of the text of a List is another matter: it prints each item anew.
  if (copyFor !== undefined || document.item !== undefined) return [];
  if (Object.hasOwn(resource.annotations, POSTRENDER_FILENAME)) return [];
  const isLast = document.end === document.stream.bytes.length;
  const isCut = factsOf(version).cutsFinalNewline;
  return findRewrites(resource.text(), isLast)
    .filter(({ kind }) => isCut || kind !== 'final-newline')
    .map((rewrite) => rewriteFinding(resource, rewrite));
};

/** `release/dash-line`. */
export const checkDashes: Check = (placement, { circumstances: { version } }) => {
  const { resource, copyFor } = placement;
  if (copyFor !== undefined || Object.hasOwn(resource.annotations, POSTRENDER_FILENAME)) return [];
  if (!resource.says('-------')) return [];
  const lines = resource.text().split(/\r?\n/);
  const at = lines.findIndex((line) => line.includes('-------'));
  const line = lines[at];
  if (line === undefined) return [];
  const effect =
    'seven dashes or more in a row, which Helm 4.1 takes for the end of a document: it fails with any post-renderer';
  return [
    {
      code: 'release/dash-line',
      severity: factsOf(version).splitsAtDashes ? 'error' : 'info',
      message: `${formatResource(resource)} has ${effect}`,
      hint: 'use Helm 4.2 or later, or write the line with other characters',
      resource,
      position: { line: firstLineOf(resource) + at, column: line.indexOf('-------') + 1 },
      frame: { line, mark: '-------' },
      ...causeOf(placement, `$all have ${effect}`),
    },
  ];
};

export interface Rewrite {
  /** `final-newline`: a `|` or `>` at the end of a document becomes `|-` or `>-`. `folded`: blank lines are added. */
  readonly kind: 'final-newline' | 'folded';
  /** Of a folded one: a line of it goes on in the next one by a `\`, and a blank line in between ends the command. */
  readonly isBroken: boolean;
  /** 0-based, of the line with the `|` or `>`. */
  readonly line: number;
  readonly text: string;
}

/** `key: |`, `- >-`, `key: &anchor !!str |2`, with or without a comment behind it. */
const HEADER = /(?:^|[:?-])\s+(?:[&!]\S*\s+)*([|>])([+-]?[1-9]?|[1-9][+-])\s*(?:\s#.*)?$/;

/** The scalar that a line belongs to. */
interface Open {
  readonly line: number;
  readonly style: string;
  readonly chomp: string;
  readonly outer: number;
  base: number;
  isFolded: boolean;
  continues: boolean;
}

/** The block scalars of a document's content that Helm rewrites. `isLast`: it ends the stream, where Helm keeps the newline. */
export function findRewrites(content: string, isLast: boolean): readonly Rewrite[] {
  const lines = content.split(/\r?\n/);
  const found: Rewrite[] = [];
  let open: Open | undefined;
  const close = (): void => {
    if (open?.isFolded)
      found.push({ kind: 'folded', line: open.line, text: lines[open.line] ?? '', isBroken: open.continues });
    open = undefined;
  };
  for (const [number, line] of lines.entries()) {
    const indent = line.search(/\S/);
    if (indent < 0) continue;
    if (open !== undefined && (open.base < 0 ? indent > open.outer : indent >= open.base)) {
      if (open.base < 0) open.base = indent;
      open.isFolded ||= open.style === '>' && indent > open.base;
      open.continues ||= line.trimEnd().endsWith('\\');
      continue;
    }
    close();
    const header = line.trimStart().startsWith('#') ? null : HEADER.exec(line);
    if (header === null) continue;
    const chomp = header[2] ?? '';
    const outer = outerIndent(line);
    const digit = Number(/[1-9]/.exec(chomp)?.[0] ?? Number.NaN);
    const base = digit ? outer + digit : -1;
    open = { line: number, style: header[1] ?? '', chomp, outer, base, isFolded: false, continues: false };
  }
  // `helm template` prints a blank line behind the last document of a file; Helm cuts the others at their last character.
  const endsFile = isLast || /\n[ \t]*\r?\n$/.test(content);
  const last = open;
  close();
  if (last !== undefined && !endsFile && !last.chomp.includes('-'))
    found.push({ kind: 'final-newline', line: last.line, text: lines[last.line] ?? '', isBroken: false });
  return found;
}

/** The indent that a scalar's lines must exceed: that of its key, behind the dashes of the list items that it is in. */
function outerIndent(line: string): number {
  const dashes = /^\s*(?:-\s+)*(?=\S)/.exec(line)?.[0].length ?? 0;
  const isItem = /^[|>&!]/.test(line.slice(dashes));
  return isItem ? line.lastIndexOf('-', dashes) : dashes;
}

function rewriteFinding(resource: Resource, { kind, line, text, isBroken }: Rewrite): Finding {
  const key = /([^\s:-][^:]*):\s+\S*[|>]/.exec(text)?.[1] ?? 'a value';
  const style = /[|>](?=[^|>]*$)/.exec(text)?.[0] ?? '|';
  const [message, hint] =
    kind === 'final-newline'
      ? [
          `loses the final newline of ${key}: with any post-renderer Helm 4 turns a ${style} at the end of a document into ${style}-`,
          'use Helm 4.2.4 or later, or put another key behind it, or the document last in its file',
        ]
      : [
          `gains blank lines in ${key}: with any post-renderer Helm 4 prints a folded scalar with indented lines anew, twice`,
          'write it with | instead of >',
        ];
  return {
    code: 'input/helm-rewrites-text',
    severity: kind === 'folded' && !isBroken ? 'info' : SEVERITIES['input/helm-rewrites-text'],
    message: `${formatResource(resource)} ${message}`,
    hint,
    resource,
    position: { line: firstLineOf(resource) + line, column: Math.max(1, text.lastIndexOf(style) + 1) },
    frame: { line: text, mark: style },
  };
}

/** The line of the stream, from 1, with which a document's content begins. */
function firstLineOf({ document }: Resource): number {
  const { bytes } = document.stream;
  let line = 1;
  for (let at = bytes.indexOf(10); at >= 0 && at < document.contentStart; at = bytes.indexOf(10, at + 1)) line += 1;
  return line;
}
