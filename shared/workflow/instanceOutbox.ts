import * as z from 'zod';
import { announcementsOf } from '../domain/announcements/announcementsOf.ts';
import { indexRecordsOf } from '../domain/indexRecord.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { type LoadedLog, loadLog, logHead } from './log.ts';
import { readDocument } from './readDocument.ts';
import { instanceLog } from './readInstance.ts';

/** The sequence of the last entry of the instance's log that was announced and sent to the audit index. */
const cursor = z.object({ schema: z.literal(1), sent: z.number().int() });
const name = 'instance/sent';
const mostConflicts = 8;

/** Makes sure, before the first append, that the cursor says from where the log has to be sent. */
export async function markInstance({ documents }: Pick<Ports, 'documents'>, log: LoadedLog): Promise<void> {
  for (let tries = 0; tries < mostConflicts; tries += 1) {
    if (await readDocument(documents, name, cursor)) return;
    // Refused when somebody else marked it at the same time: that is seen, and not believed.
    if ((await documents.write(name, { schema: 1, sent: logHead(log).sequence }, undefined)) !== 'conflict') return;
  }
  throw new AdapterError(`document ${name} is contended`, { code: 'DocumentContended', retryable: true });
}

/**
 * Sends what is past the cursor: announcements to the topic, entries to the audit index. A crash in between sends again,
 * under the same ids.
 */
export async function settleInstance(
  ports: Pick<Ports, 'auditLogs' | 'documents' | 'announcements' | 'auditIndex'>,
): Promise<void> {
  const found = await readDocument(ports.documents, name, cursor);
  if (!found) return;
  const log = await loadLog(ports, instanceLog);
  const { entries } = log;
  const { sequence } = logHead(log);
  const { sent } = found.value;
  if (sequence <= sent) return;
  const announcements = announcementsOf(entries, sent);
  const records = indexRecordsOf(entries, sent);
  if (announcements.length > 0) await ports.announcements.send(announcements);
  if (records.length > 0) await ports.auditIndex.send(records.map((record) => ({ record, retry: 0 })));
  // Refused when somebody else sent the same at the same time.
  await ports.documents.write(name, { schema: 1, sent: sequence }, found.etag);
}
