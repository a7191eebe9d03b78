/**
 * A finding about a wait, with the line of the script that waits where the stream shows it.
 */
import { type Cause, type Finding, type FindingCode, findingOf, type Severity } from '../../model/finding.ts';
import { type Path, valueAt } from '../../model/json.ts';
import type { Resource } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import type { Wait } from '../../waits/find.ts';

export interface WaitReport {
  readonly code: FindingCode;
  readonly message: string;
  readonly hint: string;
  readonly severity?: Severity | undefined;
  readonly cause?: Cause;
  /** The hook that would have to change. */
  readonly hook: Placement;
  /** What an entry could move, where that is not the hook. */
  readonly mover?: Placement;
  /** Whose manifest shows it: the hook's, or that of a workload. */
  readonly resource: Resource;
  readonly wait: Pick<Wait, 'path' | 'file' | 'words'>;
}

export function reportWait({
  code,
  message,
  hint,
  severity,
  cause,
  hook,
  mover = hook,
  resource,
  wait,
}: WaitReport): Finding {
  const finding = findingOf(code, resource, wait.path, message, {
    hint,
    cure: { of: mover.resource },
    ...(severity && { severity }),
    ...(cause && { cause }),
    ...(hook.rule && { config: { ...hook.rule.place, hook: hook.rule.name } }),
  });
  const place = findWords(resource, wait.path, wait.file?.source ?? wait.words);
  return place === undefined ? finding : { ...finding, ...place };
}

/**
 * A block scalar begins at its `|`; the words that wait stand on a line below. In a list of arguments they stand apart: then
 * the last of them is shown.
 */
function findWords(resource: Resource, path: Path, words: string): Pick<Finding, 'position' | 'frame'> | undefined {
  const line = words.split('\n')[0]?.trim() ?? '';
  const last = line.slice(line.lastIndexOf(' ') + 1);
  return findMark(resource, path, line) ?? (last === line ? undefined : findMark(resource, path, last));
}

function findMark(resource: Resource, path: Path, mark: string): Pick<Finding, 'position' | 'frame'> | undefined {
  const manifest = resource.manifest();
  const start = manifest.locate(path);
  const value = valueAt(manifest.value, path);
  if (start === undefined || mark === '') return undefined;
  const below = typeof value === 'string' ? value.split('\n').findIndex((line) => isShownIn(line, mark)) : -1;
  // The line itself, a literal block under its `|`, and what folding and list items may add.
  for (const offset of below < 0 ? [0, 1, 2] : [below + 1, below, below + 2, 0]) {
    const position = { line: start.line + offset, column: 1 };
    const line = manifest.lineAt(position);
    if (line === undefined || !isShownIn(line, mark)) continue;
    const column = indexOfWord(line, mark, offset === 0 ? start.column - 1 : 0);
    return { position: offset === 0 ? start : { ...position, column: column + 1 }, frame: { line, mark } };
  }
  return undefined;
}

const isShownIn = (line: string, mark: string): boolean => !/^\s*#/.test(line) && indexOfWord(line, mark, 0) >= 0;

/** Where a word stands by itself: `mongo`, not in `mongosh`. */
function indexOfWord(text: string, word: string, from: number): number {
  for (let at = text.indexOf(word, from); at >= 0; at = text.indexOf(word, at + 1))
    if (!/[\w-]/.test(text[at - 1] ?? ' ') && !/[\w-]/.test(text[at + word.length] ?? ' ')) return at;
  return -1;
}

/** `init container wait-db`, and the script in which it waits. */
export const formatPlace = ({ container, file }: Pick<Wait, 'container' | 'file'>): string =>
  `${container.init ? 'init container' : 'container'} ${container.name}${file === undefined ? '' : `, ${file.label}`}`;
