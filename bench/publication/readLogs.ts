import { BlobServiceClient } from '@azure/storage-blob';
import type { Endpoints } from '../../local/stack/endpoints.ts';
import { localCredential } from '../../local/stack/localCredential.ts';
import { createAuditLogs } from '../../shared/azure/createAuditLogs.ts';
import type { Entry } from '../../shared/domain/entries.ts';
import { incarnationPrefix } from '../../shared/domain/incarnation.ts';

/** A token lasts an hour of the stack's clock, by which this process does not run: six minutes at ten times the speed. */
const signedInMs = 240_000;

/** Reads all entries about a version, from storage itself: asking the service would give it work. */
export function logReader(endpoints: Endpoints): (definitionKey: string, version: string) => Promise<Entry[]> {
  const open = () => {
    const blobs = new BlobServiceClient(endpoints.blob, localCredential(endpoints, 'service'));
    return createAuditLogs(blobs.getContainerClient('audit-logs'));
  };
  let logs = open();
  let openedAt = performance.now();
  return async (definitionKey, version) => {
    if (performance.now() - openedAt > signedInMs) {
      logs = open();
      openedAt = performance.now();
    }
    const names = await logs.list(`incarnations/${definitionKey}/${incarnationPrefix(definitionKey, version)}`);
    return (await Promise.all(names.map(async (name) => (await logs.read(name)).entries))).flat();
  };
}
