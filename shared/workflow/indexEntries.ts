import { type IndexMessage, readIndexBatch } from '../domain/indexRecord.ts';
import { addMs } from '../domain/instant.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { backOffMs, mostRetries } from './backOff.ts';

/**
 * Files a batch of records under the days on which their entries were written. What cannot be filed now is sent again
 * for later: redelivery has no back-off, and ten of them pass in seconds. Throws when not even that is possible.
 */
export async function indexEntries(
  ports: Pick<Ports, 'dayIndex' | 'auditIndex' | 'clock' | 'log'>,
  messages: unknown[],
): Promise<void> {
  const days = new Map<string, IndexMessage[]>();
  for (const message of messages) {
    const batch = readIndexBatch(message);
    if (!batch) ports.log.error('a message of the queue audit-index is not an index record and is dropped');
    for (const each of batch ?? []) {
      const day = each.record.at.slice(0, 10);
      days.set(day, [...(days.get(day) ?? []), each]);
    }
  }
  for (const [day, records] of days) await file(ports, day, records);
}

async function file(
  ports: Pick<Ports, 'dayIndex' | 'auditIndex' | 'clock' | 'log'>,
  day: string,
  messages: IndexMessage[],
): Promise<void> {
  try {
    await ports.dayIndex.add(
      day,
      messages.map(({ record }) => record),
    );
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    ports.log.warn(`index of ${day}: ${error.message}`, { code: error.code });
    const again = messages
      .filter(({ retry }) => retry < mostRetries)
      .map(({ record, retry }) => ({ record, retry: retry + 1 }));
    const delayMs = backOffMs(Math.max(...messages.map(({ retry }) => retry)), error);
    if (again.length > 0) await ports.auditIndex.send(again, addMs(ports.clock.now(), delayMs));
  }
}
