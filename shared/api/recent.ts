import { type IndexRecord, indexRecordsOf } from '../domain/indexRecord.ts';
import { addMs } from '../domain/instant.ts';
import type { Ports } from '../ports.ts';
import { inOrder } from './findRecords.ts';
import { readUnlessDamaged } from './queries.ts';

/** Longer than a step lasts, so that no entry is older when it is written. */
const recentMs = 10 * 60_000;

/**
 * The entries of the last ten minutes, from the logs themselves: only those are read that were written to since. Who asks
 * again and again meets each entry until it is ten minutes old, and never after.
 */
export async function findRecent({ auditLogs, clock }: Pick<Ports, 'auditLogs' | 'clock'>): Promise<IndexRecord[]> {
  const since = addMs(clock.now(), -recentMs);
  const logs = await Promise.all((await auditLogs.list('', since)).map((log) => readUnlessDamaged(auditLogs, log)));
  const records = logs.flatMap((entries) => ('problem' in entries ? [] : indexRecordsOf(entries, 0)));
  return inOrder(records.filter(({ at }) => at >= since));
}
