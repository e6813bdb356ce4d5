import rhea, { type Typed } from 'rhea';
import { uuidOfToken } from '../codec/lockToken.ts';
import type { BrokerMessage } from '../entity/messageStore.ts';

const { types } = rhea;
const states = { active: 0, deferred: 1, scheduled: 2 };
const maxUint = 0xffffffff;

/** A message as a receiver gets it: with the numbers and instants that the service adds. */
export function stampedMessage(message: BrokerMessage, lock?: { token: string; lockedUntil: number }): Buffer {
  const annotations: Record<string, Typed> = {
    'x-opt-enqueued-time': types.wrap_timestamp(message.enqueuedAt),
    'x-opt-sequence-number': types.wrap_long(message.sequenceNumber),
    'x-opt-enqueue-sequence-number': types.wrap_long(message.originalNumber),
    'x-opt-message-state': types.wrap_int(states[message.state]),
  };
  if (lock) annotations['x-opt-locked-until'] = types.wrap_timestamp(lock.lockedUntil);
  if (message.deadLetterSource !== undefined) {
    annotations['x-opt-deadletter-source'] = types.wrap_string(message.deadLetterSource);
  }
  const timeToLive = message.expiresAt === undefined ? undefined : message.expiresAt - message.enqueuedAt;
  return message.content.encodeStamped({
    timeToLive: timeToLive !== undefined && timeToLive <= maxUint ? timeToLive : message.content.timeToLive,
    deliveryCount: message.deliveryCount,
    expiresAt: message.expiresAt,
    annotations,
    // Where no delivery tag comes with the message, some libraries look for the token here.
    deliveryAnnotations: lock ? { 'x-opt-lock-token': types.wrap_uuid(uuidOfToken(lock.token)) } : {},
  });
}
