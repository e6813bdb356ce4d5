import { text } from 'node:stream/consumers';
import type { BlobClient } from '@azure/storage-blob';

/** The blob's text from an offset on, in one request: one state of the blob, however long the transfer takes. */
export async function readText(blob: BlobClient, offset: number, abortSignal: AbortSignal): Promise<string> {
  const { readableStreamBody } = await blob.download(offset, undefined, { abortSignal });
  return readableStreamBody ? text(readableStreamBody) : '';
}
