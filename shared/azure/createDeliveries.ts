import type { ServiceBusSender } from '@azure/service-bus';
import { propertiesOf } from '../domain/deliveries/delivery.ts';
import type { Deliveries } from '../ports.ts';
import { callAzure } from './callAzure.ts';

/** The queue looks for no copies: the same announcement is in it once for each team. */
export function createDeliveries(sender: ServiceBusSender): Deliveries {
  return {
    send: (delivery, at) =>
      callAzure(`put off delivery ${delivery.event.id}`, (abortSignal) =>
        sender.sendMessages(
          {
            body: delivery.event.data,
            contentType: 'application/json',
            messageId: delivery.event.id,
            applicationProperties: propertiesOf(delivery),
            scheduledEnqueueTimeUtc: new Date(at),
          },
          { abortSignal },
        ),
      ),
  };
}
