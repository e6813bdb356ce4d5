/** A refusal, with the AMQP condition and, for management replies, the status code that the service uses for it. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  readonly condition: string;

  constructor(condition: string, description: string) {
    super(description);
    this.condition = condition;
  }

  get statusCode(): number {
    return statusCodes[this.condition] ?? 500;
  }
}

const statusCodes: Record<string, number> = {
  'amqp:not-found': 404,
  'amqp:not-allowed': 400,
  'amqp:unauthenticated': 401,
  'amqp:unauthorized-access': 401,
  'com.microsoft:server-busy': 503,
  'amqp:not-implemented': 501,
  'amqp:decode-error': 400,
  'amqp:link:message-size-exceeded': 403,
  'com.microsoft:argument-error': 400,
  'com.microsoft:argument-out-of-range': 400,
  'com.microsoft:entity-already-exists': 409,
  'com.microsoft:message-lock-lost': 410,
  'com.microsoft:session-lock-lost': 410,
  'com.microsoft:session-cannot-be-locked': 410,
  'com.microsoft:message-not-found': 404,
  'com.microsoft:timeout': 408,
};

export const messageLockLost = () =>
  new BrokerError(
    'com.microsoft:message-lock-lost',
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
  );

export const sessionLockLost = (sessionId: string) =>
  new BrokerError(
    'com.microsoft:session-lock-lost',
    `The session lock was lost. Request a new session receiver. Session: '${sessionId}'.`,
  );

export const sessionCannotBeLocked = (sessionId: string) =>
  new BrokerError(
    'com.microsoft:session-cannot-be-locked',
    `The requested session '${sessionId}' cannot be accepted. It may be locked by another receiver.`,
  );

export const argumentError = (description: string) => new BrokerError('com.microsoft:argument-error', description);

export const notAllowed = (description: string) => new BrokerError('amqp:not-allowed', description);
