/** The source line of a finding, cut to a width around the words that matter, with carets below them. */
import type { Finding } from '../../model/finding.ts';
import { mayBeQuoted, type Resource } from '../../model/manifest.ts';
import { length } from '../layout.ts';
import { printable } from '../safe-text.ts';

export interface Frame {
  readonly line: string;
  /** Blanks and `^`; empty when no words are marked. */
  readonly carets: string;
}

/**
 * Undefined where no line is known, where the line would not show what is meant (the first key below a path), and for
 * Secrets: a line of one may be a password.
 */
export function frameOf({ frame, resource, path }: Finding, width: number): Frame | undefined {
  if (frame === undefined || (resource !== undefined && !isShown(resource))) return undefined;
  const line = printable(frame.line.trim());
  const mark = frame.mark === undefined ? '' : printable(frame.mark.trim());
  const at = mark === '' ? -1 : line.indexOf(mark);
  const cut = cutAround(line, Math.max(at, 0), mark.length, width);
  if (at < 0) return line.includes(String(path?.at(-1) ?? '')) ? { line: cut.text, carets: '' } : undefined;
  const start = length(line.slice(cut.removed, at)) + (cut.removed > 0 ? 1 : 0);
  return { line: cut.text, carets: ' '.repeat(start) + '^'.repeat(Math.min(length(mark), width - start)) };
}

/** A line of a List may have several items. */
function isShown(resource: Resource): boolean {
  const { kind } = resource;
  const { item } = resource.document;
  return (
    mayBeQuoted(kind, resource.text()) && (item === undefined || mayBeQuoted(kind, JSON.stringify(item.manifest.value)))
  );
}

/** The part of a line that shows `at`, with `…` where something was cut. */
function cutAround(
  line: string,
  at: number,
  size: number,
  width: number,
): { readonly text: string; readonly removed: number } {
  if (line.length <= width) return { text: line, removed: 0 };
  const removed = Math.max(0, Math.min(at - Math.max(8, Math.floor((width - size) / 2)), line.length - width + 1));
  const text = (removed > 0 ? '…' : '') + line.slice(removed);
  return { text: text.length > width ? `${text.slice(0, width - 1)}…` : text, removed };
}
