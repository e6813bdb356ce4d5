import { randomBytes } from 'node:crypto';
import { createRestError, getClient } from '@azure-rest/core-client';
import * as z from 'zod';
import type { Config } from '../config.ts';
import { Secret } from '../domain/secret.ts';
import type { Secrets } from '../ports.ts';
import { callAzure } from './callAzure.ts';
import { createCredential } from './createCredential.ts';

const apiVersion = '7.4';
const bundle = z.object({ value: z.string() });

/** Secrets of a key vault. A new value is a new version, and what there was stays with the vault. */
export function createSecrets({ uri, scope, identity }: Config['keyVault']): Secrets {
  const client = getClient(uri, createCredential(identity), {
    credentials: { scopes: [scope] },
    retryOptions: { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 },
  });
  const secretOf = (name: string) => client.pathUnchecked(`/secrets/${name}?api-version=${apiVersion}`);
  return {
    read: (name) =>
      callAzure(`read secret ${name}`, async (abortSignal) => {
        const response = await secretOf(name).get({ abortSignal });
        if (response.status === '404') return undefined;
        if (response.status !== '200') throw createRestError(response);
        return new Secret(bundle.parse(response.body).value);
      }),
    write: (name, value) =>
      callAzure(`write secret ${name}`, async (abortSignal) => {
        const response = await secretOf(name).put({ body: { value: value.reveal() }, abortSignal });
        if (response.status !== '200') throw createRestError(response);
      }),
    random: (bytes) => randomBytes(bytes).toString('base64'),
  };
}
