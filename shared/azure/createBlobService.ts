import { BlobServiceClient, type StoragePipelineOptions } from '@azure/storage-blob';
import type { Config } from '../config.ts';
import { createCredential } from './createCredential.ts';

/** Three tries with short waits: the deadline of a call bounds the rest. */
export const storageOptions: StoragePipelineOptions = {
  retryOptions: { maxTries: 3, tryTimeoutInMs: 10_000, retryDelayInMs: 500, maxRetryDelayInMs: 4_000 },
};

/** The client of the storage account that holds logs, state, evidence and policy. */
export function createBlobService(storage: Config['storage']): BlobServiceClient {
  if ('connectionString' in storage) {
    return BlobServiceClient.fromConnectionString(storage.connectionString.reveal(), storageOptions);
  }
  return new BlobServiceClient(storage.blobServiceUri, createCredential(storage.identity), storageOptions);
}
