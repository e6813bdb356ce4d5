import type { ComputeManagementClient } from '@azure/arm-compute';
import { AnonymousCredential, BlobClient, RestError } from '@azure/storage-blob';
import { AdapterError } from '../errors.ts';
import { hasStatus } from './armErrors.ts';
import { storageOptions } from './createBlobService.ts';
import { toAdapterError } from './toAdapterError.ts';

/** What is kept of a serial log: its end. */
const keptBytes = 256 * 1024;

/** The end of the VM's serial log; undefined while Azure has none. */
export async function readSerialLog(
  client: ComputeManagementClient,
  resourceGroup: string,
  vmName: string,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  const url = await linkOf(client, resourceGroup, vmName, abortSignal);
  if (!url) return undefined;
  try {
    const blob = new BlobClient(url, new AnonymousCredential(), storageOptions);
    const { readableStreamBody } = await blob.download(0, undefined, { abortSignal });
    const log = readableStreamBody ? await lastBytes(readableStreamBody) : '';
    return log === '' ? undefined : log;
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return undefined;
    throw withoutCause(toAdapterError(`download serial log of ${vmName}`, error));
  }
}

/** Boot diagnostics that are not there yet, or not any more, are no error. */
async function linkOf(
  client: ComputeManagementClient,
  resourceGroup: string,
  vmName: string,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  try {
    const links = await client.virtualMachines.retrieveBootDiagnosticsData(resourceGroup, vmName, {
      sasUriExpirationTimeInMinutes: 5,
      abortSignal,
    });
    return links.serialConsoleLogBlobUri;
  } catch (error) {
    if (hasStatus(error, 404) || hasStatus(error, 409) || hasStatus(error, 400)) return undefined;
    throw error;
  }
}

async function lastBytes(stream: NodeJS.ReadableStream): Promise<string> {
  let kept = Buffer.alloc(0);
  for await (const chunk of stream) kept = Buffer.concat([kept, Buffer.from(chunk)]).subarray(-keptBytes);
  return kept.toString('utf8');
}

/** The link is a secret, and an SDK's error carries the request. */
function withoutCause(error: unknown): unknown {
  if (!(error instanceof AdapterError)) return error;
  const { message, code, retryable, retryAfterMs } = error;
  return new AdapterError(message, { code, retryable, retryAfterMs });
}
