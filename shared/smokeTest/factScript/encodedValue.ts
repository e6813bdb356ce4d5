import type { FactValue } from '../checkFile/checkFile.ts';

export interface DecodedValue {
  value: FactValue;
  /** Only the beginning of it. */
  cut: boolean;
}

const shape = /^([snbl])((?:[A-Za-z0-9._/:@+=,-]|%[0-9A-F]{2})*)(~?)$/;

/**
 * Reads ENCODEDVALUE of an answer: one letter for the type (`s` text, `n` number, `b` boolean, `l` list), then the bytes of
 * UTF-8, each that is none of `A-Za-z0-9._/:@+=-` as `%XX`; every element of a list is followed by `,`; a final `~` marks
 * what was cut. So it is one word without spaces, whatever the value holds. Bytes that are no UTF-8 become U+FFFD.
 */
export function decodeValue(encoded: string): DecodedValue | undefined {
  const [, type, content = '', mark] = shape.exec(encoded) ?? [];
  if (type === undefined) return undefined;
  const cut = mark === '~';
  if (type === 'l') {
    const elements = content.split(',');
    const last = elements.pop();
    // What a cut leaves of an element is no element.
    if (last !== '' && !cut) return undefined;
    return { value: elements.map((element) => decodeText(element, false)), cut };
  }
  if (content.includes(',')) return undefined;
  const text = decodeText(content, cut);
  if (type === 's') return { value: text, cut };
  if (cut) return undefined;
  if (type === 'b') return text === 'true' || text === 'false' ? { value: text === 'true', cut } : undefined;
  return /^-?\d{1,15}$/.test(text) ? { value: Number(text), cut } : undefined;
}

function decodeText(encoded: string, cut: boolean): string {
  const bytes = Array.from(encoded.matchAll(/%(..)|./g), ([char, hex]) =>
    hex === undefined ? char.charCodeAt(0) : Number.parseInt(hex, 16),
  );
  // A cut may have gone through a character: with `stream` its first bytes are left out rather than replaced.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes), { stream: cut });
}
