import type { ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import type { Instant } from '../domain/instant.ts';
import type { AnyWakeUp } from '../domain/wakeUps.ts';
import type { WakeUps } from '../ports.ts';
import { callAzure } from './callAzure.ts';

/** Messages of the session queue: the session is the image definition, the id names what is one cause. */
export function createWakeUps(sender: ServiceBusSender): WakeUps {
  return {
    send: (wakeUp, id, at) =>
      callAzure(`send wake-up ${id}`, (abortSignal) => sender.sendMessages(toMessage(wakeUp, id, at), { abortSignal })),
  };
}

function toMessage(wakeUp: AnyWakeUp, id: string, at: Instant | undefined): ServiceBusMessage {
  return {
    body: wakeUp,
    contentType: 'application/json',
    messageId: id,
    sessionId: wakeUp.key,
    // For whoever reads a queue with an explorer; the app reads the body.
    ...(typeof wakeUp.cause === 'string' && { applicationProperties: { cause: wakeUp.cause } }),
    ...(at !== undefined && { scheduledEnqueueTimeUtc: new Date(at) }),
  };
}
