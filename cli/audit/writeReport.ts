import { createHash } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { csvLine, recordColumns } from '../../shared/domain/audit/csv.ts';
import { addMs } from '../../shared/domain/instant.ts';
import type { ApiClient } from '../api/apiClient.ts';
import { reportRecord } from './reportRecord.ts';
import { Tally } from './tally.ts';

const log = z.object({ entries: z.array(z.looseObject({ sequence: z.number() })) });

export interface Bundle {
  from: string;
  to: string;
  records: number;
  logs: number;
  /** SHA-256 of each file. */
  files: Record<string, string>;
}

/**
 * Everything that happened in a time, in a folder that proves itself: the records, the whole logs that they are of, and
 * the manifests. Records are written as they come, and one log is held at a time, so that memory does not grow with the
 * time. Each day is a question of its own: Azure cuts an answer that takes longer than four minutes.
 */
export async function writeReport(api: ApiClient, folder: string, from: string, to: string): Promise<Bundle> {
  await mkdir(folder, { recursive: true });
  const files: Bundle['files'] = {};
  const tally = new Tally();
  const logs = new Set<string>();
  const [csv, ndjson] = [await HashedFile.open(folder, 'records.csv'), await HashedFile.open(folder, 'records.ndjson')];
  await csv.write(csvLine([...recordColumns]));
  for (let day = from; day <= to; day = dayAfter(day)) {
    for await (const lines of linesOf(api.read(`days/${day}?format=ndjson`))) {
      const records = lines.map((line) => reportRecord.parse(JSON.parse(line)));
      for (const each of records) {
        tally.add(each);
        logs.add(each.log);
      }
      await csv.write(records.map((each) => csvLine(recordColumns.map((column) => cell(each[column])))).join(''));
      await ndjson.write(lines.map((line) => `${line}\n`).join(''));
    }
  }
  files['records.csv'] = await csv.close();
  files['records.ndjson'] = await ndjson.close();
  files['entries.ndjson'] = await writeLogs(api, folder, 'entries.ndjson', [...logs].sort());
  files['manifests.ndjson'] = await writeLogs(api, folder, 'manifests.ndjson', ['manifests']);
  const html = await HashedFile.open(folder, 'report.html');
  await html.write(tally.html(from, to));
  files['report.html'] = await html.close();
  const bundle = { from, to, records: tally.count, logs: logs.size, files };
  await writeFile(join(folder, 'bundle.json'), `${JSON.stringify(bundle, null, 2)}\n`);
  return bundle;
}

async function writeLogs(api: ApiClient, folder: string, name: string, logs: string[]): Promise<string> {
  const file = await HashedFile.open(folder, name);
  for (const each of logs) {
    const { entries } = await api.get(`audit/log?name=${encodeURIComponent(each)}`, log);
    await file.write(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }
  return file.close();
}

/** Whole lines of a text that comes in parts. */
async function* linesOf(parts: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = '';
  for await (const part of parts) {
    const lines = `${rest}${part}`.split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
}

function dayAfter(day: string): string {
  return addMs(`${day}T00:00:00.000Z`, 86_400_000).slice(0, 10);
}

function cell(value: unknown): string | number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

/** A file whose digest is known when it is written. */
class HashedFile {
  readonly #hash = createHash('sha256');
  readonly #handle: Awaited<ReturnType<typeof open>>;

  private constructor(handle: Awaited<ReturnType<typeof open>>) {
    this.#handle = handle;
  }

  static async open(folder: string, name: string): Promise<HashedFile> {
    return new HashedFile(await open(join(folder, name), 'w'));
  }

  async write(text: string): Promise<void> {
    this.#hash.update(text);
    await this.#handle.write(text);
  }

  async close(): Promise<string> {
    await this.#handle.close();
    return this.#hash.digest('hex');
  }
}
