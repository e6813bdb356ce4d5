import type { Content, Matcher } from './checkFile.ts';
import { parseJsonPath, valueAt } from './jsonPath.ts';
import { canBeMatched } from './matchElements.ts';
import { parseJson, toLines, toList, toNumber, toText } from './matchedValue.ts';
import { compileRegexp } from './regexp.ts';
import { parseSemverRange, parseVersion } from './semverRange.ts';

/**
 * Whether a matcher holds. `senseless`: it cannot be held against such a value at all, which fails, negated or not.
 * `open`: the value was cut, and what is missing may decide.
 */
export type Held = 'yes' | 'no' | 'senseless' | 'open';

export type Judge = (value: Content, isCut: boolean) => Held;

/** Compiles a matcher, as goss understands it. Source: goss 0.4 resource/gomega.go and matchers/*.go, gomega's matchers. */
export function compileMatcher(matcher: Matcher): Judge {
  switch (matcher.match) {
    case 'equal':
      return whole(equal(matcher.value));
    case 'identical':
      return whole((value) => isIdentical(value, matcher.value));
    case 'line':
      return line((text) => text.includes(matcher.text), matcher.negated, false);
    case 'lineRegexp':
      return line(regexp(matcher.pattern), matcher.negated, true);
    case 'havePrefix':
      return (value, isCut) => {
        const text = toText(value);
        if (text.startsWith(matcher.text)) return 'yes';
        return isCut && matcher.text.startsWith(text) ? 'open' : 'no';
      };
    case 'haveSuffix':
      return whole((value) => toText(value).endsWith(matcher.text));
    case 'containSubstring':
      return (value, isCut) => (toText(value).includes(matcher.text) ? 'yes' : isCut ? 'open' : 'no');
    case 'matchRegexp': {
      const matches = regexp(matcher.pattern);
      return whole((value) => matches(toText(value)));
    }
    case 'haveLen':
      return whole(
        (value) => lengthOf(value) === matcher.length,
        (value) => lengthOf(value) !== undefined,
      );
    case 'haveKey': {
      const holds = holdsFor(matcher.key);
      return whole(
        (value) => keysOf(value)?.some(holds) === true,
        (value) => keysOf(value) !== undefined,
      );
    }
    case 'gjson':
      return and(matcher.values.map(({ path, matcher }) => inJson(path, compileMatcher(matcher))));
    case 'gt':
      return number((actual) => actual > matcher.than);
    case 'ge':
      return number((actual) => actual >= matcher.than);
    case 'lt':
      return number((actual) => actual < matcher.than);
    case 'le':
      return number((actual) => actual <= matcher.than);
    case 'semverConstraint':
      return semver(matcher.constraint);
    case 'containElement': {
      const holds = holdsFor(matcher.element);
      return list((values) => values.some(holds), 'atLeast');
    }
    case 'containElements': {
      const elements = matcher.elements.map(holdsFor);
      return list((values) => canBeMatched(elements, values), 'atLeast');
    }
    case 'consistOf': {
      const elements = matcher.elements.map(holdsFor);
      return list((values) => values.length === elements.length && canBeMatched(elements, values), 'exactly');
    }
    case 'and':
      return and(matcher.matchers.map(compileMatcher));
    case 'or':
      return or(matcher.matchers.map(compileMatcher));
    case 'not': {
      const judge = compileMatcher(matcher.matcher);
      const opposite: Record<Held, Held> = { yes: 'no', no: 'yes', senseless: 'senseless', open: 'open' };
      return (value, isCut) => opposite[judge(value, isCut)];
    }
  }
}

/** An element or a key is there as a whole; what makes no sense for it does not hold. */
function holdsFor(matcher: Matcher): (value: Content) => boolean {
  const judge = compileMatcher(matcher);
  return (value) => judge(value, false) === 'yes';
}

/** Needs the whole value. */
function whole(holds: (value: Content) => boolean, makesSense: (value: Content) => boolean = () => true): Judge {
  return (value, isCut) => (isCut ? 'open' : !makesSense(value) ? 'senseless' : holds(value) ? 'yes' : 'no');
}

function equal(expected: string | number | boolean): (value: Content) => boolean {
  if (typeof expected === 'string') return (value) => toText(value) === expected;
  return typeof expected === 'number' ? (value) => toNumber(value) === expected : (value) => value === expected;
}

/** Of a text that was cut the last line is only a part, which a regular expression must not be tried on. */
function line(matches: (line: string) => boolean, negated: boolean, needsWholeLine: boolean): Judge {
  return (value, isCut) => {
    const lines = toLines(value);
    const found = (isCut && needsWholeLine ? lines.slice(0, -1) : lines).some(matches);
    if (!found && isCut) return 'open';
    return found !== negated ? 'yes' : 'no';
  };
}

function regexp(pattern: string): (text: string) => boolean {
  const compiled = compileRegexp(pattern);
  // The parser lets no other pattern through.
  if ('problem' in compiled) throw new Error(`${pattern}: ${compiled.problem}`);
  return (text) => compiled.test(text);
}

function number(holds: (actual: number) => boolean): Judge {
  return whole(
    (value) => holds(toNumber(value) ?? Number.NaN),
    (value) => toNumber(value) !== undefined,
  );
}

/** In goss, too, a path that leads nowhere, or a text that is no JSON, fails the check, negated or not. */
function inJson(path: string, judge: Judge): Judge {
  const steps = parseJsonPath(path);
  if (!steps) throw new Error(`${path}: not a path of JSON`);
  return (value, isCut) => {
    if (isCut) return 'open';
    const json = parseJson(toText(value));
    const found = json === undefined ? undefined : valueAt(json, steps);
    return found === undefined ? 'senseless' : judge(found, false);
  };
}

/** One version, or a list of which all have to satisfy the constraint. */
function semver(constraint: string): Judge {
  const range = parseSemverRange(constraint);
  if ('problem' in range) throw new Error(`${constraint}: ${range.problem}`);
  const versions = (value: Content) =>
    (Array.isArray(value) ? value : [value]).map((item) => (typeof item === 'string' ? parseVersion(item) : undefined));
  return whole(
    (value) => versions(value).every((version) => version !== undefined && range(version)),
    (value) => versions(value).length > 0 && versions(value).every((version) => version !== undefined),
  );
}

/** `atLeast`: what holds for the first elements holds for all. */
function list(holds: (values: Content[]) => boolean, how: 'atLeast' | 'exactly'): Judge {
  return (value, isCut) => {
    const values = toList(value);
    if (!values) return 'senseless';
    if (!isCut) return holds(values) ? 'yes' : 'no';
    return how === 'atLeast' && holds(values.slice(0, -1)) ? 'yes' : 'open';
  };
}

function and(judges: Judge[]): Judge {
  return (value, isCut) => {
    let all: Held = 'yes';
    for (const judge of judges) {
      const held = judge(value, isCut);
      if (held === 'no' || held === 'senseless') return held;
      if (held === 'open') all = 'open';
    }
    return all;
  };
}

/** In the order of the file: what makes no sense fails, unless something before it held. */
function or(judges: Judge[]): Judge {
  return (value, isCut) => {
    let any: Held = 'no';
    for (const judge of judges) {
      const held = judge(value, isCut);
      if (held === 'yes') return held;
      if (held === 'senseless') return any === 'open' ? any : held;
      if (held === 'open') any = 'open';
    }
    return any;
  };
}

/** Of a text in bytes, as Go counts. */
function lengthOf(value: Content): number | undefined {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return Array.isArray(value) ? value.length : keysOf(value)?.length;
}

function keysOf(value: Content): string[] | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : undefined;
}

function isIdentical(a: Content, b: Content): boolean {
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isIdentical(item, b[index] ?? null));
  if (typeof a !== 'object' || a === null) return a === b;
  if (typeof b !== 'object' || b === null || Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isIdentical(a[key] ?? null, b[key] ?? null))
  );
}
