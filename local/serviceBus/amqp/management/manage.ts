import type { SessionHolder } from '../../entity/sessions.ts';
import { BrokerError } from '../../errors.ts';
import type { Entity } from '../../namespace.ts';
import type { Request, Response } from '../requestLink.ts';
import { deferredOperations } from './deferredOperations.ts';
import { lockOperations } from './lockOperations.ts';
import type { Operation } from './operation.ts';
import { peekOperations } from './peekOperations.ts';
import { ruleOperations } from './ruleOperations.ts';
import { scheduleOperations } from './scheduleOperations.ts';
import { sessionOperations } from './sessionOperations.ts';

const operations: Record<string, Operation> = {
  ...scheduleOperations,
  ...peekOperations,
  ...lockOperations,
  ...sessionOperations,
  ...deferredOperations,
  ...ruleOperations,
};

/** Answers a request to an entity's management node. */
export function manage(
  entity: Entity,
  { operation, properties, body }: Request,
  holderNamed: (name: string) => SessionHolder | undefined,
): Response {
  const run = operations[operation];
  if (!run) throw new BrokerError('amqp:not-implemented', `The operation '${operation}' is not supported.`);
  const name = properties['associated-link-name'];
  return run({ entity, body, holder: typeof name === 'string' ? holderNamed(name) : undefined });
}
