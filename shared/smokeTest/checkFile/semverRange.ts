import { compare, parse, type SemVer } from 'semver';

/** Whether a version satisfies the constraint. */
export type SemverRange = (version: SemVer) => boolean;

const compares: Record<string, (order: number) => boolean> = {
  '': (order) => order === 0,
  '=': (order) => order === 0,
  '==': (order) => order === 0,
  '!': (order) => order !== 0,
  '!=': (order) => order !== 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
};

/**
 * A range as goss reads it (github.com/blang/semver ParseRange): comparisons of full versions, a blank means and, `||`
 * means or. Not npm's ranges: there is no `^`, `~` or `-`, and a pre-release is compared like any other version.
 */
export function parseSemverRange(text: string): SemverRange | { problem: string } {
  const alternatives: SemverRange[][] = [];
  for (const alternative of text.split('||')) {
    const words = alternative.trim().replaceAll(/([<>=!])\s+/g, '$1');
    if (words === '') return { problem: 'there is nothing to compare with on one side of ||' };
    const comparisons: SemverRange[] = [];
    for (const word of words.split(/\s+/)) {
      const [, operator = '', version = ''] = /^([<>=!]*)(.*)$/.exec(word) ?? [];
      const holds = compares[operator];
      const than = parseVersion(version);
      if (!holds) return { problem: `${operator} is no comparison` };
      if (!than) return { problem: `${version || word} is no full version such as 1.2.3` };
      comparisons.push((actual) => holds(compare(actual, than)));
    }
    alternatives.push(comparisons);
  }
  return (version) => alternatives.some((comparisons) => comparisons.every((holds) => holds(version)));
}

/** Only a full version and nothing around it, as in blang/semver; npm would also take `v1.2.3`. */
export function parseVersion(text: string): SemVer | undefined {
  return /^\d\S*$/.test(text) ? (parse(text) ?? undefined) : undefined;
}
