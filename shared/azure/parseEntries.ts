import * as z from 'zod';
import { type Entry, entry, entrySchema } from '../domain/entries.ts';
import { AdapterError } from '../errors.ts';

const numbered = z.object({ schema: z.number().int() });

/**
 * Reads the JSON lines of a log. An entry of a newer schema belongs to a newer deployment that is being rolled out: it
 * can be read later, by that one. Anything else unreadable stays so: the log is damaged. `linesBefore`: where the text is
 * not the beginning of the log.
 */
export function parseEntries(log: string, text: string, linesBefore = 0): Entry[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw damaged(log, linesBefore + lines.length + 1, 'the line has no end');
  return lines.map((line, index) => parseLine(log, line, linesBefore + index + 1));
}

function parseLine(log: string, line: string, number: number): Entry {
  const value = parseJson(line);
  const schema = numbered.safeParse(value).data?.schema;
  if (schema !== undefined && schema > entrySchema) {
    throw new AdapterError(`log ${log}, line ${number}: entry of schema ${schema}, this app knows ${entrySchema}`, {
      code: 'NewerSchema',
      retryable: true,
    });
  }
  const parsed = entry.safeParse(value);
  if (!parsed.success) throw damaged(log, number, z.prettifyError(parsed.error));
  return parsed.data;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function damaged(log: string, line: number, problem: string): AdapterError {
  return new AdapterError(`log ${log}, line ${line} is not an audit entry: ${problem}`, {
    code: 'DamagedLog',
    retryable: false,
  });
}
