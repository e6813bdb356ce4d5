import type { InvocationContext } from '@azure/functions';
import type { Log } from '../shared/ports.ts';
import { redact } from '../shared/redact.ts';

/** Log lines of one invocation, so that the platform joins them to it. No secret gets past here. */
export function invocationLog(context: InvocationContext): Log {
  const line = (message: string, fields: Record<string, unknown> | undefined) =>
    redact(fields === undefined ? message : `${message} ${JSON.stringify(fields)}`);
  return {
    info: (message, fields) => context.info(line(message, fields)),
    warn: (message, fields) => context.warn(line(message, fields)),
    error: (message, fields) => context.error(line(message, fields)),
  };
}
