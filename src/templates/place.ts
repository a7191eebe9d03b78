/** Findings with their places in the files of a chart. */
import type { Finding } from '../model/finding.ts';
import { enteredOf } from '../model/leaving.ts';
import type { Resource, Stream } from '../model/manifest.ts';
import { addTo, getOrMake } from '../model/maps.ts';
import type { Place } from '../model/span.ts';
import { partOf } from './documents.ts';
import type { FindTemplate } from './finder.ts';
import { linesOf } from './lines.ts';
import { locate } from './path.ts';

/** `resources` are all of the streams that the findings are about, in their order. */
export function placeFindings(
  findings: readonly Finding[],
  resources: readonly Resource[],
  find: FindTemplate,
): readonly Finding[] {
  const siblings = siblingsOf(resources);
  const place = (finding: Finding): Finding => {
    const source = placeOf(finding, siblings, find);
    const members = finding.members?.map(place);
    return { ...finding, ...(source && { source }), ...(members && { members }) };
  };
  return findings.map(place);
}

/** The resources of each template of a stream. */
type Siblings = ReadonlyMap<Stream, ReadonlyMap<string, readonly Resource[]>>;

function siblingsOf(resources: readonly Resource[]): Siblings {
  const siblings = new Map<Stream, Map<string, Resource[]>>();
  for (const resource of new Set(resources.map(enteredOf))) {
    const ofStream = getOrMake(siblings, streamOf(resource), () => new Map<string, Resource[]>());
    if (resource.template !== undefined) addTo(ofStream, resource.template, resource);
  }
  return siblings;
}

/** An item of a List has a stream of its own. */
const streamOf = ({ document }: Resource): Stream => (document.item?.list ?? document).stream;

/** The first line of the file where no better one is sure; undefined where there is no file. */
function placeOf({ resource, path = [] }: Finding, siblings: Siblings, find: FindTemplate): Place | undefined {
  if (resource?.template === undefined) return undefined;
  const file = find(resource.template);
  if (file === undefined) return undefined;
  const entered = enteredOf(resource);
  const others = siblings.get(streamOf(entered))?.get(resource.template) ?? [];
  const part = partOf(entered, others, linesOf(file.text));
  const at = part && locate(part.lines, path, entered.manifest().value);
  return { file: file.file, ...(at ?? { line: 1, column: 1 }) };
}
