import { z } from '@hono/zod-openapi';
import { csvLine, recordColumns } from '../domain/audit/csv.ts';
import type { IndexRecord } from '../domain/indexRecord.ts';
import type { FoundRecords } from './findRecords.ts';

export const formats = ['json', 'ndjson', 'csv'] as const;
export type Format = (typeof formats)[number];

export const mediaTypes = { json: 'application/json', ndjson: 'application/x-ndjson', csv: 'text/csv' } as const;
export const contentTypes: Record<Format, string> = {
  json: mediaTypes.json,
  ndjson: `${mediaTypes.ndjson}; charset=utf-8`,
  csv: `${mediaTypes.csv}; charset=utf-8`,
};

/** The parameter of an operation that answers in each format. */
export const formatQuery = z
  .enum(formats)
  .optional()
  .openapi({ description: 'Else what the header Accept prefers, and JSON where that says nothing.' });

/** The answer of an operation that gives records in each format. */
export function recordsIn<S extends z.ZodType>(schema: S, description: string) {
  const text = { schema: z.string() };
  return {
    description,
    content: { [mediaTypes.json]: { schema }, [mediaTypes.ndjson]: text, [mediaTypes.csv]: text },
  };
}

/** One line for each record; CSV begins with the names of its columns where `isFirst`. */
export function linesOf(records: IndexRecord[], format: 'ndjson' | 'csv', isFirst: boolean): string {
  return format === 'ndjson' ? ndjsonOf(records) : csvOf(records, recordColumns, isFirst);
}

export function ndjsonOf(rows: object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

export function csvOf<K extends string>(
  rows: { readonly [Name in K]?: string | number }[],
  columns: readonly K[],
  isFirst: boolean,
): string {
  const lines = rows.map((row) => csvLine(columns.map((column) => row[column])));
  return `${isFirst ? csvLine([...columns]) : ''}${lines.join('')}`;
}

/** The text of an answer, part by part: JSON is the same document as one page that holds everything. */
export async function* writeRecords(
  parts: AsyncIterable<Pick<FoundRecords, 'records' | 'indexedThrough'>>,
  format: Format,
): AsyncGenerator<string> {
  if (format === 'json') return yield* writeDocument('records', parts);
  let isFirst = true;
  for await (const { records } of parts) {
    yield linesOf(records, format, isFirst);
    isFirst = false;
  }
}

/**
 * A JSON document of one list, each of its members in a line of its own, and what the last part tells beside it. Who
 * reads line by line sees by the line that begins with `]` that nothing is missing, which NDJSON would not show.
 */
export async function* writeDocument<K extends string>(
  list: K,
  parts: AsyncIterable<Record<K, object[]>>,
): AsyncGenerator<string> {
  const separator = ',\n';
  let before = `{"${list}":[\n`;
  let beside = {};
  for await (const { [list]: members, ...rest } of parts) {
    beside = rest;
    if (members.length === 0) continue;
    yield before + members.map((member) => JSON.stringify(member)).join(separator);
    before = separator;
  }
  const told = JSON.stringify(beside).slice(1);
  yield `${before === separator ? '\n' : before}]${told === '}' ? '' : ','}${told}\n`;
}
