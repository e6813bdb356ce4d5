import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { type Entry, entry } from '../../shared/domain/entries.ts';

/** The lines of a file that are of a shape, one by one; what is of another is a problem. */
export async function* rowsOf<T>(file: string, shape: z.ZodType<T>, problems: string[]): AsyncGenerator<T> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const parsed = shape.safeParse(parse(line));
    if (parsed.success) yield parsed.data;
    else if (problems.length < mostProblems)
      problems.push(`a line of ${file} is not of its shape: ${line.slice(0, 80)}`);
  }
}

/** Logs lie behind one another, each as a whole, so that one at a time is held. */
export async function* logsOf(file: string, problems: string[]): AsyncGenerator<{ log: string; entries: Entry[] }> {
  let entries: Entry[] = [];
  for await (const one of rowsOf(file, entry, problems)) {
    const [first] = entries;
    if (first && first.log !== one.log) {
      yield { log: first.log, entries };
      entries = [];
    }
    entries.push(one);
  }
  const [first] = entries;
  if (first) yield { log: first.log, entries };
}

const mostProblems = 100;

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
