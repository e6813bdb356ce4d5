import type { Content } from './checkFile.ts';

/**
 * Whether every matcher finds a value of its own: two matchers never share one (augmenting paths, as gomega's bipartite
 * graph).
 */
export function canBeMatched(matchers: ((value: Content) => boolean)[], values: Content[]): boolean {
  const owners = new Map<number, number>();
  const candidates = matchers.map((holds) => values.flatMap((value, index) => (holds(value) ? [index] : [])));

  function findValue(matcher: number, tried: Set<number>): boolean {
    for (const index of candidates[matcher] ?? []) {
      if (tried.has(index)) continue;
      tried.add(index);
      const owner = owners.get(index);
      if (owner === undefined || findValue(owner, tried)) {
        owners.set(index, matcher);
        return true;
      }
    }
    return false;
  }
  return matchers.every((_, matcher) => findValue(matcher, new Set()));
}
