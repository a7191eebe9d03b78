/**
 * From the name that Helm gives a template, `shop/charts/db/templates/job.yaml`, to the file that it was read from.
 *
 * A chart is known by its name and its folder. A subchart stands in the folder `charts` of its parent, there maybe under another name (`alias`), or
 * beside it, where the parent's Chart.yaml says so (`file://../db`). What came packed has no file.
 */
import { parse } from 'yaml';

export interface TemplateFile {
  /** A path that can be opened. */
  readonly file: string;
  readonly text: string;
}

/** By the name of the template; undefined where its file is not at hand. */
export type FindTemplate = (template: string) => TemplateFile | undefined;

/** The text of a file; undefined where there is none. */
export type ReadText = (path: string) => string | undefined;

/** `roots` are folders of charts by the names of the charts. */
export function templateFinder(roots: ReadonlyMap<string, string>, read: ReadText): FindTemplate {
  const known = new Map<string, TemplateFile | undefined>();
  return (template) => {
    if (!known.has(template)) known.set(template, find(template, roots, read));
    return known.get(template);
  };
}

/** `shop/charts/db/charts/auth/templates/x.yaml` to `[shop, db, auth]` and `templates/x.yaml`. */
function partsOf(template: string): { readonly charts: readonly string[]; readonly path: string } {
  const words = template.split('/');
  const charts = words.slice(0, 1);
  let at = 1;
  for (; words[at] === 'charts' && at + 2 < words.length; at += 2) charts.push(words[at + 1] as string);
  return { charts, path: words.slice(at).join('/') };
}

/** The root nearest to the template counts: a subchart may have a folder of its own in the repository. */
function find(template: string, roots: ReadonlyMap<string, string>, read: ReadText): TemplateFile | undefined {
  const { charts, path } = partsOf(template);
  for (let at = charts.length - 1; at >= 0; at--) {
    const root = roots.get(charts[at] as string);
    if (root === undefined) continue;
    let folder: string | undefined = root;
    for (const name of charts.slice(at + 1)) folder = folder && subchartOf(folder, name, read);
    const file = folder && join(folder, path);
    const text = file && read(file);
    if (file !== undefined && text !== undefined) return { file, text };
  }
  return undefined;
}

export interface ChartFile {
  /** As in the names of its templates. */
  readonly name?: string;
  readonly version?: string;
  readonly dependencies: readonly { readonly name?: string; readonly alias?: string; readonly repository?: string }[];
}

/** The folder of a subchart that Helm calls so. */
function subchartOf(folder: string, name: string, read: ReadText): string | undefined {
  const own = join(folder, `charts/${name}`);
  if (read(join(own, 'Chart.yaml')) !== undefined) return own;
  const dependency = chartAt(folder, read)?.dependencies.find((each) => (each.alias ?? each.name) === name);
  const beside = /^file:\/\/(.+)$/.exec(dependency?.repository ?? '')?.[1];
  return [
    ...(dependency?.name === undefined ? [] : [join(folder, `charts/${dependency.name}`)]),
    ...(beside === undefined ? [] : [beside.startsWith('/') ? beside : join(folder, beside)]),
  ].find((candidate) => read(join(candidate, 'Chart.yaml')) !== undefined);
}

/** What Chart.yaml of a folder says; undefined for a folder that has none. */
export function chartAt(folder: string, read: ReadText): ChartFile | undefined {
  const text = read(join(folder, 'Chart.yaml'));
  if (text === undefined) return undefined;
  let value: Partial<ChartFile> | null;
  try {
    value = parse(text) as Partial<ChartFile> | null;
  } catch {
    return undefined;
  }
  const { name, version, dependencies } = value ?? {};
  return {
    ...(typeof name === 'string' && { name }),
    ...(typeof version === 'string' && { version }),
    dependencies: Array.isArray(dependencies) ? dependencies.filter((each) => each !== null) : [],
  };
}

/** Both with `/`, which every system takes; `..` and `.` are worked off. */
function join(folder: string, path: string): string {
  const words = `${folder.replaceAll('\\', '/')}/${path}`.split('/');
  const joined: string[] = [];
  for (const [at, word] of words.entries()) {
    if (word === '.' || (word === '' && at > 0)) continue;
    const last = joined.at(-1);
    if (word === '..' && last !== undefined && last !== '..' && last !== '') joined.pop();
    else joined.push(word);
  }
  return joined.join('/');
}
