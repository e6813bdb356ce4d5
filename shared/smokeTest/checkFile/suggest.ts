/** ` (did you mean "enabled"?)`, or all that there is when nothing comes close. */
export function suggest(word: string, known: readonly string[]): string {
  const close = known.find((candidate) => distance(word.toLowerCase(), candidate) <= 2);
  return close ? ` (did you mean ${close}?)` : `; it has: ${known.join(', ')}`;
}

/** Letters to insert, drop or replace; anything above 2 is reported as 3. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++)
      next.push(Math.min((row[j] ?? 0) + (letter === b[j] ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    row = next;
  }
  return row[b.length] ?? 3;
}
