import { type IndexRecord, indexedEntries, indexRecordOf } from '../domain/indexRecord.ts';
import type { Ports } from '../ports.ts';

/** Files a batch of entries under the days on which they were written. Throws when a message holds no entries. */
export async function indexEntries(ports: Pick<Ports, 'dayIndex'>, messages: unknown[]): Promise<void> {
  const days = new Map<string, IndexRecord[]>();
  for (const entry of messages.flatMap((message) =>
    indexedEntries.parse(Array.isArray(message) ? message : [message]),
  )) {
    const day = entry.at.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), indexRecordOf(entry)]);
  }
  for (const [day, records] of days) await ports.dayIndex.add(day, records);
}
