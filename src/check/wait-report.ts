/**
 * A finding about a wait, with the line of the script that waits where the stream shows it.
 */
import { type Finding, type FindingCode, findingOf, type Severity } from '../model/finding.ts';
import type { Path } from '../model/json.ts';
import type { Resource } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';
import type { Wait } from './waits/find.ts';

const MAX_LINES = 500;

export interface WaitReport {
  readonly code: FindingCode;
  readonly message: string;
  readonly hint: string;
  readonly severity?: Severity | undefined;
  /** The hook that would have to change. */
  readonly hook: Placement;
  /** Whose manifest shows it: the hook's, or that of a workload. */
  readonly resource: Resource;
  readonly wait: Pick<Wait, 'path' | 'file' | 'words'>;
}

export function reportWait({ code, message, hint, severity, hook, resource, wait }: WaitReport): Finding {
  const finding = findingOf(code, resource, wait.path, message, {
    hint,
    ...(severity && { severity }),
    ...(hook.rule && { config: { ...hook.rule.place, hook: hook.rule.name } }),
  });
  const place = findWords(resource, wait.path, wait.file?.source ?? wait.words);
  return place === undefined ? finding : { ...finding, ...place };
}

/** A block scalar begins at its `|`; the words that wait stand on a line below. */
function findWords(resource: Resource, path: Path, words: string): Pick<Finding, 'position' | 'frame'> | undefined {
  const manifest = resource.manifest();
  const start = manifest.locate(path);
  const mark = words.split('\n')[0]?.trim();
  if (start === undefined || mark === undefined || mark === '') return undefined;
  for (let line = start.line; line < start.line + MAX_LINES; line++) {
    const text = manifest.lineAt({ line, column: 1 });
    if (text === undefined) return undefined;
    const column = text.indexOf(mark, line === start.line ? start.column - 1 : 0);
    if (column >= 0 && !/^\s*#/.test(text))
      return { position: line === start.line ? start : { line, column: column + 1 }, frame: { line: text, mark } };
  }
  return undefined;
}

/** `init container wait-db`, and the script in which it waits. */
export const formatPlace = ({ container, file }: Pick<Wait, 'container' | 'file'>): string =>
  `${container.init ? 'init container' : 'container'} ${container.name}${file === undefined ? '' : `, ${file.label}`}`;
