import rhea, { type Typed } from 'rhea';
import type { Clock } from '../../clock.ts';
import { maxMessageBytes } from '../entity/acceptance.ts';
import type { Queue } from '../entity/queue.ts';
import type { Recorder } from '../entity/records.ts';
import type { SessionLock, Sessions } from '../entity/sessions.ts';
import { BrokerError, notAllowed } from '../errors.ts';
import { acceptLink, refuseLink, terminusOf } from './attachLink.ts';
import type { LinkHandler } from './linkHandler.ts';
import { entriesOf } from './outcomeDetails.ts';
import { OutgoingLink } from './outgoingLink.ts';
import type { RheaLink, Terminus } from './rheaInternals.ts';

const sessionFilter = 'com.microsoft:session-filter';
const filterIndex = 7;
const defaultSessionWaitMs = 60_000;
const ticksPerMs = 10_000;
/** .NET counts from the year 1. */
const ticksAtUnixEpoch = 621_355_968_000_000_000n;

/** Opens a link on which a client receives: plainly, from a named session, or from the next session that is ready. */
export function openOutgoingLink(link: RheaLink, queue: Queue, clock: Clock, recorder: Recorder): LinkHandler {
  const source = terminusOf(link, 'source');
  const filter = source ? new Map(entriesOf(source.value[filterIndex])).get(sessionFilter) : undefined;
  link.local.attach.max_message_size = maxMessageBytes;
  if (!filter || !source) return openPlain(link, queue, recorder);
  if (!queue.sessions) {
    throw notAllowed(
      'A sessionful message receiver cannot be created on an entity that does not require sessions. Ensure ' +
        'RequiresSession is set to true when creating a Queue or Subscription to enable sessionful behavior.',
    );
  }
  const handler = new OutgoingLink(link, queue, recorder);
  const start = (lock: SessionLock) => {
    link.local.attach.source = withSession(source, lock.sessionId);
    acceptLink(link, { 'com.microsoft:locked-until-utc': ticksOf(lock.lockedUntil) });
    handler.start(lock);
  };
  if (typeof filter.value === 'string') {
    start(queue.sessions.accept(filter.value, handler));
    return handler;
  }
  handler.waitUntilStarted(waitForNextSession(link, queue.sessions, handler, start, clock));
  return handler;
}

/** Answers the attach when a session is ready, or refuses it when the client's time is up; returns the cancellation. */
function waitForNextSession(
  link: RheaLink,
  sessions: Sessions,
  handler: OutgoingLink,
  start: (lock: SessionLock) => void,
  clock: Clock,
): () => void {
  const ready = sessions.acceptNext(handler);
  if (ready) {
    start(ready);
    return () => {};
  }
  let refused = false;
  let cancelWait = sessions.waitForNext(retry);
  const cancelTimeout = clock.after(timeoutOf(link), () => {
    refused = true;
    cancelWait();
    const description = 'The operation did not complete within the allotted time: no session has messages.';
    refuseLink(link, new BrokerError('com.microsoft:timeout', description));
  });
  function retry(): void {
    const lock = sessions.acceptNext(handler);
    if (!lock) {
      cancelWait = sessions.waitForNext(retry);
      return;
    }
    cancelTimeout();
    start(lock);
  }
  return () => {
    cancelWait();
    cancelTimeout();
    // The client gave up first: even so an attach has to be answered before the detach. A refusal has answered it.
    if (!refused) link.attach();
  };
}

function timeoutOf(link: RheaLink): number {
  const timeout = Number(link.remote.attach.properties?.['com.microsoft:timeout']);
  return timeout > 0 ? timeout : defaultSessionWaitMs;
}

/** The client's source with the accepted session in the place, and in the form, of its filter. */
function withSession(source: Terminus, sessionId: string): Typed {
  const filters = source.value[filterIndex];
  const entries = entriesOf(filters).flatMap(([name, value]) => {
    const accepted: Typed = rhea.types.wrap_string(sessionId);
    if (value.descriptor !== undefined) accepted.descriptor = value.descriptor;
    return [rhea.types.wrap_symbol(name), name === sessionFilter ? accepted : value];
  });
  const value = [...source.value];
  if (filters) value[filterIndex] = Object.assign(Object.create(filters) as Typed, { value: entries });
  return Object.assign(Object.create(source) as Terminus, { value }).described();
}

function ticksOf(instant: number): Typed {
  const ticks = BigInt(instant) * BigInt(ticksPerMs) + ticksAtUnixEpoch;
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(ticks);
  return rhea.types.wrap_long(bytes);
}

function openPlain(link: RheaLink, queue: Queue, recorder: Recorder): LinkHandler {
  if (queue.sessions) {
    throw notAllowed(
      'It is not possible for an entity that requires sessions to create a non-sessionful message receiver.',
    );
  }
  const handler = new OutgoingLink(link, queue, recorder);
  acceptLink(link);
  handler.start();
  return handler;
}
