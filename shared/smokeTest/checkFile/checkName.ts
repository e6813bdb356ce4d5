import type { Check } from './checkFile.ts';

/** What a check is called in results, reasons and evidence. */
export function checkName({ title, type, id }: Pick<Check, 'title' | 'type' | 'id'>): string {
  return title ?? `${type} ${id}`;
}
