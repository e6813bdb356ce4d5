import { BlobServiceClient } from '@azure/storage-blob';
import type { Endpoints } from '../../local/stack/endpoints.ts';
import { localCredential } from '../../local/stack/localCredential.ts';
import { createAuditLogs } from '../../shared/azure/createAuditLogs.ts';
import type { Entry } from '../../shared/domain/entries.ts';

/** Reads all entries about the versions of an image definition, from storage itself: asking the service would give it work. */
export function logReader(endpoints: Endpoints): (definitionKey: string) => Promise<Entry[]> {
  const blobs = new BlobServiceClient(endpoints.blob, localCredential(endpoints, 'service'));
  const logs = createAuditLogs(blobs.getContainerClient('audit-logs'));
  return async (definitionKey) => {
    const names = await logs.list(`incarnations/${definitionKey}/`);
    return (await Promise.all(names.map(async (name) => (await logs.read(name)).entries))).flat();
  };
}
