/** The word that a user meant: for "did you mean". */

/**
 * The candidate that is nearest to a word, or undefined when none is near. A swap of neighbours, a missing, an
 * added and a wrong letter count one each; case counts nothing. Of equally near candidates the first is taken.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  // A third of the letters may differ: `pre-instal` finds `pre-install`, and `foo` does not find `job`.
  let limit = Math.floor(Math.min(word.length, MAX_LENGTH) / 3) + 1;
  for (const candidate of candidates) {
    const found = distance(word.toLowerCase(), candidate.toLowerCase(), limit);
    if (found < limit && found < candidate.length) {
      best = candidate;
      limit = found;
    }
  }
  return best;
}

/** A longer word is no slip for a known one, and the effort grows with the square. */
const MAX_LENGTH = 80;

/** Damerau-Levenshtein distance, each letter moved at most once (optimal string alignment); infinite from `limit` on. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || a.length > MAX_LENGTH) return Number.POSITIVE_INFINITY;
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const shortest = Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : shortest;
      next.push(Math.min(shortest, swapped));
    }
    // A swap looks back two rows.
    if (Math.min(...next) >= limit && Math.min(...row) >= limit) return Number.POSITIVE_INFINITY;
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
