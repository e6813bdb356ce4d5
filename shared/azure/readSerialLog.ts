import type { ComputeManagementClient } from '@azure/arm-compute';
import { AdapterError } from '../errors.ts';
import { hasStatus } from './armErrors.ts';

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
  return url ? download(url, vmName, abortSignal) : undefined;
}

/** The link is a secret: nothing that is thrown may name it, so no error of the transfer is passed on as a cause. */
async function download(url: string, vmName: string, abortSignal: AbortSignal): Promise<string | undefined> {
  const response = await fetch(url, { signal: abortSignal }).catch(() => undefined);
  if (response?.status === 404) return undefined;
  const log = response?.ok && response.body ? await lastBytes(response.body).catch(() => undefined) : undefined;
  if (log === undefined) {
    const code = response ? `Http${response.status}` : 'NetworkError';
    throw new AdapterError(`download serial log of ${vmName}: ${code}`, { code, retryable: true });
  }
  return log === '' ? undefined : log;
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

async function lastBytes(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let kept = Buffer.alloc(0);
  for await (const chunk of stream) kept = Buffer.concat([kept, chunk]).subarray(-keptBytes);
  return kept.toString('utf8');
}
