import rhea from 'rhea';
import { z } from 'zod';
import { tokenFromUuid, uuidOfToken } from '../../codec/lockToken.ts';
import type { PropertyChanges, Queue } from '../../entity/queue.ts';
import { argumentError, sessionLockLost } from '../../errors.ts';
import { stampedMessage } from '../stampedMessage.ts';
import type { Operation } from './operation.ts';
import { queueOf } from './queueOf.ts';
import { fields, parseBody } from './requestFields.ts';

const receiveSchema = z.object({
  'sequence-numbers': fields.sequenceNumbers,
  'receiver-settle-mode': z.number().default(1),
  'session-id': fields.sessionId.nullish(),
});

const dispositionSchema = z.object({
  'disposition-status': z.string(),
  'lock-tokens': fields.lockTokens,
  'deadletter-reason': z.string().nullish(),
  'deadletter-description': z.string().nullish(),
  'properties-to-modify': z.record(z.string(), z.unknown()).nullish(),
});

export const deferredOperations: Record<string, Operation> = {
  'com.microsoft:receive-by-sequence-number': (call) => {
    const request = parseBody(receiveSchema, call.body);
    const queue = queueOf(call);
    const numbers = request['sequence-numbers'];
    const sessionId = request['session-id'] ?? undefined;
    if (queue.sessions && sessionId === undefined) throw sessionLockLost('');
    const session = sessionId === undefined ? undefined : queue.sessions?.lockOf(sessionId, call.holder);
    const messages =
      request['receiver-settle-mode'] === 0
        ? queue.takeAndRemoveDeferred(numbers).map((message) => ({ message: stampedMessage(message) }))
        : queue.takeDeferred(numbers, session).map((locked) => ({
            'lock-token': rhea.types.wrap_uuid(uuidOfToken(locked.token)),
            message: stampedMessage(locked.message, locked),
          }));
    return { statusCode: 200, body: { messages } };
  },
  'com.microsoft:update-disposition': (call) => {
    const request = parseBody(dispositionSchema, call.body);
    const settle = settlements[request['disposition-status']];
    if (!settle) throw argumentError(`Unknown disposition status '${request['disposition-status']}'.`);
    const changes = Object.entries(request['properties-to-modify'] ?? {});
    const details: Details = {
      reason: request['deadletter-reason'] ?? undefined,
      description: request['deadletter-description'] ?? undefined,
      changes: changes.map(([name, value]) => [name, rhea.types.wrap(value)]),
    };
    for (const token of request['lock-tokens'].map(tokenFromUuid)) settle(queueOf(call), token, details);
    return { statusCode: 200 };
  },
};

interface Details {
  reason: string | undefined;
  description: string | undefined;
  changes: PropertyChanges;
}

const abandon = (queue: Queue, token: string, { changes }: Details) => queue.abandon(token, changes);
const defer = (queue: Queue, token: string, { changes }: Details) => queue.defer(token, changes);

/** By the names on the wire; the service's own spelling of "deferred" has one r. */
const settlements: Record<string, (queue: Queue, token: string, details: Details) => void> = {
  completed: (queue, token) => queue.complete(token),
  abandoned: abandon,
  defered: defer,
  deferred: defer,
  suspended: (queue, token, { reason, description, changes }) => queue.deadLetter(token, reason, description, changes),
};
