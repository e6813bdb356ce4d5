import type { Matcher } from './checkFile.ts';
import type { MatchedKind } from './checkTypes.ts';
import { parseJsonPath } from './jsonPath.ts';
import { parseContent } from './parseContent.ts';
import { parseLiteral } from './parseLiteral.ts';
import { parsePattern } from './parsePattern.ts';
import { type Problems, shown } from './problems.ts';
import { compileRegexp } from './regexp.ts';
import { parseSemverRange } from './semverRange.ts';
import type { Entry, Value } from './yamlSource.ts';

/** Every element is tried with every one of the guest's values. */
const mostElements = 100;

interface Parsing {
  /** What the matcher is held against. */
  kind: MatchedKind;
  problems: Problems;
}

type Parser = (argument: Entry, parsing: Parsing) => Matcher | undefined;

/** What goss knows, and for which values it can hold at all. Source: goss 0.4 resource/gomega.go. */
const parsers: Record<string, { kinds?: MatchedKind[]; parse: Parser }> = {
  equal: { parse: equal },
  'have-prefix': { parse: text((text) => ({ match: 'havePrefix', text })) },
  'have-suffix': { parse: text((text) => ({ match: 'haveSuffix', text })) },
  'contain-substring': { parse: text((text) => ({ match: 'containSubstring', text })) },
  'match-regexp': { parse: text(regexp) },
  'have-patterns': { kinds: ['string', 'text', 'list', 'any'], parse: havePatterns },
  'have-len': { kinds: ['string', 'text', 'list', 'any'], parse: haveLen },
  'have-key': {
    kinds: ['any'],
    parse: ({ value }, parsing) => wrap(parseMatcher(value, parsing), (key) => ({ match: 'haveKey', key })),
  },
  gjson: { kinds: ['string', 'text', 'any'], parse: gjson },
  gt: { kinds: ['integer', 'string', 'text', 'list', 'any'], parse: number((than) => ({ match: 'gt', than })) },
  ge: { kinds: ['integer', 'string', 'text', 'list', 'any'], parse: number((than) => ({ match: 'ge', than })) },
  lt: { kinds: ['integer', 'string', 'text', 'list', 'any'], parse: number((than) => ({ match: 'lt', than })) },
  le: { kinds: ['integer', 'string', 'text', 'list', 'any'], parse: number((than) => ({ match: 'le', than })) },
  'semver-constraint': { kinds: ['string', 'text', 'list', 'any'], parse: text(semver) },
  'contain-element': { kinds: ['string', 'text', 'list', 'any'], parse: containElement },
  'contain-elements': { kinds: ['string', 'text', 'list', 'any'], parse: elements('containElements') },
  'consist-of': { kinds: ['list', 'any'], parse: elements('consistOf') },
  and: { parse: several('and') },
  or: { parse: several('or') },
  not: { parse: ({ value }, parsing) => wrap(parseMatcher(value, parsing), (matcher) => ({ match: 'not', matcher })) },
};

/** Every matcher, by its name in the file. */
export const matcherNames: readonly string[] = Object.keys(parsers);

/** What is expected of an attribute, or undefined after a problem was added. */
export function parseMatcher(value: Value, parsing: Parsing): Matcher | undefined {
  const { kind, problems } = parsing;
  if (value.kind === 'scalar') return parseLiteral(value, kind, problems);
  if (value.kind === 'list') {
    if (kind !== 'list' && kind !== 'text' && kind !== 'any')
      return refuse(problems, value, `a list cannot be held against ${named(kind)}`);
    return listOf(value, parsing, 'containElements');
  }
  const [entry, ...others] = value.entries();
  if (!entry) return refuse(problems, value, 'a matcher is missing between { and }');
  if (others.length > 0) {
    const names = [entry, ...others].map(({ key }) => key).join(', ');
    return refuse(problems, value, `one matcher at a time, not ${shown(names)}: combine them with "and"`);
  }
  const known = Object.hasOwn(parsers, entry.key) ? parsers[entry.key] : undefined;
  if (!known)
    return refuse(problems, entry, `${shown(entry.key)} is no matcher; there are: ${matcherNames.join(', ')}`);
  if (known.kinds && !known.kinds.includes(kind))
    return refuse(problems, entry, `${entry.key} cannot be held against ${named(kind)}`);
  return known.parse(entry, parsing);
}

function equal({ value, at }: Entry, parsing: Parsing): Matcher | undefined {
  const { kind, problems } = parsing;
  if (kind === 'any' || kind === 'list') {
    if (kind === 'list' && value.kind !== 'list') return refuse(problems, { at }, 'equal needs a list here');
    return { match: 'identical', value: parseContent(value, problems) };
  }
  if (value.kind !== 'scalar') return refuse(problems, { at }, `equal needs ${named(kind)} here`);
  const type = kind === 'integer' ? 'number' : kind === 'boolean' ? 'boolean' : 'string';
  // goss compares types too: equal: "5" never holds for a number.
  if (typeof value.value !== type)
    return refuse(problems, { at }, `equal compares types too, and needs ${named(kind)} here`);
  return parseLiteral(value, kind, problems);
}

function text(build: (text: string) => Matcher | { problem: string }): Parser {
  return ({ key, value, at }, { problems }) => {
    if (value.kind !== 'scalar' || typeof value.value !== 'string')
      return refuse(problems, { at }, `${key} needs a text (in quotes, if it looks like a number)`);
    const built = build(value.value);
    return 'problem' in built ? refuse(problems, value, `${key}: ${built.problem}`) : built;
  };
}

function regexp(pattern: string): Matcher | { problem: string } {
  const compiled = compileRegexp(pattern);
  return 'problem' in compiled ? compiled : { match: 'matchRegexp', pattern };
}

function semver(constraint: string): Matcher | { problem: string } {
  const range = parseSemverRange(constraint);
  return 'problem' in range ? range : { match: 'semverConstraint', constraint };
}

function number(build: (than: number) => Matcher): Parser {
  return ({ key, value, at }, { problems }) => {
    if (value.kind !== 'scalar' || typeof value.value !== 'number')
      return refuse(problems, { at }, `${key} needs a number`);
    parseContent(value, problems);
    return build(value.value);
  };
}

function haveLen({ value, at }: Entry, { problems }: Parsing): Matcher | undefined {
  const length = value.kind === 'scalar' ? value.value : undefined;
  if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0)
    return refuse(problems, { at }, 'have-len needs a length');
  return { match: 'haveLen', length };
}

function havePatterns({ value, at }: Entry, { problems }: Parsing): Matcher | undefined {
  if (value.kind !== 'list') return refuse(problems, { at }, 'have-patterns needs a list of patterns');
  const matchers = value.items().map((item) => parsePatternValue(item, problems));
  if (matchers.length === 0) return refuse(problems, { at }, 'have-patterns without a pattern holds for everything');
  return complete(matchers, (matchers) => ({ match: 'and', matchers }));
}

/** A pattern; a number or a truth value is the text of it, as it stands in the file. */
export function parsePatternValue(value: Value, problems: Problems): Matcher | undefined {
  if (value.kind !== 'scalar' || value.value === null) return refuse(problems, value, 'a pattern has to be a text');
  const pattern = parsePattern(value.source);
  return 'problem' in pattern ? refuse(problems, value, pattern.problem) : pattern;
}

function containElement({ value, at }: Entry, parsing: Parsing): Matcher | undefined {
  if (value.kind === 'list' || (value.kind === 'scalar' && typeof value.value === 'boolean'))
    return refuse(parsing.problems, { at }, 'contain-element needs a text, a number or a matcher');
  return wrap(parseMatcher(value, elementsOf(parsing)), (element) => ({ match: 'containElement', element }));
}

function gjson({ value, at }: Entry, { problems }: Parsing): Matcher | undefined {
  const entries = value.kind === 'map' ? value.entries() : [];
  if (entries.length === 0) return refuse(problems, { at }, 'gjson needs a path of JSON, and what is expected there');
  return complete(
    entries.map(({ key, at, value }) => {
      if (parseJsonPath(key))
        return wrap(parseMatcher(value, { kind: 'any', problems }), (matcher) => ({ path: key, matcher }));
      const known = 'keys, indexes, # and @this; \\ before any other sign';
      return refuse(problems, { at }, `${shown(key)} is more than is understood here: ${known}`);
    }),
    (values) => ({ match: 'gjson', values }),
  );
}

function elements(match: 'containElements' | 'consistOf'): Parser {
  return ({ key, value, at }, parsing) =>
    value.kind === 'list' ? listOf(value, parsing, match) : refuse(parsing.problems, { at }, `${key} needs a list`);
}

function listOf(
  value: Extract<Value, { kind: 'list' }>,
  parsing: Parsing,
  match: 'containElements' | 'consistOf',
): Matcher | undefined {
  const items = value.items();
  if (items.length === 0 && match === 'containElements')
    return refuse(
      parsing.problems,
      value,
      'an empty list holds for everything; for a list without elements say have-len: 0',
    );
  if (items.length > mostElements)
    return refuse(parsing.problems, value, `at most ${mostElements} elements can be looked for at once`);
  return complete(
    items.map((item) => parseMatcher(item, elementsOf(parsing))),
    (elements) => ({ match, elements }),
  );
}

function several(match: 'and' | 'or'): Parser {
  return ({ value, at }, parsing) => {
    const items = value.kind === 'list' ? value.items() : [];
    if (items.length === 0) return refuse(parsing.problems, { at }, `${match} needs a list of matchers`);
    return complete(
      items.map((item) => parseMatcher(item, parsing)),
      (matchers) => ({ match, matchers }),
    );
  };
}

/** The elements of a list, and the lines of a text, are texts. */
function elementsOf({ kind, problems }: Parsing): Parsing {
  return { kind: kind === 'any' ? 'any' : 'string', problems };
}

function complete<T>(parts: (T | undefined)[], build: (parts: T[]) => Matcher): Matcher | undefined {
  const parsed = parts.filter((part) => part !== undefined);
  return parsed.length === parts.length ? build(parsed) : undefined;
}

function wrap<T>(matcher: Matcher | undefined, build: (matcher: Matcher) => T): T | undefined {
  return matcher && build(matcher);
}

function named(kind: MatchedKind): string {
  const names = {
    boolean: 'true or false',
    integer: 'a whole number',
    string: 'a text',
    list: 'a list',
    text: 'a text',
    any: 'anything',
  };
  return names[kind];
}

function refuse(problems: Problems, { at }: Pick<Value, 'at'>, message: string): undefined {
  problems.add(at, message);
}
