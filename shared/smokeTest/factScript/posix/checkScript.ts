import type { Assertion, Check } from '../../checkFile/checkFile.ts';
import { goPatternToEre } from './goPatternToEre.ts';
import type { FactKind, ShellLook } from './shellLook.ts';
import { lookOf } from './shellLooks.ts';
import { shellWord } from './shellWord.ts';

/** Linux passes no longer word to a program (128 KiB, MAX_ARG_STRLEN). */
const wordLimit = 100_000;

/** What is particular to one check: its settings, the look at the thing, and the assertions in order. */
export function checkScript(check: Check): string {
  const look = lookOf(check.type);
  const settings = look && settingsOf(check, look);
  if (!look || !settings) return check.assertions.map(() => `put '?'`).join('\n');
  const asked = new Set(check.assertions.map(({ attribute }) => attribute));
  return [
    ...settings,
    `wanted=${shellWord(` ${[...asked].filter((name) => Object.hasOwn(look.attributes, name)).join(' ')} `)}`,
    'look',
    ...check.assertions.map((each) => answerTo(each, look)),
  ].join('\n');
}

/** Time is kept in whole seconds: not every guest knows others. */
export function secondsOf({ timeoutMs }: Check): number {
  return Math.max(1, Math.ceil(timeoutMs / 1000));
}

/** Undefined when a value cannot be one of a shell. */
function settingsOf(check: Check, { settings }: ShellLook): string[] | undefined {
  const values = settings.map((name, index) => {
    const value = check.settings[name] ?? (index === 0 ? check.id : '');
    return [name, Array.isArray(value) ? value.map(oneLine).join('\n') : String(value)] as const;
  });
  if (values.some(([, value]) => !isWord(value))) return undefined;
  return values.map(([name, value]) => `${name.replaceAll('-', '_')}=${shellWord(value)}`);
}

function oneLine(value: string): string {
  return value.replace(/[\r\n]+/g, ' ');
}

function isWord(value: string): boolean {
  return !value.includes('\0') && value.length <= wordLimit;
}

function answerTo({ attribute, matcher }: Assertion, { attributes }: ShellLook): string {
  const kind = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (!kind) return `put '?'`;
  const fact = `${attribute.replaceAll('-', '_')} ${kind}`;
  return (kind === 't' ? compareText(fact, matcher) : compareScalar(fact, kind, matcher)) ?? `value ${fact}`;
}

/**
 * As goss does: a number is compared as a number even where the attribute is a text, a text as a text. What would need
 * another conversion is left to the judge.
 */
function compareScalar(fact: string, kind: FactKind, matcher: Assertion['matcher']): string | undefined {
  if (matcher.match !== 'equal' || kind === 'l') return undefined;
  const { value } = matcher;
  if (typeof value === 'string') return isWord(value) ? `same ${fact} ${shellWord(value)}` : undefined;
  if (typeof value === 'boolean') return kind === 'b' ? `same ${fact} ${value}` : undefined;
  const isPlain = Number.isInteger(value) && Math.abs(value) < 1e15;
  return kind !== 'b' && isPlain ? `number ${fact} ${Object.is(value, -0) ? 0 : value}` : undefined;
}

/** NUL is read as \x01 in the guest, so neither can be looked for there; a line break is in no line. */
function compareText(fact: string, matcher: Assertion['matcher']): string | undefined {
  if (matcher.match === 'line') {
    const { text, negated } = matcher;
    if (!isWord(text) || text.includes('\x01') || text.includes('\n')) return undefined;
    return `line ${fact} ${flag(negated)} ${shellWord(text)}`;
  }
  if (matcher.match !== 'lineRegexp') return undefined;
  const translated = goPatternToEre(matcher.pattern);
  if (!translated || !isWord(translated.ere)) return undefined;
  return `pattern ${fact} ${flag(matcher.negated)} ${shellWord(translated.ere)}${translated.asciiOnly ? ' ascii' : ''}`;
}

function flag(value: boolean): string {
  return value ? 'y' : 'n';
}
