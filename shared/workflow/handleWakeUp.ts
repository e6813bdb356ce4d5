import { definitionResourceId } from '../domain/ids.ts';
import { addMs, type Instant } from '../domain/instant.ts';
import { type AnyWakeUp, type ParsedWakeUp, wakeUpId } from '../domain/wakeUps.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { backOffMs, mostRetries } from './backOff.ts';
import type { LastLooks } from './lastLooks.ts';
import { LogConflict } from './log.ts';
import type { Settings } from './settings.ts';
import { step } from './step.ts';

/**
 * Handles one message of the queue `publications`. Returns when the message can be completed; throws only for defects
 * and when not even a retry could be scheduled. The delivery count is never the retry loop: it has no back-off.
 * `deliveryCount`: of this message, 1 at first, as Service Bus counts. `queued`: since when the message is in the queue, and
 * what this process looked at last.
 */
export async function handleWakeUp(
  ports: Ports,
  settings: Settings,
  parsed: ParsedWakeUp,
  deliveryCount = 1,
  queued?: { enqueuedAt: Instant; looks: LastLooks },
): Promise<void> {
  if (parsed.kind === 'invalid') {
    ports.log.error(`a message of the queue is not a wake-up and is dropped: ${parsed.reason}`);
    return;
  }
  if (parsed.kind === 'newer') {
    await postpone(ports, parsed.wakeUp, undefined);
    return;
  }
  const { wakeUp } = parsed;
  if (queued?.looks.isAnswered(wakeUp, queued.enqueuedAt)) return;
  const subject = wakeUp.definition ? definitionResourceId(wakeUp.definition) : wakeUp.key;
  try {
    const outcome = await step(ports, settings, wakeUp, deliveryCount);
    if (outcome.kind === 'unknown') ports.log.info(`nothing is known under ${wakeUp.key}: ${wakeUp.cause} is ignored`);
    if (outcome.kind === 'done') queued?.looks.note(wakeUp.key, outcome.lookedAt);
    if (outcome.kind === 'again') await postpone(ports, wakeUp, outcome.problem);
  } catch (error) {
    if (error instanceof LogConflict) {
      ports.log.info(`${error.message} changed during the step: it begins again`);
      await postpone(ports, wakeUp, undefined);
    } else if (error instanceof AdapterError) {
      ports.log.warn(`${subject}, ${wakeUp.cause}: ${error.message}`, { code: error.code, retryable: error.retryable });
      await postpone(ports, wakeUp, error);
    } else throw error;
  }
}

/** Schedules a copy with back-off. After the last one the sweep takes over: the open marker still stands. */
async function postpone(ports: Ports, wakeUp: AnyWakeUp, problem: AdapterError | undefined): Promise<void> {
  if (wakeUp.retry >= mostRetries) {
    ports.log.error(
      `given up after ${mostRetries} retries until the next sweep: ${problem?.message ?? 'log conflict'}`,
    );
    return;
  }
  const retry = wakeUp.retry + 1;
  const copy: AnyWakeUp = { ...wakeUp, retry };
  await ports.wakeUps.send(copy, wakeUpId(copy), addMs(ports.clock.now(), backOffMs(wakeUp.retry, problem)));
}
