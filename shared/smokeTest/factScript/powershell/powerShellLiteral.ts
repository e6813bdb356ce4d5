import type { Setting } from '../../checkFile/checkFile.ts';

/**
 * A PowerShell expression that yields the value and can do nothing else. Printable ASCII stays readable between single
 * quotes, where only the quote itself has a meaning; all else travels as base64 of its UTF-8, because PowerShell also
 * ends such strings at typographic quotes, and Windows PowerShell reads a script without byte order mark as ANSI.
 */
export function powerShellLiteral(value: Setting): string {
  if (typeof value === 'string') return textLiteral(value);
  if (Array.isArray(value)) return `@(${value.map(textLiteral).join(', ')})`;
  if (typeof value === 'boolean') return value ? '$true' : '$false';
  if (!Number.isFinite(value)) throw new RangeError(`PowerShell has no literal for ${value}`);
  return String(value);
}

function textLiteral(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return `(ConvertFrom-Utf8 '${Buffer.from(text, 'utf8').toString('base64')}')`;
}
