// Finds the known word that is nearest to a mistyped one.

/** Edits that turn `a` into `b`: insert, delete, replace, swap two neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replace, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The candidate nearest to `word`, case aside; undefined if none is near enough to be meant. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(word.length / 3));
  const scored = candidates.map((candidate) => ({
    candidate,
    edits: distance(word.toLowerCase(), candidate.toLowerCase()),
  }));
  return scored.filter(({ edits }) => edits <= most).sort((a, b) => a.edits - b.edits)[0]?.candidate;
}

/** `; did you mean "x"?`, or nothing if no candidate is near. */
export const didYouMean = (word: string, candidates: readonly string[]): string =>
  meantNames([nearest(word, candidates)].filter((meant) => meant !== undefined));

/** `; did you mean "x" or "y"?`, or nothing without a name. */
export const meantNames = (names: readonly string[]): string =>
  names.length === 0 ? '' : `; did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`;
