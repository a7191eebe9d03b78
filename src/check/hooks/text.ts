/**
 * What happens to the text of a document before Kubernetes sees it: keys that win over others, block scalars that Helm rewrites.
 *
 * Helm 4 parses and prints every document once before a post-renderer and again after it, whatever the post-renderer does. Its
 * printer changes two kinds of block scalars [X 4.1.3, 4.1.4, 4.2.3]; a stream that went that way has filename annotations and
 * has lost the original already, so only streams without them are judged.
 */
import { type Finding, findingOf, SEVERITIES } from '../../model/finding.ts';
import { POSTRENDER_FILENAME } from '../../model/helm.ts';
import { formatPath } from '../../model/json.ts';
import { formatResource, type Resource } from '../../model/manifest.ts';
import type { Check } from '../../release/release.ts';

/** `input/duplicate-key`. */
export const checkDuplicateKeys: Check = ({ resource, copyFor }) =>
  copyFor !== undefined
    ? []
    : resource
        .manifest()
        .duplicateKeys.map((path) =>
          findingOf(
            'input/duplicate-key',
            resource,
            path,
            `${formatResource(resource)} has the key ${formatPath(path)} more than once, and Helm takes the last`,
            { hint: 'take out the ones that do not count', mark: String(path.at(-1) ?? '') },
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
export const checkRewrites: Check = ({ resource, copyFor }) => {
  const { document } = resource;
  // What Helm makes of the text of a List is another matter: it prints each item anew.
  if (copyFor !== undefined || document.item !== undefined) return [];
  if (Object.hasOwn(resource.annotations, POSTRENDER_FILENAME)) return [];
  const isLast = document.end === document.stream.bytes.length;
  return findRewrites(resource.text(), isLast).map((rewrite) => rewriteFinding(resource, rewrite));
};

export interface Rewrite {
  /** `final-newline`: a `|` or `>` at the end of a document becomes `|-` or `>-`. `folded`: blank lines are added. */
  readonly kind: 'final-newline' | 'folded';
  /** 0-based, of the line with the `|` or `>`. */
  readonly line: number;
  readonly text: string;
}

/** `key: |`, `- >-`, `key: &anchor !!str |2`, with or without a comment behind it. */
const HEADER = /(?:^|[:?-])\s+(?:[&!]\S*\s+)*([|>])([+-]?[1-9]?|[1-9][+-])\s*(?:\s#.*)?$/;

/** The block scalars of a document's content that Helm rewrites. `isLast`: it ends the stream, where Helm keeps the newline. */
export function findRewrites(content: string, isLast: boolean): readonly Rewrite[] {
  const lines = content.split(/\r?\n/);
  const found: Rewrite[] = [];
  let open: { line: number; style: string; chomp: string; outer: number; base: number; folded: boolean } | undefined;
  for (const [number, line] of lines.entries()) {
    const indent = line.search(/\S/);
    if (indent < 0) continue;
    if (open !== undefined && (open.base < 0 ? indent > open.outer : indent >= open.base)) {
      if (open.base < 0) open.base = indent;
      if (open.style === '>' && !open.folded && indent > open.base) {
        open.folded = true;
        found.push({ kind: 'folded', line: open.line, text: lines[open.line] ?? '' });
      }
      continue;
    }
    open = undefined;
    const header = line.trimStart().startsWith('#') ? null : HEADER.exec(line);
    if (header === null) continue;
    const chomp = header[2] ?? '';
    const outer = outerIndent(line);
    const digit = Number(/[1-9]/.exec(chomp)?.[0] ?? Number.NaN);
    open = { line: number, style: header[1] ?? '', chomp, outer, base: digit ? outer + digit : -1, folded: false };
  }
  // `helm template` prints a blank line behind the last document of a file; Helm cuts the others at their last character.
  const endsFile = isLast || /\n[ \t]*\r?\n$/.test(content);
  if (open !== undefined && !endsFile && !open.chomp.includes('-'))
    found.push({ kind: 'final-newline', line: open.line, text: lines[open.line] ?? '' });
  return found;
}

/** The indent that a scalar's lines must exceed: that of its key, behind the dashes of the list items that it is in. */
function outerIndent(line: string): number {
  const dashes = /^\s*(?:-\s+)*(?=\S)/.exec(line)?.[0].length ?? 0;
  const isItem = /^[|>&!]/.test(line.slice(dashes));
  return isItem ? line.lastIndexOf('-', dashes) : dashes;
}

function rewriteFinding(resource: Resource, { kind, line, text }: Rewrite): Finding {
  const key = /([^\s:-][^:]*):\s+\S*[|>]/.exec(text)?.[1] ?? 'a value';
  const style = /[|>](?=[^|>]*$)/.exec(text)?.[0] ?? '|';
  const [message, hint] =
    kind === 'final-newline'
      ? [
          `loses the final newline of ${key}: with any post-renderer Helm 4 turns a ${style} at the end of a document into ${style}-`,
          'put another key behind it, or the document last in its file, or use a Helm after 4.2.3',
        ]
      : [
          `gains blank lines in ${key}: with any post-renderer Helm 4 prints a folded scalar with indented lines anew, twice`,
          'write it with | instead of >',
        ];
  return {
    code: 'input/helm-rewrites-text',
    severity: SEVERITIES['input/helm-rewrites-text'],
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
