import type { Setting } from './checkFile.ts';
import type { SettingKind } from './checkTypes.ts';
import { type Problems, shown } from './problems.ts';
import type { Entry } from './yamlSource.ts';

/** What goss takes for a truth value where it knows that there is one (YAML 1.1). */
const truths = new Map([
  ...['true', 'yes', 'on', 'y'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', 'n'].map((word) => [word, false] as const),
]);

/** The value of a setting; undefined when it is empty, which means the same as leaving it out, or after a problem. */
export function parseSetting({ key, value, at }: Entry, kind: SettingKind, problems: Problems): Setting | undefined {
  if (kind === 'strings') {
    const items = value.kind === 'list' ? value.items() : undefined;
    const texts = items?.map((item) => (item.kind === 'scalar' && item.value !== null ? item.source : undefined));
    if (texts?.every((text) => text !== undefined)) return texts.length > 0 ? texts : undefined;
    problems.add(at, `${key} needs a list of texts`);
    return undefined;
  }
  if (value.kind !== 'scalar' || value.value === null) {
    problems.add(at, `${key} needs ${kind === 'boolean' ? 'true or false' : 'a text'}`);
    return undefined;
  }
  if (kind === 'string') return value.source === '' ? undefined : value.source;
  const truth = value.plain ? truths.get(value.source.toLowerCase()) : undefined;
  if (truth === undefined) problems.add(at, `${key} needs true or false, not ${shown(value.source)}`);
  return truth;
}

/** A whole number from 0; undefined after a problem. */
export function parseCount({ key, value, at }: Entry, most: number, problems: Problems): number | undefined {
  const count = value.kind === 'scalar' ? value.value : undefined;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= most) return count;
  problems.add(at, `${key} needs a whole number from 0 to ${most}`);
  return undefined;
}
