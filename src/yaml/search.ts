/** Looking into a document without parsing it. */
import type { Document } from '../model/manifest.ts';
import { isAmbiguousPlain } from './scalar.ts';
import { latin1Of, slice } from './stream.ts';

/** With more names than this, one pass over the words of the text is cheaper than a native search for each name. */
const FEW = 8;

const contentOf = ({ stream, contentStart, end }: Document): Buffer => slice(stream.bytes, contentStart, end);

/**
 * False when surely no mapping of the document gives this key this value, in whatever style they are written: an anchor, a tag, an alias, a
 * block scalar, a merge or an escape may hide a value, so where one of them could, it may be there.
 */
export function mayHold(document: Document, key: string, value: string): boolean {
  if (!WORD.test(key) || !WORD.test(value) || isAmbiguousPlain(value)) return true;
  const text = latin1Of(document);
  let passed = 0;
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    TO_COLON.lastIndex = at + key.length;
    TO_COLON.test(text);
    const colon = TO_COLON.lastIndex;
    passed += colon - at;
    // Only where comments are full of the key, each is passed by many times.
    if (passed > text.length) return true;
    if (text[colon] !== ':') continue;
    TO_VALUE.lastIndex = colon + 1;
    TO_VALUE.test(text);
    const start = TO_VALUE.lastIndex;
    if (text.startsWith(value, start) || BEFORE_HIDDEN.has(text[start])) return true;
  }
  // Native searches first: most documents have none of these.
  return (text.includes('*') || text.includes('<<') || text.includes('\\')) && HIDDEN.test(text);
}

const WORD = /^[A-Za-z][\w./-]*$/;
const TO_COLON = /["']?(?:\s|#[^\n]*\n)*/y;
const TO_VALUE = /\s*["']?/y;
const BEFORE_HIDDEN: ReadonlySet<string | undefined> = new Set(['&', '!', '*', '|', '>', '#']);
const HIDDEN = /\*[^\s,*]{1,200}\s+:|<<["']?\s*:|"[^"]*\\[xuU\r\n]/;

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
