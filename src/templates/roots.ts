/** Where the charts of a repository stand: the folders below the working directory that have a Chart.yaml, by the charts' names. */
import { chartAt, type ReadText } from './finder.ts';

/** The names in a folder; undefined for what cannot be read as one. */
export type ListFolder = (path: string) => readonly string[] | undefined;

/** Repositories are that deep, and no home folder is read whole. */
const DEEPEST = 6;
const MOST_FOLDERS = 2000;

/**
 * A chart's own folder is not looked into: its subcharts are found from it. A name that two charts have is left out, because either may be meant;
 * so is what a dot hides.
 */
export function chartRoots(list: ListFolder, read: ReadText): ReadonlyMap<string, string> {
  const roots = new Map<string, string>();
  const twice = new Set<string>();
  const open = [{ path: '.', depth: 0 }];
  for (let at = 0; at < open.length && at < MOST_FOLDERS; at++) {
    const { path, depth } = open[at] as { path: string; depth: number };
    const names = list(path);
    if (names === undefined) continue;
    if (names.includes('Chart.yaml')) {
      const name = chartAt(path, read)?.name;
      if (name !== undefined && roots.has(name)) twice.add(name);
      else if (name !== undefined) roots.set(name, path);
    } else if (depth < DEEPEST)
      for (const name of [...names].sort())
        if (!name.startsWith('.') && name !== 'node_modules' && !/\.[A-Za-z]\w*$/.test(name))
          open.push({ path: path === '.' ? name : `${path}/${name}`, depth: depth + 1 });
  }
  for (const name of twice) roots.delete(name);
  return roots;
}
