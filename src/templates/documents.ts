/** Which part of a template wrote a document: by its kind, its name, and its place among those of its kind. */
import type { Resource } from '../model/manifest.ts';
import { fixedLength, keyAt, type Line, patternOf, scalarOf } from './lines.ts';

/** The lines of one document in a template. */
export interface Part {
  readonly lines: readonly Line[];
  readonly kind: string;
  /** As the template has it; undefined where an action writes it. */
  readonly name?: string;
}

/**
 * The part that wrote `resource`; undefined where several may have. `siblings` are all resources of the stream that come from this template, in
 * its order, `resource` among them.
 */
export function partOf(resource: Resource, siblings: readonly Resource[], lines: readonly Line[]): Part | undefined {
  const ofKind = partsIn(lines).filter(({ kind }) => patternOf(kind).test(resource.kind));
  const ofName = ofKind.filter(({ name }) => name === undefined || patternOf(name).test(nameOf(resource)));
  const longest = Math.max(...ofName.map(fixedIn));
  const best = ofName.filter((part) => fixedIn(part) === longest);
  if (best.length < 2) return best[0];
  const others = siblings.filter(({ kind }) => kind === resource.kind);
  return others.length === ofKind.length ? ofKind[others.indexOf(resource)] : undefined;
}

const nameOf = ({ name, generateName }: Resource): string => (name === '' ? (generateName ?? '') : name);

/** What must be so in this part, counted in letters: the part that says most of a name is the one that means it. */
const fixedIn = ({ name }: Part): number => (name === undefined ? -1 : fixedLength(name));

/** Separators part documents, and so does a second `kind` or `apiVersion`, as in the branches of an `if`. */
function partsIn(lines: readonly Line[]): readonly Part[] {
  const groups: Line[][] = [[]];
  let seen = new Set<string>();
  for (const line of lines) {
    const { key = '' } = keyAt(line, 0) ?? {};
    const isNext = seen.has('kind') && seen.has(key) && (key === 'kind' || key === 'apiVersion');
    if (isNext || /^---(?:\s|$)/.test(line.text)) {
      groups.push([]);
      seen = new Set();
    }
    seen.add(key);
    groups.at(-1)?.push(line);
  }
  return groups.flatMap((group): readonly Part[] => {
    const kind = group.map((line) => keyAt(line, 0)).find((found) => found?.key === 'kind');
    if (kind === undefined) return [];
    const name = nameIn(group);
    return [{ lines: group, kind: scalarOf(kind.value), ...(name !== undefined && { name }) }];
  });
}

/** `metadata.name`, or `generateName`, in block style or in flow style. */
function nameIn(lines: readonly Line[]): string | undefined {
  const at = lines.findIndex((line) => keyAt(line, 0)?.key === 'metadata');
  const metadata = at < 0 ? undefined : keyAt(lines[at] as Line, 0);
  if (metadata === undefined) return undefined;
  const flow = /^\{.*?\b(?:name|generateName):\s*("(?:\{\{.*?\}\}|[^"])*"|'[^']*'|(?:\{\{.*?\}\}|[^,}\s])+)/.exec(
    metadata.value,
  )?.[1];
  if (flow !== undefined) return scalarOf(flow);
  const indent = lines.slice(at + 1).find((line) => !line.isBlank)?.indent ?? 0;
  if (indent === 0) return undefined;
  for (const line of lines.slice(at + 1)) {
    if (!line.isBlank && line.indent < indent) return undefined;
    const found = keyAt(line, indent);
    if (found?.key === 'name' || found?.key === 'generateName') return scalarOf(found.value);
  }
  return undefined;
}
