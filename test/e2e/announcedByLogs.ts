import { BlobServiceClient } from '@azure/storage-blob';
import { localCredential } from '../../local/stack/localCredential.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { createAuditLogs } from '../../shared/azure/createAuditLogs.ts';
import { parseEntries } from '../../shared/azure/parseEntries.ts';
import type { Announcement } from '../../shared/domain/announcements/announcement.ts';
import { announcementsOf } from '../../shared/domain/announcements/announcementsOf.ts';
import { entrySchema } from '../../shared/domain/entries.ts';

/**
 * What the logs in storage say that has to be announced. Entries of the next schema are read too: a later release may have had a part in it, and said the same facts.
 */
export async function announcedByLogs({ endpoints }: Pick<Stack, 'endpoints'>): Promise<Announcement[]> {
  const blobs = new BlobServiceClient(endpoints.blob, localCredential(endpoints, 'service'));
  const container = blobs.getContainerClient('audit-logs');
  const names = await createAuditLogs(container).list('');
  const entries = names.map(async (name) => {
    const text = (await container.getBlobClient(`${name}.jsonl`).downloadToBuffer()).toString();
    return parseEntries(name, text.replaceAll(`"schema":${entrySchema + 1},`, `"schema":${entrySchema},`));
  });
  return (await Promise.all(entries)).flatMap((of) => announcementsOf(of, 0));
}
