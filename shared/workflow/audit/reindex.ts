import { type IndexRecord, indexRecordsOf } from '../../domain/indexRecord.ts';
import { AdapterError } from '../../errors.ts';
import type { Ports } from '../../ports.ts';

export interface Reindexed {
  logs: number;
  added: number;
  /** Logs that cannot be read: the check of the audit trail says why. */
  unreadable: string[];
}

/** Records are filed in parts, so that no day is held in memory for all logs at once. */
const partSize = 5_000;

/**
 * Rebuilds the day index from the logs: adds what is missing in it. Whoever wants it anew deletes it first; entries that
 * are written meanwhile are indexed as ever.
 */
export async function reindex(ports: Pick<Ports, 'auditLogs' | 'dayIndex'>): Promise<Reindexed> {
  const known = new Map<string, Set<string>>();
  const missing = new Map<string, IndexRecord[]>();
  const result: Reindexed = { logs: 0, added: 0, unreadable: [] };
  const file = async (day: string, records: IndexRecord[]) => {
    await ports.dayIndex.add(day, records);
    result.added += records.length;
    missing.delete(day);
  };
  for (const log of await ports.auditLogs.list('')) {
    result.logs += 1;
    for (const record of await recordsOf(ports, log, result)) {
      const day = record.at.slice(0, 10);
      const ids = known.get(day) ?? new Set((await ports.dayIndex.read(day)).map(({ id }) => id));
      known.set(day, ids);
      if (ids.has(record.id)) continue;
      const records = missing.get(day) ?? [];
      records.push(record);
      missing.set(day, records);
      if (records.length >= partSize) await file(day, records);
    }
  }
  for (const [day, records] of missing) await file(day, records);
  return result;
}

async function recordsOf(
  { auditLogs }: Pick<Ports, 'auditLogs'>,
  log: string,
  result: Reindexed,
): Promise<IndexRecord[]> {
  try {
    return indexRecordsOf((await auditLogs.read(log)).entries, 0);
  } catch (error) {
    if (!(error instanceof AdapterError) || error.code !== 'DamagedLog') throw error;
    result.unreadable.push(log);
    return [];
  }
}
