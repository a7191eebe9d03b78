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
  const pattern = patternOf(key, value);
  return pattern === undefined || pattern.test(latin1Of(document));
}

const WORD = /^[A-Za-z][\w./-]*$/;
const HIDDEN = String.raw`\*[^\s,*]{1,200}\s+:|<<["']?\s*:|"[^"]*\\[xuU\r\n]`;
const patterns = new Map<string, RegExp | undefined>();

/** Every workload is held against the same few labels. Undefined for what may be written in other words. */
function patternOf(key: string, value: string): RegExp | undefined {
  const id = `${key}\n${value}`;
  if (patterns.has(id)) return patterns.get(id);
  const isWord = WORD.test(key) && WORD.test(value) && !isAmbiguousPlain(value);
  const [name, word] = [key, value].map((text) => text.replaceAll('.', String.raw`\.`));
  const pattern = isWord
    ? new RegExp(String.raw`${name}["']?(?:\s|#[^\n]*\n)*:\s*(?:["']?${word}|[&!*|>#])|${HIDDEN}`)
    : undefined;
  if (patterns.size < 1000) patterns.set(id, pattern);
  return pattern;
}

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
