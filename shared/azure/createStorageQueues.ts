import { createRestError, getClient } from '@azure-rest/core-client';
import type { Config } from '../config.ts';
import type { StorageQueues } from '../ports.ts';
import { callAzure } from './callAzure.ts';
import { createCredential } from './createCredential.ts';

const version = '2024-11-04';

/**
 * Queues in storage accounts of teams. A token goes to no other host than the setting names, since what opens one storage
 * account opens all that its identity may use. Messages are base64, as the clients of Azure Functions expect.
 */
export function createStorageQueues({ pattern, identity }: Config['storageQueues']): StorageQueues {
  const credential = createCredential(identity);
  const [before = '', after = ''] = pattern.split('*');
  const isQueue = (url: string) => {
    const rest = url.startsWith(before) ? url.slice(before.length) : '';
    const [account = '', queue = ''] = pattern.includes('*') ? rest.split(after) : ['account', rest];
    return /^[a-z0-9]{3,24}$/.test(account) && /^[a-z0-9](?:-?[a-z0-9]){2,62}$/.test(queue);
  };
  return {
    isQueue,
    send: (url, text) =>
      callAzure(`send to the queue ${url}`, async (abortSignal) => {
        if (!isQueue(url)) throw new Error(`${url} is no queue of ${pattern}`);
        const client = getClient(url, credential, {
          credentials: { scopes: ['https://storage.azure.com/.default'] },
          retryOptions: { maxRetries: 0 },
        });
        const response = await client.path('/messages').post({
          abortSignal,
          headers: { 'x-ms-version': version },
          contentType: 'application/xml',
          body: `<QueueMessage><MessageText>${Buffer.from(text).toString('base64')}</MessageText></QueueMessage>`,
        });
        if (response.status !== '201') throw createRestError(response);
      }),
  };
}
