/** The word somebody probably meant: one that begins or contains what was written, else the fewest letters apart. */
import { closest } from 'fastest-levenshtein';

export function nearest(word: string, candidates: readonly string[]): string {
  const lower = word.toLowerCase();
  const begins = candidates.find(
    (candidate) => candidate.startsWith(lower) || (lower.length > 2 && candidate.includes(lower)),
  );
  return begins ?? closest(word, candidates);
}
