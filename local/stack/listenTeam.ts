import { ServiceBusClient } from '@azure/service-bus';
import { z } from 'zod';
import { type Endpoints, serviceBusConnectionString } from './endpoints.ts';

export interface TeamMessage {
  id: string;
  type: string;
  subject: string;
  summary: string;
}

const properties = z.looseObject({ 'cloudEvents:type': z.string(), 'cloudEvents:subject': z.string() });
const body = z.looseObject({ summary: z.string() });

/** By default the client waits half a minute before it connects again to a broker that was killed. */
const retryOptions = { retryDelayInMs: 250, maxRetryDelayInMs: 1_000, timeoutInMs: 10_000 };

/** Receives what a team's subscription holds, as the team itself would. */
export function listenTeam(
  endpoints: Endpoints,
  team: string,
  onMessage: (message: TeamMessage) => void,
): { stop(): Promise<void> } {
  const client = new ServiceBusClient(serviceBusConnectionString(endpoints), { retryOptions });
  const seen = new Set<string>();
  const receiver = client.createReceiver('image-versions', team);
  receiver.subscribe({
    async processMessage(message) {
      // A message that was delivered twice has one sequence number; a fact that was announced twice would have two.
      const place = String(message.sequenceNumber);
      if (seen.has(place)) return;
      seen.add(place);
      const { 'cloudEvents:type': type, 'cloudEvents:subject': subject } = properties.parse(
        message.applicationProperties,
      );
      onMessage({ id: String(message.messageId), type, subject, summary: body.parse(message.body).summary });
    },
    // The broker may be killed under a listener; the client reconnects by itself.
    processError: async () => undefined,
  });
  return { stop: () => client.close() };
}
