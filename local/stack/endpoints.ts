import { z } from 'zod';

/** What `.local/endpoints.json` tells other programs about a running stack. */
export const endpoints = z.object({
  arm: z.url(),
  /** Where events are published: the topic endpoint. */
  eventGrid: z.url(),
  /** AMQP without TLS, `localhost:PORT`. */
  serviceBus: z.string(),
  serviceBusTls: z.string(),
  /** The administration API of Service Bus over HTTPS, `localhost:PORT`. */
  serviceBusAdministration: z.string(),
  /** The account's blob service. */
  blob: z.url(),
  /** The account's queue service. */
  queue: z.url(),
  keyVault: z.url(),
  functions: z.url(),
  identity: z.url(),
  caFile: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string(),
  gallery: z.string(),
});
export type Endpoints = z.infer<typeof endpoints>;

/** For clients that speak AMQP without TLS, as they do with the official emulator. */
export function serviceBusConnectionString({ serviceBus }: Endpoints): string {
  return `Endpoint=sb://${serviceBus};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;`;
}
