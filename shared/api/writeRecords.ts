import { z } from '@hono/zod-openapi';
import { csvLine, recordColumns } from '../domain/audit/csv.ts';
import type { IndexRecord } from '../domain/indexRecord.ts';
import type { FoundRecords } from './findRecords.ts';

export const formats = ['json', 'ndjson', 'csv'] as const;
export type Format = (typeof formats)[number];

export const contentTypes: Record<Format, string> = {
  json: 'application/json',
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};

/** The answer of an operation that gives records in each format. */
export function recordsIn<S extends z.ZodType>(schema: S, description: string) {
  const text = { schema: z.string() };
  return {
    description,
    content: { 'application/json': { schema }, 'application/x-ndjson': text, 'text/csv': text },
  };
}

/** One line for each record; CSV begins with the names of its columns where `isFirst`. */
export function linesOf(records: IndexRecord[], format: 'ndjson' | 'csv', isFirst: boolean): string {
  if (format === 'ndjson') return records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const lines = records.map((record) => csvLine(recordColumns.map((column) => record[column])));
  return `${isFirst ? csvLine([...recordColumns]) : ''}${lines.join('')}`;
}

/** The text of an answer, part by part: JSON is the same document as one page that holds everything. */
export async function* writeRecords(
  parts: AsyncIterable<Pick<FoundRecords, 'records' | 'indexedThrough'>>,
  format: Format,
): AsyncGenerator<string> {
  let isFirst = true;
  let through: string | undefined;
  for await (const { records, indexedThrough } of parts) {
    through = indexedThrough;
    if (format !== 'json') {
      yield linesOf(records, format, isFirst);
      isFirst = false;
    } else if (records.length > 0) {
      yield `${isFirst ? '{"records":[' : ','}${records.map((record) => JSON.stringify(record)).join(',')}`;
      isFirst = false;
    }
  }
  if (format !== 'json') return;
  const end = through === undefined ? '' : `,"indexedThrough":${JSON.stringify(through)}`;
  yield `${isFirst ? '{"records":[' : ''}]${end}}`;
}
