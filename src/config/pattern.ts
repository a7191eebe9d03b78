/**
 * Patterns of matchers: globs, and between slashes regular expressions.
 *
 * A glob has to match the whole text, case counts. `*` stands for any characters (also `/`), `?` for one, `[a-z]` and `[!a-z]` for one of a
 * set, `{a,b}` for one of several globs; a backslash takes the meaning from what follows. A regular expression has to match
 * somewhere. Neither can be made to run away: the time of both grows with pattern × text, whatever they are.
 */

import type { NoPattern, Test } from './compiled.ts';

export function compilePattern(pattern: string): Test | NoPattern {
  if (isRegex(pattern)) {
    const { compileRegex } = require('./regex.ts') as typeof import('./regex.ts');
    return compileRegex(pattern.slice(1, -1));
  }
  if (!SPECIAL.test(pattern))
    return pattern.includes('*') ? compilePieces(pattern.split('*')) : (text) => text === pattern;
  const { compileGlob } = require('./glob.ts') as typeof import('./glob.ts');
  return compileGlob(pattern);
}

export const isRegex = (pattern: string): boolean =>
  pattern.length > 1 && pattern.startsWith('/') && pattern.endsWith('/');

/** True when a pattern is one text and no more. */
export const isLiteral = (pattern: string): boolean =>
  !isRegex(pattern) && !pattern.includes('*') && !SPECIAL.test(pattern);

/** What a glob has beyond stars. */
const SPECIAL = /[?[\]{}\\]/;

/**
 * A glob of nothing but text and stars. Taking for each piece the first place after the one before is enough: whatever
 * matches with a later place matches with this one too.
 */
function compilePieces(pieces: readonly string[]): Test {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '');
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= text.length - last.length;
  };
}
