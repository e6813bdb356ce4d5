import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

const schema = z.record(z.string(), z.unknown());
type Schema = z.infer<typeof schema>;

/** Keywords that say nothing about what is valid. */
const remarks = ['$schema', '$id', 'title', 'description'];
const structure = ['properties', 'required', 'items', 'additionalProperties', 'enum'];

/**
 * What a team's consumer, or a message that is still in its subscription, would stumble over: a member that is gone, is
 * not always there any more or is newly demanded, a value of another type. New optional members and new values of an
 * enumeration are none; docs/subscribe.md tells consumers to expect them.
 */
export function breakingChanges(published: unknown, current: unknown, at = 'data'): string[] {
  const [before, now] = [schema.parse(published), schema.parse(current)];
  return [
    ...otherKeywords(before, now).map((keyword) => `${at}: ${keyword} changed`),
    ...lostValues(before, now).map((value) => `${at}: the value ${value} is gone`),
    ...memberChanges(before, now, at),
    ...nested(before, now, 'items', `${at}[]`),
    ...nested(before, now, 'additionalProperties', `${at}.*`),
  ];
}

function otherKeywords(before: Schema, now: Schema): string[] {
  const keywords = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...keywords].filter(
    (keyword) => ![...remarks, ...structure].includes(keyword) && !isDeepStrictEqual(before[keyword], now[keyword]),
  );
}

function lostValues(before: Schema, now: Schema): unknown[] {
  const values = z.array(z.unknown());
  const left = values.safeParse(now.enum).data;
  if (left === undefined) return before.enum === undefined ? [] : ['that it was limited to'];
  return values.parse(before.enum ?? []).filter((value) => !left.includes(value));
}

function memberChanges(before: Schema, now: Schema, at: string): string[] {
  const members = (of: Schema) => schema.parse(of.properties ?? {});
  const required = (of: Schema) => new Set(z.array(z.string()).parse(of.required ?? []));
  const [was, is] = [required(before), required(now)];
  const [old, next] = [members(before), members(now)];
  return [
    ...Object.keys(old).flatMap((name) => {
      const path = `${at}.${name}`;
      if (!(name in next)) return [`${path} is gone`];
      const optional = was.has(name) && !is.has(name) ? [`${path} is not always there any more`] : [];
      return [...optional, ...breakingChanges(old[name], next[name], path)];
    }),
    ...[...is].filter((name) => !was.has(name)).map((name) => `${at}.${name} is newly required`),
  ];
}

function nested(before: Schema, now: Schema, keyword: string, at: string): string[] {
  const [old, next] = [before[keyword], now[keyword]];
  if (schema.safeParse(old).success && schema.safeParse(next).success) return breakingChanges(old, next, at);
  return isDeepStrictEqual(old, next) ? [] : [`${at}: ${keyword} changed`];
}
