import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import type { Identity } from '../config.ts';

export type Credential = ManagedIdentityCredential | DefaultAzureCredential;

/** Retries of the token endpoint stay well inside the deadline of the call that waits for the token. */
const retryOptions = { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 };

/**
 * The one place that makes credentials. The default chain is what the Functions host itself uses for a connection
 * without `__credential`: the app's identity in Azure, the developer's own sign-in on a desk.
 */
export function createCredential({ kind, clientId }: Identity): Credential {
  if (kind === 'managedIdentity') {
    return new ManagedIdentityCredential({ ...(clientId !== undefined && { clientId }), retryOptions });
  }
  return new DefaultAzureCredential({
    ...(clientId !== undefined && { managedIdentityClientId: clientId }),
    retryOptions,
  });
}
