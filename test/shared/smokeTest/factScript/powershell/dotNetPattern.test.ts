import { describe, expect, test } from 'vitest';
import { dotNetPattern } from '../../../../../shared/smokeTest/factScript/powershell/dotNetPattern.ts';

describe('a pattern of Go that is sent to .NET', () => {
  test.each([
    ['^Version: 1\\.2$', '\\AVersion\\x3A\\x201\\x2E2\\z', 'an end that no final line break can move'],
    ['a.c', 'a[^\\n]c', 'a dot'],
    ['\\d+\\s\\w', '[0-9]+[\\t\\n\\f\\r ][0-9A-Za-z_]', 'classes of ASCII alone'],
    ['\\D', '[^0-9]', 'a negated class'],
    ['[[:alpha:]_]+', '[A-Za-z\\x5F]+', 'a POSIX class'],
    ['(?P<name>a)|(b)', '(?:a)|(?:b)', 'groups without captures'],
    ['(?i)ok', '(?i)ok', 'case'],
    ['[a-z-[aeiou]]', '[a-z\\x2D\\x5Baeiou]\\x5D', 'what .NET would take for a subtraction'],
    ['[]a]', '[\\x5Da]', 'a bracket that closes nothing'],
    ['x{2,3}y{,2}', 'x{2,3}y\\{\\x2C2\\x7D', 'counts, and what only looks like one'],
    ["it's #1", 'it\\x27s\\x20\\x231', 'punctuation'],
    ['\\x41\\x{42}\\t', 'AB\\x09', 'characters by number'],
  ])('%s becomes %s: %3$s', (pattern, translated) => {
    expect(dotNetPattern(pattern)).toBe(translated);
  });
});

describe('a pattern that .NET might read otherwise is not sent', () => {
  test.each([
    '\\pN',
    '\\p{Greek}',
    '\\Qa.b\\E',
    '\\C',
    '\\07',
    '\\1',
    '(?s:.)',
    '(?U)a+',
    '[[:^alpha:]]',
    '[\\D]',
    'é',
    '[[:nothing:]]',
    '[a',
  ])('%s', (pattern) => {
    expect(dotNetPattern(pattern)).toBeUndefined();
  });
});
