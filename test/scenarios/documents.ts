/**
 * What a Markdown page promises: fences that show a file of the tree, and commands to copy.
 *
 * A fence that shows a file, or some lines of it, stands below `<!-- from PATH -->` or `<!-- from PATH#L3-L9 -->`. A `sh` fence is a promise that works on a fresh clone: as it
 * is, with another exit code (`sh exit=1`), once at the beginning (`sh setup`), or with a cluster (`sh cluster`).
 */
export interface Fence {
  /** What stands behind the backquotes: `sh exit=1`. */
  readonly info: string;
  readonly text: string;
  /** The file that it shows, perhaps with lines: `PATH#L3-L9`. */
  readonly from?: string;
  /** The line of its first line, from 1. */
  readonly line: number;
  /** The half-open range of `text` in the page. */
  readonly start: number;
  readonly end: number;
}

export function fencesOf(page: string): Fence[] {
  const fences: Fence[] = [];
  for (const match of page.matchAll(/(?:^<!-- from (\S+) -->\n)?^(`{3,})([^`\n]*)\n([\s\S]*?)^\2$/gm)) {
    const [whole, from, quotes = '', info = '', text = ''] = match;
    const start = match.index + whole.length - quotes.length - text.length;
    fences.push({
      info,
      text,
      ...(from !== undefined && { from }),
      line: page.slice(0, start).split('\n').length,
      start,
      end: start + text.length,
    });
  }
  return fences;
}

/** The page with the text of each `from` fence replaced by what `read` gives. */
export function refreshed(page: string, read: (file: string) => string): string {
  let result = page;
  for (const { from, start, end } of fencesOf(page).reverse())
    if (from !== undefined) result = result.slice(0, start) + shown(from, read) + result.slice(end);
  return result;
}

function shown(from: string, read: (file: string) => string): string {
  const [, file = from, first, last] = /^(.+)#L(\d+)-L(\d+)$/.exec(from) ?? [];
  const text = read(file);
  if (first === undefined) return text;
  return text
    .split(/(?<=\n)/)
    .slice(Number(first) - 1, Number(last))
    .join('');
}
