import type { Content } from '../codec/content.ts';
import { BrokerError, notAllowed } from '../errors.ts';

/** Of the Standard tier. */
export const maxMessageBytes = 256 * 1024;
const maxIdLength = 128;

/** Throws where the service would refuse a message, whatever else the entity is. */
export function checkAcceptable(content: Content, requiresSession: boolean): void {
  checkLength('MessageId', content.messageId);
  checkLength('SessionId', content.sessionId);
  checkLength('PartitionKey', content.partitionKey);
  if (requiresSession && content.sessionId === undefined) {
    throw notAllowed(
      'The SessionId was not set on a message, and it cannot be sent to the entity. Entities that have session support ' +
        'enabled can only receive messages that have the SessionId set to a valid value.',
    );
  }
}

function checkLength(name: string, value: string | undefined): void {
  if (value === undefined || value.length <= maxIdLength) return;
  throw new BrokerError(
    'com.microsoft:argument-out-of-range',
    `The ${name} has ${value.length} characters; it cannot be longer than ${maxIdLength} characters.`,
  );
}
