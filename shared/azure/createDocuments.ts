import { text } from 'node:stream/consumers';
import type { BlobClient, ContainerClient } from '@azure/storage-blob';
import { AdapterError } from '../errors.ts';
import type { Documents } from '../ports.ts';
import { isMissingBlob, isRefusedCondition } from './blobErrors.ts';
import { callAzure } from './callAzure.ts';
import { keptClients } from './keptClients.ts';

/** Block blobs of JSON; every write names the ETag it replaces, or that it replaces nothing. */
export function createDocuments(container: ContainerClient): Documents {
  const blobOf = keptClients((name) => container.getBlockBlobClient(name));
  return {
    read: (name) => callAzure(`read document ${name}`, (abortSignal) => read(blobOf(name), name, abortSignal)),
    write: (name, value, ifMatch) =>
      callAzure(`write document ${name}`, async (abortSignal) => {
        const text = JSON.stringify(value);
        const written = await unlessRefused(() =>
          blobOf(name).upload(text, Buffer.byteLength(text), {
            conditions: ifMatch === undefined ? { ifNoneMatch: '*' } : { ifMatch },
            blobHTTPHeaders: { blobContentType: 'application/json' },
            abortSignal,
          }),
        );
        return written === 'conflict' ? written : { etag: etagOf(name, written.etag) };
      }),
    delete: (name, ifMatch) =>
      callAzure(`delete document ${name}`, async (abortSignal) => {
        const deleted = await unlessRefused(() =>
          blobOf(name).deleteIfExists({ conditions: { ifMatch }, abortSignal }),
        );
        return deleted !== 'conflict' && deleted.succeeded ? 'deleted' : 'conflict';
      }),
    list: (prefix) =>
      callAzure(`list documents ${prefix}`, async (abortSignal) => {
        const names: string[] = [];
        for await (const blob of container.listBlobsFlat({ prefix, abortSignal })) names.push(blob.name);
        return names;
      }),
  };
}

async function read(
  blob: BlobClient,
  name: string,
  abortSignal: AbortSignal,
): Promise<{ value: unknown; etag: string } | undefined> {
  try {
    const { readableStreamBody, etag } = await blob.download(0, undefined, { abortSignal });
    const content = readableStreamBody ? await text(readableStreamBody) : '';
    return { value: JSON.parse(content), etag: etagOf(name, etag) };
  } catch (error) {
    if (isMissingBlob(error)) return undefined;
    if (error instanceof SyntaxError) throw new AdapterError(`document ${name} is not JSON`, unexpected);
    throw error;
  }
}

const unexpected = { code: 'DamagedDocument', retryable: false };

function etagOf(name: string, etag: string | undefined): string {
  if (etag === undefined) throw new AdapterError(`document ${name}: the answer has no ETag`, unexpected);
  return etag;
}

async function unlessRefused<T>(request: () => Promise<T>): Promise<T | 'conflict'> {
  try {
    return await request();
  } catch (error) {
    if (isRefusedCondition(error)) return 'conflict';
    throw error;
  }
}
