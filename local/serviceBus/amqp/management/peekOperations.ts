import { z } from 'zod';
import type { BrokerMessage } from '../../entity/messageStore.ts';
import { stampedMessage } from '../stampedMessage.ts';
import type { Operation } from './operation.ts';
import { queueOf } from './queueOf.ts';
import { fields, parseBody } from './requestFields.ts';

const peekSchema = z.object({
  'from-sequence-number': fields.long,
  'message-count': z.number(),
  'session-id': fields.sessionId.nullish(),
});

export const peekOperations: Record<string, Operation> = {
  'com.microsoft:peek-message': (call) => {
    const request = parseBody(peekSchema, call.body);
    const session = request['session-id'] ?? undefined;
    const messages: { message: Buffer }[] = [];
    for (const message of queueOf(call).store.all()) {
      if (messages.length >= request['message-count']) break;
      if (message.sequenceNumber < request['from-sequence-number'] || !isIn(session, message)) continue;
      messages.push({ message: stampedMessage(message) });
    }
    return messages.length > 0 ? { statusCode: 200, body: { messages } } : { statusCode: 204, body: { messages } };
  },
};

function isIn(session: string | undefined, message: BrokerMessage): boolean {
  return session === undefined || message.content.sessionId === session;
}
