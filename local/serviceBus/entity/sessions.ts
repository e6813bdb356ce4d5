import type { Clock } from '../../clock.ts';
import { sessionCannotBeLocked, sessionLockLost } from '../errors.ts';
import { atInstant } from './atInstant.ts';
import { Lane } from './lane.ts';
import type { BrokerMessage } from './messageStore.ts';
import type { JournalRecord, Recorder } from './records.ts';

/** Who holds a session: told when the lock is lost. */
export interface SessionHolder {
  onLost(): void;
}

export interface SessionLock {
  readonly sessionId: string;
  readonly lane: Lane;
  readonly holder: SessionHolder;
  /** Lock tokens of the messages taken under it. */
  readonly tokens: Set<string>;
  lockedUntil: number;
}

interface Session {
  readonly id: string;
  readonly lane: Lane;
  state?: { bytes: Buffer; at: number };
  held?: { lock: SessionLock; cancelExpiry: () => void };
}

interface SessionRules {
  path: string;
  lockDurationMs: number;
  isAvailable(message: BrokerMessage): boolean;
  /** Called before a session can be taken again: gives back what was locked under it. */
  onRelease(lock: SessionLock, expired: boolean): void;
}

/** The sessions of one entity: who holds which, which are ready to be taken, who waits for the next. */
export class Sessions {
  readonly #rules: SessionRules;
  readonly #clock: Clock;
  readonly #recorder: Recorder;
  readonly #sessions = new Map<string, Session>();
  /** Sessions that nobody holds and that may have messages, longest ready first. */
  readonly #ready = new Set<Session>();
  readonly #acceptors = new Set<() => void>();

  constructor(rules: SessionRules, surroundings: { clock: Clock; recorder: Recorder }) {
    this.#rules = rules;
    this.#clock = surroundings.clock;
    this.#recorder = surroundings.recorder;
  }

  /** Makes a message available in its session. */
  add(sessionId: string, message: BrokerMessage): void {
    const session = this.#session(sessionId);
    session.lane.add(message);
    if (!session.held) this.#offer(session);
  }

  accept(sessionId: string, holder: SessionHolder): SessionLock {
    const session = this.#session(sessionId);
    if (session.held) throw sessionCannotBeLocked(sessionId);
    return this.#hold(session, holder);
  }

  /** The session that has been ready longest, or undefined. */
  acceptNext(holder: SessionHolder): SessionLock | undefined {
    for (const session of this.#ready) {
      if (session.lane.hasAny(this.#rules.isAvailable)) return this.#hold(session, holder);
      this.#ready.delete(session);
      this.#forgetIfEmpty(session);
    }
    return undefined;
  }

  /** Calls `wake` once, when a session is ready; returns the cancellation. */
  waitForNext(wake: () => void): () => void {
    this.#acceptors.add(wake);
    return () => this.#acceptors.delete(wake);
  }

  renew(sessionId: string, holder?: SessionHolder): number {
    const held = this.#held(sessionId, holder);
    held.cancelExpiry();
    held.lock.lockedUntil = this.#clock.now() + this.#rules.lockDurationMs;
    held.cancelExpiry = atInstant(this.#clock, held.lock.lockedUntil, () => this.#end(held.lock, true));
    return held.lock.lockedUntil;
  }

  /** The lock under which a session is held; an error where it is free or another's. */
  lockOf(sessionId: string, holder?: SessionHolder): SessionLock {
    return this.#held(sessionId, holder).lock;
  }

  release(lock: SessionLock): void {
    if (this.#sessions.get(lock.sessionId)?.held?.lock === lock) this.#end(lock, false);
  }

  state(sessionId: string, holder?: SessionHolder): Buffer | undefined {
    this.#held(sessionId, holder);
    return this.#sessions.get(sessionId)?.state?.bytes;
  }

  setState(sessionId: string, bytes: Buffer | undefined, holder?: SessionHolder): void {
    this.#held(sessionId, holder);
    const at = this.#clock.now();
    const state = bytes === undefined ? null : bytes.toString('base64');
    this.#recorder.append({ op: 'sessionState', entity: this.#rules.path, session: sessionId, state, at });
    this.restoreState(sessionId, state, at);
  }

  restoreState(sessionId: string, state: string | null, at: number): void {
    const session = this.#session(sessionId);
    if (state === null) delete session.state;
    else session.state = { bytes: Buffer.from(state, 'base64'), at };
  }

  /** Ids of the sessions with messages or, given an instant, of those whose state was set after it. */
  list(updatedAfter?: number): string[] {
    const wanted = (session: Session) =>
      updatedAfter === undefined
        ? session.lane.hasAny(this.#rules.isAvailable) || session.held !== undefined
        : (session.state?.at ?? Number.NEGATIVE_INFINITY) > updatedAfter;
    return [...this.#sessions.values()].filter(wanted).map(({ id }) => id);
  }

  *snapshot(): Iterable<JournalRecord> {
    for (const { id, state } of this.#sessions.values()) {
      if (!state) continue;
      const { bytes, at } = state;
      yield {
        op: 'sessionState',
        entity: this.#rules.path,
        session: id,
        state: bytes.toString('base64'),
        at,
      };
    }
  }

  #session(id: string): Session {
    let session = this.#sessions.get(id);
    if (!session) {
      session = { id, lane: new Lane() };
      this.#sessions.set(id, session);
    }
    return session;
  }

  #hold(session: Session, holder: SessionHolder): SessionLock {
    const lockedUntil = this.#clock.now() + this.#rules.lockDurationMs;
    const { id: sessionId, lane } = session;
    const lock: SessionLock = { sessionId, lane, holder, tokens: new Set(), lockedUntil };
    const cancelExpiry = atInstant(this.#clock, lockedUntil, () => this.#end(lock, true));
    session.held = { lock, cancelExpiry };
    this.#ready.delete(session);
    return lock;
  }

  #held(sessionId: string, holder: SessionHolder | undefined): NonNullable<Session['held']> {
    const held = this.#sessions.get(sessionId)?.held;
    if (!held || (holder && held.lock.holder !== holder)) throw sessionLockLost(sessionId);
    return held;
  }

  #end(lock: SessionLock, expired: boolean): void {
    const session = this.#session(lock.sessionId);
    session.held?.cancelExpiry();
    // The holder stops first: it must not be given again what comes back.
    if (expired) lock.holder.onLost();
    this.#rules.onRelease(lock, expired);
    delete session.held;
    if (session.lane.hasAny(this.#rules.isAvailable)) this.#offer(session);
    else this.#forgetIfEmpty(session);
  }

  #offer(session: Session): void {
    this.#ready.add(session);
    for (const wake of this.#acceptors) {
      if (!this.#ready.has(session)) return;
      this.#acceptors.delete(wake);
      wake();
    }
  }

  #forgetIfEmpty(session: Session): void {
    if (!session.held && !session.state) this.#sessions.delete(session.id);
  }
}
