import { text } from 'node:stream/consumers';
import type { BlobClient } from '@azure/storage-blob';
import { AdapterError } from '../errors.ts';
import type { PolicyFile } from '../ports.ts';
import { isMissingBlob } from './blobErrors.ts';
import { callAzure } from './callAzure.ts';

const limitBytes = 1024 * 1024;

/** The policy file; one of more than 1 MB is somebody's mistake and is not read. */
export function createPolicyFile(blob: BlobClient): PolicyFile {
  return {
    read: () => callAzure(`read policy file ${blob.name}`, (abortSignal) => read(blob, abortSignal)),
  };
}

async function read(blob: BlobClient, abortSignal: AbortSignal): Promise<string | undefined> {
  try {
    const { readableStreamBody, contentLength = 0 } = await blob.download(0, undefined, { abortSignal });
    if (contentLength > limitBytes) {
      readableStreamBody?.on('error', () => {}).unpipe();
      throw tooLarge(blob.name, contentLength);
    }
    return readableStreamBody ? await text(readableStreamBody) : '';
  } catch (error) {
    if (isMissingBlob(error)) return undefined;
    throw error;
  }
}

function tooLarge(name: string, bytes: number): AdapterError {
  return new AdapterError(`policy file ${name} has ${bytes} bytes, at most ${limitBytes} are read: shorten it`, {
    code: 'PolicyTooLarge',
    retryable: false,
  });
}
