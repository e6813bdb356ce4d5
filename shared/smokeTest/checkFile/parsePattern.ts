import type { Matcher } from './checkFile.ts';
import { compileRegexp } from './regexp.ts';

/**
 * One line pattern: `foo`, `!foo`, `/re/`, `!/re/`. As goss does, any `\`, `/` and `!` at the beginning of a fixed text is
 * dropped (`\!foo` looks for `foo`). Source: goss matchers/have_patterns.go, newStringPattern and newRegexPattern.
 */
export function parsePattern(pattern: string): Matcher | { problem: string } {
  if (pattern === '') return { problem: 'an empty pattern matches everything: leave it out' };
  const negated = pattern.startsWith('!');
  const body = negated ? pattern.slice(1) : pattern;
  if (body.startsWith('/') && pattern.endsWith('/')) {
    if (body === '/') return { problem: `${pattern} is no pattern: a regular expression stands between two slashes` };
    const expression = body.slice(1, -1);
    const compiled = compileRegexp(expression);
    return 'problem' in compiled
      ? { problem: `${pattern}: ${compiled.problem}` }
      : { match: 'lineRegexp', pattern: expression, negated };
  }
  return { match: 'line', text: pattern.replace(/^[\\/!]+/, ''), negated };
}
