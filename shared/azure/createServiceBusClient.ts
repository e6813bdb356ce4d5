import { ServiceBusClient, type ServiceBusClientOptions } from '@azure/service-bus';
import type { Config } from '../config.ts';
import { createCredential } from './createCredential.ts';

/** Two tries, within the deadline of a call: the second is for a link that died without a word. */
const options: ServiceBusClientOptions = {
  retryOptions: { maxRetries: 1, timeoutInMs: 12_000, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 },
};

/** One client, one AMQP connection for the process. */
export function createServiceBusClient(serviceBus: Config['serviceBus']): ServiceBusClient {
  if ('connectionString' in serviceBus) return new ServiceBusClient(serviceBus.connectionString.reveal(), options);
  return new ServiceBusClient(serviceBus.fullyQualifiedNamespace, createCredential(serviceBus.identity), options);
}
