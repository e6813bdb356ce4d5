import type { Content, Matcher } from './checkFile.ts';
import { short, shown } from './problems.ts';

/** What was expected, for people: `a line with "root"`, `at least 5`. */
export function describeMatcher(matcher: Matcher, limit = 200): string {
  return short(describe(matcher), limit);
}

/** What is there, for people; a text on one line. */
export function describeValue(value: Content, limit = 200): string {
  if (typeof value === 'string') return shown(value, limit);
  return short(JSON.stringify(value), limit);
}

const comparisons = { gt: 'more than', ge: 'at least', lt: 'less than', le: 'at most' };

function describe(matcher: Matcher): string {
  switch (matcher.match) {
    case 'equal':
    case 'identical':
      return describeValue(matcher.value);
    case 'line':
      if (matcher.text === '') return matcher.negated ? 'no line at all' : 'a line';
      return `${matcher.negated ? 'no' : 'a'} line with ${shown(matcher.text)}`;
    case 'lineRegexp':
      return `${matcher.negated ? 'no' : 'a'} line that matches /${short(matcher.pattern, 100)}/`;
    case 'havePrefix':
      return `something that begins with ${shown(matcher.text)}`;
    case 'haveSuffix':
      return `something that ends with ${shown(matcher.text)}`;
    case 'containSubstring':
      return `something with ${shown(matcher.text)} in it`;
    case 'matchRegexp':
      return `something that matches /${short(matcher.pattern, 100)}/`;
    case 'haveLen':
      return `a length of ${matcher.length}`;
    case 'haveKey':
      return `a key ${describe(matcher.key)}`;
    case 'gjson':
      return `JSON with ${listed(matcher.values.map(({ path, matcher }) => `${short(path, 100)}: ${describe(matcher)}`))}`;
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return `${comparisons[matcher.match]} ${matcher.than}`;
    case 'semverConstraint':
      return `versions ${short(matcher.constraint, 100)}`;
    case 'containElement':
      return `an element ${describe(matcher.element)}`;
    case 'containElements':
      return `elements ${several(matcher.elements, ', ')}`;
    case 'consistOf':
      return `only the elements ${several(matcher.elements, ', ')}`;
    case 'and':
      return several(matcher.matchers, ' and ');
    case 'or':
      return several(matcher.matchers, ' or ');
    case 'not':
      return `not ${describe(matcher.matcher)}`;
  }
}

function several(matchers: Matcher[], between: string): string {
  return listed(matchers.map(describe), between);
}

function listed(parts: string[], between = ' and '): string {
  const most = 10;
  const more = parts.length > most ? `${between}${parts.length - most} more` : '';
  return `(${parts.slice(0, most).join(between)}${more})`;
}
