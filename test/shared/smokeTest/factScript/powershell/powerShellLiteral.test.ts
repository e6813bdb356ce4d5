import { expect, test } from 'vitest';
import { powerShellLiteral } from '../../../../../shared/smokeTest/factScript/powershell/powerShellLiteral.ts';

test('printable ASCII stays readable, with its quotes doubled', () => {
  expect(powerShellLiteral('it\'s $env:Path `n "x"')).toBe("'it''s $env:Path `n \"x\"'");
});

test('all else is encoded: also the typographic quotes that would end a string in PowerShell', () => {
  expect(powerShellLiteral('’; exit')).toBe("(ConvertFrom-Utf8 '4oCZOyBleGl0')");
  expect(powerShellLiteral('a\nb')).toBe("(ConvertFrom-Utf8 'YQpi')");
});

test('truth, numbers and lists have their own form', () => {
  expect(powerShellLiteral(true)).toBe('$true');
  expect(powerShellLiteral(-5)).toBe('-5');
  expect(powerShellLiteral(["a'b", 'ü'])).toBe("@('a''b', (ConvertFrom-Utf8 'w7w='))");
  expect(powerShellLiteral([])).toBe('@()');
  expect(() => powerShellLiteral(Number.NaN)).toThrow(RangeError);
});
