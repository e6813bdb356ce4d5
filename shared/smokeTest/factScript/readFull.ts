import { decodeValue } from './encodedValue.ts';
import { framedLines } from './framedLines.ts';
import { isPlace } from './readCompact.ts';
import { type AnsweredValue, statusLetters } from './toFact.ts';

/**
 * Reads the full section, which comes first in an output; undefined where it did not reach us whole.
 *
 *     imprimatur-facts NONCE
 *     f CHECK.ASSERTION STATUS [ENCODEDVALUE]     one line for each assertion, in order
 *     imprimatur-facts-end NONCE ASSERTIONS
 */
export function readFull(
  output: string,
  nonce: string,
  sizes: number[],
): { statuses: string; values: Map<string, AnsweredValue> } | undefined {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const lines = framedLines(output, `imprimatur-facts ${nonce}`, `imprimatur-facts-end ${nonce}`);
  if (typeof lines === 'string' || lines.count !== total || lines.between.length !== total) return undefined;
  const places = sizes.flatMap((size, check) => Array.from({ length: size }, (_, each) => `${check + 1}.${each + 1}`));
  const values = new Map<string, AnsweredValue>();
  let statuses = '';
  for (const [index, line] of lines.between.entries()) {
    const [, place = '', status = '', encoded] = /^f (\d{1,4}\.\d{1,4}) (\S)(?: (\S+))?$/.exec(line) ?? [];
    const value = encoded === undefined ? undefined : decodeValue(encoded);
    if (place !== places[index] || !isPlace(place, sizes) || !statusLetters.includes(status)) return undefined;
    if (encoded !== undefined && !value) return undefined;
    statuses += status;
    if (value) values.set(place, value);
  }
  return { statuses, values };
}
