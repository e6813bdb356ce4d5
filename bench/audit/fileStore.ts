import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEntries } from '../../shared/azure/parseEntries.ts';
import { indexRecord, shardOf, shards } from '../../shared/domain/indexRecord.ts';
import type { AuditLogs, DayIndex } from '../../shared/ports.ts';

/** Logs and day index in files: what the adapters read from blobs, text that is parsed and checked. */
export function fileStore(folder: string) {
  const auditLogs: Pick<AuditLogs, 'read' | 'list'> = {
    async read(log) {
      const text = await readFile(join(folder, `${log}.jsonl`), 'utf8').catch(() => '');
      return { entries: parseEntries(log, text), position: Buffer.byteLength(text) };
    },
    async list(prefix) {
      const under = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const names = await readdir(join(folder, under), { recursive: true });
      const logs = names.filter((name) => name.endsWith('.jsonl')).map((name) => `${under}${name.slice(0, -6)}`);
      return logs.filter((log) => log.startsWith(prefix));
    },
  };
  const dayIndex: Pick<DayIndex, 'read'> = {
    async read(day, image) {
      const wanted = image === undefined ? shards : [shardOf(image)];
      const parts = wanted.map(async (shard) => {
        const text = await readFile(join(folder, `days/${day}/${shard}.jsonl`), 'utf8').catch(() => '');
        const lines = text.split('\n').filter((line) => line !== '');
        return lines.map((line) => indexRecord.parse(JSON.parse(line)));
      });
      return (await Promise.all(parts)).flat();
    },
  };
  return { auditLogs: auditLogs as AuditLogs, dayIndex: dayIndex as DayIndex };
}
