import { BlobServiceClient } from '@azure/storage-blob';
import type { Endpoints } from '../../local/stack/endpoints.ts';
import { localCredential } from '../../local/stack/localCredential.ts';
import { createAuditLogs } from '../../shared/azure/createAuditLogs.ts';
import type { Entry } from '../../shared/domain/entries.ts';
import { incarnationPrefix } from '../../shared/domain/incarnation.ts';

/** Reads all entries about a version, from storage itself: asking the service would give it work. */
export function logReader(endpoints: Endpoints): (definitionKey: string, version: string) => Promise<Entry[]> {
  const blobs = new BlobServiceClient(endpoints.blob, localCredential(endpoints, 'service'));
  const logs = createAuditLogs(blobs.getContainerClient('audit-logs'));
  return async (definitionKey, version) => {
    const names = await logs.list(`incarnations/${definitionKey}/${incarnationPrefix(definitionKey, version)}`);
    return (await Promise.all(names.map(async (name) => (await logs.read(name)).entries))).flat();
  };
}
