import { text } from 'node:stream/consumers';
import type { BlobClient } from '@azure/storage-blob';

/** The blob's text from an offset on, in one request: one state of the blob, however long the transfer takes. */
export async function readText(
  blob: BlobClient,
  offset: number,
  abortSignal: AbortSignal,
  bytes?: number,
): Promise<string> {
  const { readableStreamBody } = await blob.download(offset, bytes, { abortSignal });
  return readableStreamBody ? text(readableStreamBody) : '';
}
