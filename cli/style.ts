import { styleText } from 'node:util';

/** Colours only on a terminal, and not where NO_COLOR says so. */
export function style(colour: Parameters<typeof styleText>[0], text: string): string {
  return styleText(colour, text, { stream: process.stdout, validateStream: true });
}
