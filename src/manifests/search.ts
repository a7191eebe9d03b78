/** Looking into a document without parsing it. */
import type { Document, Names } from '../model/manifest.ts';
import { latin1Of } from '../stream/stream.ts';
import { isAmbiguousPlain } from '../yaml/scalar.ts';

/** With more names than this, one pass over the words of the text is cheaper than a native search for each name. */
const FEW = 8;
/** How often a text may be passed by in a search. */
const MOST_PASSES = 16;

/**
 * For each key, all values that mappings of the document give it, in whatever style they are written; more may be among them. Values of other
 * letters than names and labels have are left out. Undefined where only parsing tells: an anchor, a tag, an alias, a block scalar, a merge or
 * an escape may hide a value, and a number or `yes` may mean another.
 */
export function valuesOf(
  document: Document,
  keys: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  const text = latin1Of(document);
  // Native searches first: most documents have none of these.
  if ((text.includes('*') || text.includes('<<') || text.includes('\\')) && HIDES.test(text)) return undefined;
  const values = new Map<string, ReadonlySet<string>>();
  for (const key of keys) {
    const found = WORD.test(key) && !isAmbiguousPlain(key) ? valuesIn(text, key) : undefined;
    if (found === undefined) return undefined;
    values.set(key, found);
  }
  return values;
}

function valuesIn(text: string, key: string): ReadonlySet<string> | undefined {
  const values = new Set<string>();
  let passed = 0;
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    TO_COLON.lastIndex = at + key.length;
    TO_COLON.test(text);
    const colon = TO_COLON.lastIndex;
    passed += colon - at;
    // Only where comments are full of the key, each is passed by many times.
    if (passed > MOST_PASSES * text.length) return undefined;
    if (text[colon] !== ':') continue;
    VALUE.lastIndex = colon + 1;
    const [value, quote, word] = VALUE.exec(text) ?? [];
    if (value === undefined) return undefined;
    if (word === undefined) continue;
    if (quote === '' && isAmbiguousPlain(word)) return undefined;
    values.add(word);
  }
  return values;
}

const WORD = /^[A-Za-z][\w./-]*$/;
const TO_COLON = /["']?(?:\s|#[^\n]*\n)*/y;
/** A word and what ends it, or a collection in flow style. */
const VALUE = /\s*(?:(["']?)([A-Za-z][\w./-]*)\1(?=[ \t]*(?:[\r\n,}\]#]|$))|[{[])/y;
const HIDES = /\*[^\s,*]{1,200}\s+:|<<["']?\s*:|"[^"]*\\[xuU\r\n]/;

/** Which of the names stand in the document, at least as words (letters, digits, `.` and `-`). A name inside a longer word may be among them. */
export function namesIn(document: Document, names: Names): readonly string[] {
  const { stream, contentStart, end } = document;
  if (names.size <= FEW)
    return [...names.keys()].filter((name) => stream.codec.find(stream.bytes, name, contentStart, end) >= 0);
  const found = new Set<string>();
  for (const [word] of latin1Of(document).matchAll(/[\w.-]+/g)) {
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
