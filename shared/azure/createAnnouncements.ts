import type { ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import type { Announcement } from '../domain/announcements/announcement.ts';
import type { Announcements } from '../ports.ts';
import { callAzure } from './callAzure.ts';
import { sendBatches } from './sendBatches.ts';

/**
 * CloudEvents 1.0 in the binary mode of the AMQP binding: attributes in application properties, data as the body. The
 * plain properties beside them are what filters of team subscriptions are written on.
 */
export function createAnnouncements(sender: ServiceBusSender): Announcements {
  return {
    send: (announcements) =>
      callAzure('send announcements', (abortSignal) => sendBatches(sender, announcements.map(toMessage), abortSignal)),
  };
}

function toMessage({
  id,
  messageId = id,
  type,
  source,
  subject,
  time,
  traceparent,
  data,
  properties,
}: Announcement): ServiceBusMessage {
  return {
    body: data,
    contentType: 'application/json',
    messageId,
    applicationProperties: {
      'cloudEvents:specversion': '1.0',
      'cloudEvents:id': id,
      'cloudEvents:type': type,
      'cloudEvents:source': source,
      'cloudEvents:subject': subject,
      'cloudEvents:time': time,
      'cloudEvents:traceparent': traceparent,
      ...properties,
      ...Object.fromEntries(regionsIn(properties.regions).map((region) => [`region_${region}`, true])),
    },
  };
}

/** A correlation filter compares whole values: one property for each region. */
function regionsIn(regions: string): string[] {
  return regions.split(',').filter((region) => region !== '');
}
