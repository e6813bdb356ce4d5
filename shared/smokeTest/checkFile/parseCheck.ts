import type { Assertion, Check, CheckType } from './checkFile.ts';
import { checkTypes, type ValueKind } from './checkTypes.ts';
import { parseContent } from './parseContent.ts';
import { parseKnownIssue } from './parseKnownIssue.ts';
import { parseMatcher, parsePatternValue } from './parseMatcher.ts';
import { parseCount, parseSetting } from './parseSetting.ts';
import { type Problems, shown } from './problems.ts';
import { refuseSettings } from './refuseSettings.ts';
import { suggest } from './suggest.ts';
import type { Entry, Value } from './yamlSource.ts';

const longestTimeoutMs = 2_700_000;
const mostRetries = 100;

/** What every check can have beside what it looks at, and what those that ask the guest can have. */
const common = ['title', 'meta', 'skip'];
const asking = ['timeout', 'retry'];

/** One check of a file; undefined after a problem that leaves nothing of it. */
export function parseCheck(type: CheckType, { key, at, value }: Entry, problems: Problems): Check | undefined {
  if (value.kind !== 'map') {
    problems.add(at, `${type} ${shown(key)} asserts nothing`);
    return undefined;
  }
  const check: Check = {
    type,
    id: key,
    skip: false,
    timeoutMs: type === 'matching' ? 0 : checkTypes[type].timeoutMs,
    retries: 0,
    settings: type === 'matching' ? {} : { [checkTypes[type].subject]: key },
    assertions: [],
    at,
  };
  const before = problems.count;
  const entries = value.entries();
  for (const entry of entries) readEntry(check, entry, problems);
  const names = entries.map((entry) => nameOf(type, entry.key));
  if (type === 'matching' && !names.includes('content')) problems.add(at, `matching ${shown(key)} has no content`);
  const required = type === 'matching' ? 'matches' : checkTypes[type].required;
  if (required && !names.includes(required))
    problems.add(at, `${type} ${shown(key)} does not say ${required}, and goss would fail it for that`);
  if (check.assertions.length === 0 && problems.count === before)
    problems.add(at, `${type} ${shown(key)} asserts nothing`);
  const placeOf = (setting: string) => entries.find((entry) => nameOf(type, entry.key) === setting)?.at ?? at;
  if (key === '') problems.add(at, `a ${type} needs a name`);
  else refuseSettings(check, placeOf, problems);
  return check;
}

function readEntry(check: Check, entry: Entry, problems: Problems): void {
  const { key, value, at } = entry;
  const row = check.type === 'matching' ? undefined : checkTypes[check.type];
  const name = nameOf(check.type, key);
  const kind = row && Object.hasOwn(row.attributes, name) ? row.attributes[name] : undefined;
  const setting =
    name === row?.subject ? 'string' : row && Object.hasOwn(row.settings, name) ? row.settings[name] : undefined;
  if (kind) check.assertions.push(...parseAttribute(name, entry, kind, problems));
  else if (setting) {
    const parsed = parseSetting(entry, setting, problems);
    if (parsed !== undefined) check.settings[name] = parsed;
  } else if (!row && name === 'content') check.content = parseContent(value, problems);
  else if (!row && name === 'matches')
    check.assertions.push(...asserted(name, parseMatcher(value, { kind: 'any', problems })));
  else if (!readCommon(check, entry, problems)) {
    const own = row
      ? [...Object.keys(row.attributes), row.subject, ...Object.keys(row.settings), ...asking]
      : ['content', 'matches'];
    const known = [...own, ...common];
    problems.add(at, `${check.type} has no ${shown(key)}${suggest(key, known)}`);
  }
}

/** Whether the entry is one that every check can have. */
function readCommon(check: Check, entry: Entry, problems: Problems): boolean {
  const { key, value } = entry;
  if (key === 'title') {
    const title = parseSetting(entry, 'string', problems);
    if (typeof title === 'string') check.title = title;
  } else if (key === 'meta') {
    const knownIssue = parseKnownIssue(value, problems);
    if (knownIssue) check.knownIssue = knownIssue;
  } else if (key === 'skip') check.skip = parseSetting(entry, 'boolean', problems) === true;
  else if (check.type === 'matching') return false;
  // 0 is what goss, too, takes for "not said".
  else if (key === 'timeout') check.timeoutMs = parseCount(entry, longestTimeoutMs, problems) || check.timeoutMs;
  else if (key === 'retry') check.retries = parseCount(entry, mostRetries, problems) ?? 0;
  else return false;
  return true;
}

/** An empty list asserts nothing: `goss add` writes `stdout: []`. */
function parseAttribute(attribute: string, { value }: Entry, kind: ValueKind, problems: Problems): Assertion[] {
  if (value.kind === 'list' && (kind === 'text' || kind === 'list')) {
    const items: Value[] = value.items();
    if (items.length === 0) return [];
    if (kind === 'text') return items.flatMap((item) => asserted(attribute, parsePatternValue(item, problems)));
  }
  return asserted(attribute, parseMatcher(value, { kind, problems }));
}

function asserted(attribute: string, matcher: Assertion['matcher'] | undefined): Assertion[] {
  return matcher ? [{ attribute, matcher }] : [];
}

function nameOf(type: CheckType, key: string): string {
  const aliases = type === 'matching' ? undefined : checkTypes[type].aliases;
  return aliases && Object.hasOwn(aliases, key) ? (aliases[key] ?? key) : key;
}
