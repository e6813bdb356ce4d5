import { createHash } from 'node:crypto';
import {
  BlobSASPermissions,
  type BlobServiceClient,
  type ContainerClient,
  SASProtocol,
  StorageSharedKeyCredential,
  type UserDelegationKey,
} from '@azure/storage-blob';
import { Secret } from '../domain/secret.ts';
import type { Evidence } from '../ports.ts';
import { isMissingBlob, isRefusedCondition } from './blobErrors.ts';
import { callAzure } from './callAzure.ts';
import { readText } from './readText.ts';

/**
 * Evidence is written once. A run that is resumed may find more in a log than it saved before the crash: that file goes
 * beside the first one under a name with its hash, because a container under an immutability policy takes no second write.
 */
export function createEvidence(service: BlobServiceClient, containerName: string): Evidence {
  const container = service.getContainerClient(containerName);
  const keyUntil = delegatedKeys(service);
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
    grantAppend: (path, minutes) =>
      callAzure(`grant the guest its evidence file ${path}`, (abortSignal) =>
        grantAppend(service, container, keyUntil, { path, minutes }, abortSignal),
      ),
    read: (path) =>
      callAzure(`read evidence ${path}`, async (abortSignal) => {
        try {
          return await readText(container.getBlobClient(path), 0, abortSignal, readBytes);
        } catch (error) {
          if (isMissingBlob(error)) return undefined;
          if (error instanceof Error && 'statusCode' in error && error.statusCode === 416) return ''; // nothing in it yet
          throw error;
        }
      }),
  };
}

const readBytes = 8 * 1024 * 1024;
/** Clocks of a guest's host and of storage may differ. */
const skewMs = 5 * 60_000;

/**
 * Signed with a key that Entra ID delegated to the app's identity, not with the account's; a connection string with the
 * account's key signs with that one. Create and append: the guest can neither read nor replace what anybody wrote.
 */
async function grantAppend(
  service: BlobServiceClient,
  container: ContainerClient,
  keyUntil: ReturnType<typeof delegatedKeys>,
  { path, minutes }: { path: string; minutes: number },
  abortSignal: AbortSignal,
): Promise<Secret> {
  const blob = container.getAppendBlobClient(path);
  const startsOn = new Date(Date.now() - skewMs);
  const expiresOn = new Date(Date.now() + minutes * 60_000);
  const permissions = BlobSASPermissions.from({ create: true, add: true });
  const secure = service.url.startsWith('https:');
  const options = { startsOn, expiresOn, permissions, ...(secure && { protocol: SASProtocol.Https }) };
  if (service.credential instanceof StorageSharedKeyCredential) return new Secret(await blob.generateSasUrl(options));
  const key = await keyUntil(expiresOn, abortSignal);
  return new Secret(await blob.generateUserDelegationSasUrl(options, key));
}

/** A key signs grants for an hour more than the one it is asked for; what a grant allows, and until when, is its own. */
function delegatedKeys(service: BlobServiceClient) {
  let known: { key: UserDelegationKey; expiresOn: Date } | undefined;
  return async (until: Date, abortSignal: AbortSignal): Promise<UserDelegationKey> => {
    if (known && known.expiresOn >= until) return known.key;
    const expiresOn = new Date(until.getTime() + 3_600_000);
    const key = await service.getUserDelegationKey(new Date(Date.now() - skewMs), expiresOn, { abortSignal });
    known = { key, expiresOn };
    return key;
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
