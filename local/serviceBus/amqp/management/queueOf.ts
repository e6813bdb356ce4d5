import type { Queue } from '../../entity/queue.ts';
import type { Sessions } from '../../entity/sessions.ts';
import { notAllowed } from '../../errors.ts';
import type { Call } from './operation.ts';

/** The entity's queue, for operations that need something to receive from. */
export function queueOf({ entity }: Call): Queue {
  if (entity.queue) return entity.queue;
  throw notAllowed(`'${entity.path}' has no messages to receive.`);
}

/** The entity's sessions, for operations on them. */
export function sessionsOf(call: Call): Sessions {
  const { sessions } = queueOf(call);
  if (sessions) return sessions;
  throw notAllowed(`'${call.entity.path}' does not require sessions.`);
}
