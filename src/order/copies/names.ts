/**
 * Names of copies: `<name>-hook`, or the next number that is free.
 *
 * A name is free when no resource of the kind has it and none refers to it: what is not in the stream may be in the cluster,
 * and `before-hook-creation` on a copy of that name would delete it.
 */
import { formatResource } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { referencesOf } from '../../release/references.ts';

const SUFFIX = '-hook';
/** The longest name of a ServiceAccount, Secret or ConfigMap (DNS-1123 subdomain); roles could be longer. */
const MAX_NAME = 253;

/** Letters of names, as far as they tell words apart. */
const NAME_LETTER = /[\w.-]/;

/** Chooses a name for the copy of each original that it is asked about, never the same one twice, in whatever namespace. */
export function copyNames(placements: readonly Placement[]): (original: Placement) => string {
  const taken = new Set(placements.map(({ resource, name }) => formatResource({ kind: resource.kind, name })));
  // Reading all references means parsing every document: most names stand nowhere in the stream.
  const streams = new Set(placements.map(({ resource: { document } }) => (document.item?.list ?? document).stream));
  const words = wordsWith(
    SUFFIX,
    [...streams].map(({ bytes, codec }) => codec.utf8(bytes, 0, bytes.length)).join('\n'),
  );
  let references: ReadonlySet<string> | undefined;
  const isFree = (kind: string, name: string): boolean => {
    const identity = formatResource({ kind, name });
    if (taken.has(identity)) return false;
    if (!words.has(lastWordOf(name))) return true;
    references ??= new Set(placements.flatMap(referencesOf).map(formatResource));
    return !references.has(identity);
  };
  return ({ resource: { kind, name } }) => {
    for (let number = 1; ; number += 1) {
      const suffix = number === 1 ? SUFFIX : `${SUFFIX}-${number}`;
      const candidate = name.slice(0, MAX_NAME - suffix.length).replace(/[-.]+$/, '') + suffix;
      if (!isFree(kind, candidate)) continue;
      taken.add(formatResource({ kind, name: candidate }));
      return candidate;
    }
  };
}

/** The words of a text that have a part in them, none longer than names are. */
function wordsWith(part: string, text: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    let start = at;
    while (start > at - MAX_NAME && NAME_LETTER.test(text.charAt(start - 1))) start -= 1;
    let end = at + part.length;
    while (end < at + MAX_NAME && NAME_LETTER.test(text.charAt(end))) end += 1;
    words.add(text.slice(start, end));
  }
  return words;
}

/** Names of roles may have other letters, such as the colon of `system:node`. */
const lastWordOf = (name: string): string => /[\w.-]*$/.exec(name)?.[0] ?? '';
