import { announcedAgain, announcementsOf } from '../domain/announcements/announcementsOf.ts';
import { indexRecordsOf } from '../domain/indexRecord.ts';
import { type Instant, msBetween } from '../domain/instant.ts';
import type { Ports } from '../ports.ts';
import type { LoadedLog } from './log.ts';
import { atHead, type OpenMarker } from './openMarker.ts';

/** So long entries that nobody is told of wait for others: each sending moves the cursors, and is a write of the marker. */
const companyMs = 2 * 60_000;

/**
 * Sends what is past the two cursors: announcements to the topic, entries to the audit index. A crash in between sends
 * again, under the same ids. Returns whether anything was sent; the cursors move in memory only.
 *
 * @param mayWait where the next step is near, and young entries that are not announced can wait for it
 */
export async function sendOutbox(
  ports: Pick<Ports, 'announcements' | 'auditIndex'>,
  open: OpenMarker,
  logs: LoadedLog[],
  mayWait?: { now: Instant },
): Promise<boolean> {
  const pending = logs.flatMap((log) => {
    const cursor = open.cursors[log.name];
    return cursor ? [{ log, cursor }] : [];
  });
  const announcements = [
    ...pending.flatMap(({ log, cursor }) => announcementsOf(log.entries, cursor.announced)),
    ...pending.flatMap(({ log, cursor }) => announcedAgain(log.entries, cursor.announced)),
  ];
  const records = pending.flatMap(({ log, cursor }) => indexRecordsOf(log.entries, cursor.indexed));
  const areYoung = mayWait && records.every(({ at }) => msBetween(at, mayWait.now) < companyMs);
  if (announcements.length === 0 && areYoung) return false;
  await Promise.all([
    announcements.length > 0 && ports.announcements.send(announcements),
    records.length > 0 && ports.auditIndex.send(records.map((record) => ({ record, retry: 0 }))),
  ]);
  for (const { log } of pending) open.cursors[log.name] = atHead(log);
  return announcements.length + records.length > 0;
}
