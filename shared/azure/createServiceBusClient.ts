import { ServiceBusClient, type ServiceBusClientOptions } from '@azure/service-bus';
import type { Config } from '../config.ts';
import { createCredential } from './createCredential.ts';

/** Three tries of five seconds at most: within the deadline of a call, also where a token has to be fetched first. */
const options: ServiceBusClientOptions = {
  retryOptions: { maxRetries: 2, timeoutInMs: 5_000, retryDelayInMs: 500, maxRetryDelayInMs: 4_000 },
};

/** One client, one AMQP connection for the process. */
export function createServiceBusClient(serviceBus: Config['serviceBus']): ServiceBusClient {
  if ('connectionString' in serviceBus) return new ServiceBusClient(serviceBus.connectionString.reveal(), options);
  return new ServiceBusClient(serviceBus.fullyQualifiedNamespace, createCredential(serviceBus.identity), options);
}
