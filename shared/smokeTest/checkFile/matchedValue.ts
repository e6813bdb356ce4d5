import * as z from 'zod';
import type { Content } from './checkFile.ts';

const json = z.json();

/** As goss turns a value into what a matcher needs. Source: goss matchers/type_conversion.go. */
export function toText(value: Content): string {
  if (Array.isArray(value)) return value.map(toText).join('\n');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function toNumber(value: Content): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' && !Array.isArray(value)) return undefined;
  const text = toText(value).trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

/** A text is split at every line break, so that one that ends with a line break has an empty last element. */
export function toList(value: Content): Content[] | undefined {
  if (typeof value === 'string') return value.split('\n');
  return Array.isArray(value) ? value : undefined;
}

/** As Go's bufio.ScanLines: without line ends, and without an empty last line. */
export function toLines(value: Content): string[] {
  const text = toText(value);
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return text === '' ? [] : lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): Content | undefined {
  try {
    return json.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
