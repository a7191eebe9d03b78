/** The unified diff of each resource that changed, with the names that it had and has. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { printable, printableLines } from '../safe-text.ts';
import type { Style } from '../style.ts';
import type { ReleaseDiff, ResourceChange } from './compare.ts';

export const formatDiffUnified = (
  { resources }: Pick<ReleaseDiff, 'resources'>,
  { style }: { readonly style: Style },
): string => resources.map((change) => patchOf(change, style)).join('');

function patchOf({ kind, nameBefore, nameAfter, textBefore, textAfter }: ResourceChange, style: Style): string {
  const label = (name: string | null): string => (name === null ? '/dev/null' : printable(`${kind}/${name}`));
  const patch = createTwoFilesPatch(
    label(nameBefore),
    label(nameAfter),
    printableLines(textBefore),
    printableLines(textAfter),
    undefined,
    undefined,
    {
      context: 3,
      headerOptions: FILE_HEADERS_ONLY,
    },
  );
  return patch
    .split('\n')
    .map((line) => paint(line, style))
    .join('\n');
}

function paint(line: string, style: Style): string {
  if (line.startsWith('--- ') || line.startsWith('+++ ')) return style.bold(line);
  if (line.startsWith('@@')) return style.info(line);
  return line.startsWith('+') ? style.added(line) : line.startsWith('-') ? style.removed(line) : line;
}
