import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { csvLine, recordColumns } from '../../shared/domain/audit/csv.ts';
import { daysFrom } from '../../shared/domain/instant.ts';
import type { ApiClient } from '../api/apiClient.ts';
import { collecting } from './collecting.ts';
import { HashedFile } from './hashedFile.ts';
import { membersOf } from './membersOf.ts';
import { reportRecord } from './reportRecord.ts';
import { Tally } from './tally.ts';

/** Of one request, so that neither the number of requests nor the time of one is what Azure or the service bounds. */
const logsAtATime = 100;

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
 * the manifests. Records are written as they come, and so are the entries, so that memory does not grow with the time.
 * Each day is a question of its own: Azure cuts an answer that takes longer than four minutes.
 */
export async function writeReport(api: ApiClient, folder: string, from: string, to: string): Promise<Bundle> {
  await mkdir(folder, { recursive: true });
  const files: Bundle['files'] = {};
  const tally = new Tally();
  const logs = new Set<string>();
  using csv = new HashedFile(folder, 'records.csv');
  using ndjson = new HashedFile(folder, 'records.ndjson');
  using html = new HashedFile(folder, 'report.html');
  csv.write(csvLine([...recordColumns]));
  html.write(tally.begin(from, to));
  for (const day of daysFrom(from, to)) {
    for await (const lines of membersOf(collecting(api.read(`days/${day}`)))) {
      for (const line of lines) {
        const record = reportRecord.parse(JSON.parse(line.toString()));
        html.write(tally.add(record));
        logs.add(record.log);
        csv.write(csvLine(recordColumns.map((column) => cell(record[column]))));
        ndjson.writeLine(line);
      }
    }
  }
  files['records.csv'] = csv.close();
  files['records.ndjson'] = ndjson.close();
  files['entries.ndjson'] = await writeLogs(api, folder, 'entries.ndjson', [...logs].sort());
  files['manifests.ndjson'] = await writeLogs(api, folder, 'manifests.ndjson', ['manifests']);
  html.write(tally.end());
  files['report.html'] = html.close();
  const bundle = { from, to, records: tally.count, logs: logs.size, files };
  await writeFile(join(folder, 'bundle.json'), `${JSON.stringify(bundle, null, 2)}\n`);
  return bundle;
}

async function writeLogs(api: ApiClient, folder: string, name: string, logs: string[]): Promise<string> {
  using file = new HashedFile(folder, name);
  for (let begin = 0; begin < logs.length; begin += logsAtATime) {
    const names = logs.slice(begin, begin + logsAtATime);
    for await (const lines of membersOf(collecting(api.read('audit/logs', { names }))))
      for (const line of lines) file.writeLine(line);
  }
  return file.close();
}

function cell(value: unknown): string | number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}
