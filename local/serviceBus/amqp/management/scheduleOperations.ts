import rhea from 'rhea';
import { z } from 'zod';
import { Content } from '../../codec/content.ts';
import { maxMessageBytes } from '../../entity/acceptance.ts';
import type { Inbox } from '../../entity/inbox.ts';
import { BrokerError, notAllowed } from '../../errors.ts';
import type { Call, Operation } from './operation.ts';
import { fields, parseBody } from './requestFields.ts';

const scheduleSchema = z.object({ messages: z.array(z.object({ message: fields.bytes })) });
const cancelSchema = z.object({ 'sequence-numbers': fields.sequenceNumbers });
const longCode = 0x81;

export const scheduleOperations: Record<string, Operation> = {
  'com.microsoft:schedule-message': (call) => {
    const { messages } = parseBody(scheduleSchema, call.body);
    for (const { message } of messages) checkSize(message);
    const numbers = inboxOf(call).schedule(messages.map(({ message }) => Content.decode(message)));
    return { statusCode: 200, body: { 'sequence-numbers': rhea.types.wrap_array(numbers, longCode, undefined) } };
  },
  'com.microsoft:cancel-scheduled-message': (call) => {
    inboxOf(call).cancel(parseBody(cancelSchema, call.body)['sequence-numbers']);
    return { statusCode: 200 };
  },
};

function checkSize(message: Buffer): void {
  if (message.length <= maxMessageBytes) return;
  const description = `A message of ${message.length} bytes exceeds the limit (${maxMessageBytes} bytes).`;
  throw new BrokerError('amqp:link:message-size-exceeded', description);
}

function inboxOf({ entity }: Call): Inbox {
  if (entity.inbox) return entity.inbox;
  throw notAllowed(`Messages cannot be scheduled on '${entity.path}'.`);
}
