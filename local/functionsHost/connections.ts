import type { TokenCredential } from '@azure/identity';
import type { ServiceBusClient } from '@azure/service-bus';
import type { ServiceBusSettings } from './hostJson.ts';
import type { Settings } from './settings.ts';

/**
 * Service Bus clients by the name of their connection, one for each. The name leads to app settings as in Azure:
 * `<name>` is a connection string; else `<name>__fullyQualifiedNamespace` with an identity.
 */
export class ServiceBusConnections {
  readonly #clients = new Map<string, ServiceBusClient>();
  readonly #settings: Settings;
  readonly #retry: ServiceBusSettings['clientRetryOptions'];

  constructor(settings: Settings, retry: ServiceBusSettings['clientRetryOptions']) {
    this.#settings = settings;
    this.#retry = retry;
  }

  async client(connection: string): Promise<ServiceBusClient> {
    const known = this.#clients.get(connection);
    if (known) return known;
    const client = await this.#create(connection);
    this.#clients.set(connection, client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#clients.values()].map((client) => client.close()));
  }

  async #create(connection: string): Promise<ServiceBusClient> {
    // The clients are large: an app without Service Bus starts without them.
    const { ServiceBusClient } = await import('@azure/service-bus');
    const retryOptions = toRetryOptions(this.#retry);
    const connectionString = this.#setting(connection);
    if (connectionString) return new ServiceBusClient(connectionString, { retryOptions });
    const namespace = this.#setting(`${connection}__fullyQualifiedNamespace`);
    if (namespace) return new ServiceBusClient(namespace, await this.#credential(connection), { retryOptions });
    throw new Error(
      `Service Bus connection "${connection}" is not set: set "${connection}" to a connection string, ` +
        `or "${connection}__fullyQualifiedNamespace" and "${connection}__credential"`,
    );
  }

  async #credential(connection: string): Promise<TokenCredential> {
    const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
    const clientId = this.#setting(`${connection}__clientId`);
    const isManagedIdentity = this.#setting(`${connection}__credential`)?.toLowerCase() === 'managedidentity';
    if (!isManagedIdentity) return new DefaultAzureCredential();
    return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
  }

  #setting(name: string): string | undefined {
    return this.#settings[`AzureWebJobs${name}`] || this.#settings[name] || undefined;
  }
}

/** The .NET client starts its back-off afresh with each operation; the JavaScript one lets it grow for ever. */
function toRetryOptions({ mode, tryTimeout, delay, maxDelay, maxRetries }: ServiceBusSettings['clientRetryOptions']) {
  return {
    mode: mode.toLowerCase() === 'fixed' ? 0 : 1,
    timeoutInMs: tryTimeout,
    retryDelayInMs: delay,
    maxRetryDelayInMs: Math.min(maxDelay, 2 * delay),
    maxRetries,
  };
}
