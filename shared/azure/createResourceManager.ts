import { ComputeManagementClient, type ComputeManagementClientOptionalParams } from '@azure/arm-compute';
import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import { type Client, getClient } from '@azure-rest/core-client';
import * as z from 'zod';
import type { Config } from '../config.ts';
import { AdapterError } from '../errors.ts';
import { createCredential } from './createCredential.ts';
import { readRetryAfter } from './readRetryAfter.ts';

/** Clients of Azure Resource Manager: one for compute per Azure subscription, and one for what has no client of its own. */
export interface ResourceManager {
  endpoint: string;
  compute(subscriptionId: string): ComputeManagementClient;
  rest: Client;
  resourceGraph: ResourceGraphClient;
}

/** Longer waits than this belong into the queue, where they hold no session. */
const longestWaitMs = 4_000;

export function createResourceManager({ endpoint, scope, identity }: Config['resourceManager']): ResourceManager {
  const credential = createCredential(identity);
  const options: ComputeManagementClientOptionalParams = {
    endpoint,
    credentials: { scopes: [scope] },
    retryOptions: { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: longestWaitMs },
    additionalPolicies: [{ policy: refuseLongWaits, position: 'perRetry' }],
  };
  const clients = new Map<string, ComputeManagementClient>();
  return {
    endpoint,
    compute: (subscriptionId) => {
      const known = clients.get(subscriptionId) ?? new ComputeManagementClient(credential, subscriptionId, options);
      clients.set(subscriptionId, known);
      return known;
    },
    rest: getClient(endpoint, credential, options),
    resourceGraph: new ResourceGraphClient(credential, options),
  };
}

/** The SDK would sleep as long as Retry-After says, minutes too, with the session's lock in hand. */
const refuseLongWaits: NonNullable<ComputeManagementClientOptionalParams['additionalPolicies']>[number]['policy'] = {
  name: 'refuseLongWaits',
  async sendRequest(request, next) {
    const response = await next(request);
    const retryAfterMs = readRetryAfter(response.headers);
    const throttled = response.status === 429 || response.status === 503;
    if (throttled && retryAfterMs !== undefined && retryAfterMs > longestWaitMs) {
      const code = codeOf(response.bodyAsText) ?? `Http${response.status}`;
      const message = `Azure Resource Manager asks to wait ${Math.ceil(retryAfterMs / 1000)} seconds: ${code}`;
      throw new AdapterError(message, { code, retryable: true, retryAfterMs });
    }
    return response;
  },
};

const errorBody = z.object({ error: z.object({ code: z.string() }) });

function codeOf(body: string | null | undefined): string | undefined {
  try {
    return errorBody.safeParse(JSON.parse(body ?? '')).data?.error.code;
  } catch {
    return undefined; // a proxy's own page
  }
}
