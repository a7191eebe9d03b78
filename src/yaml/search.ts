/** Looking into a document without parsing it. */
import type { Document } from '../model/manifest.ts';
import { slice } from './stream.ts';

/** With more names than this, one pass over the words of the text is cheaper than a native search for each name. */
const FEW = 8;

const contentOf = ({ stream, contentStart, end }: Document): Buffer => slice(stream.bytes, contentStart, end);

/** Which of the names stand in the document, at least as words (letters, digits, `.` and `-`). */
export function namesIn(
  document: Document,
  names: Pick<ReadonlySet<string>, 'has' | 'keys' | 'size'>,
): readonly string[] {
  const content = contentOf(document);
  if (names.size <= FEW) return [...names.keys()].filter((name) => content.includes(name));
  const found = new Set<string>();
  for (const [word] of content.toString('latin1').matchAll(/[\w.-]+/g)) {
    if (names.has(word)) found.add(word);
    // A name at the end of a sentence, or of a file name, has a dot behind it.
    else if (word.includes('.')) for (const part of prefixes(word)) if (names.has(part)) found.add(part);
  }
  return [...found];
}

/** `a.b.c` gives `a.b` and `a`; at most eight, so that a hostile word costs no more than another. */
function* prefixes(word: string): Generator<string> {
  let end = word.length;
  for (let count = 0; count < 8; count++) {
    end = word.lastIndexOf('.', end - 1);
    if (end <= 0) return;
    yield word.slice(0, end);
  }
}
