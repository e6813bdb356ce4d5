import { createHash } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import type { Evidence } from '../ports.ts';
import { isRefusedCondition } from './blobErrors.ts';
import { callAzure } from './callAzure.ts';
import { readText } from './readText.ts';

/**
 * Evidence is written once. A run that is resumed may find more in a log than it saved before the crash: that file goes
 * beside the first one under a name with its hash, because a container under an immutability policy takes no second write.
 */
export function createEvidence(container: ContainerClient): Evidence {
  return {
    save: (folder, { name, content }) =>
      callAzure(`save evidence ${folder}/${name}`, async (abortSignal) => {
        const sha256 = createHash('sha256').update(content).digest('hex');
        const bytes = Buffer.byteLength(content);
        const plain = `${folder}/${name}`;
        const path = (await saveOnce(container, plain, content, abortSignal)) ? plain : withHash(plain, sha256);
        if (path !== plain) await saveOnce(container, path, content, abortSignal);
        return { path, sha256, bytes };
      }),
  };
}

/** Whether the blob holds this content now. */
async function saveOnce(
  container: ContainerClient,
  path: string,
  content: string,
  abortSignal: AbortSignal,
): Promise<boolean> {
  const blob = container.getBlockBlobClient(path);
  const blobContentType = path.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8';
  try {
    await blob.upload(content, Buffer.byteLength(content), {
      conditions: { ifNoneMatch: '*' },
      blobHTTPHeaders: { blobContentType },
      abortSignal,
    });
    return true;
  } catch (error) {
    if (!isRefusedCondition(error)) throw error;
    return (await readText(blob, 0, abortSignal)) === content;
  }
}

function withHash(path: string, sha256: string): string {
  return path.replace(/(\.[^./]*)?$/, (extension) => `.${sha256.slice(0, 12)}${extension}`);
}
