import { AdapterError } from '../errors.ts';
import { type ErrorHints, toAdapterError } from './toAdapterError.ts';

/** No call outlasts this, whatever an SDK's own retries and timeouts add up to; a step plans with 30 seconds. */
const deadlineMs = 28_000;

/**
 * Runs one call of an SDK under the deadline, and turns what Azure refuses into an AdapterError. The race is for calls
 * that do not listen to their signal: an AMQP link that never opens would else hold the session's lock for ever.
 */
export async function callAzure<T>(
  action: string,
  call: (abortSignal: AbortSignal) => Promise<T>,
  hints: ErrorHints = {},
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort();
      reject(
        new AdapterError(`${action}: no answer in ${deadlineMs / 1000} seconds`, { code: 'Timeout', retryable: true }),
      );
    }, deadlineMs);
  });
  const answer = call(controller.signal);
  answer.catch(() => {}); // a call that loses the race still ends one day, and nobody waits for it
  try {
    return await Promise.race([answer, deadline]);
  } catch (error) {
    throw toAdapterError(action, error, hints);
  } finally {
    clearTimeout(timer);
  }
}
