import { tagOfToken, tokenFromTag } from '../codec/lockToken.ts';
import type { Queue } from '../entity/queue.ts';
import type { Recorder } from '../entity/records.ts';
import type { SessionHolder, SessionLock } from '../entity/sessions.ts';
import { BrokerError, sessionLockLost } from '../errors.ts';
import { amqpError, answer, forget } from './answer.ts';
import type { LinkHandler, OutcomeKind } from './linkHandler.ts';
import { deadLetterDetails, modifiedProperties } from './outcomeDetails.ts';
import type { OpenDelivery, RemoteOutcome, RheaLink } from './rheaInternals.ts';
import { stampedMessage } from './stampedMessage.ts';

/** A link on which a client receives. It asks the queue for messages as long as the client has granted credit. */
export class OutgoingLink implements LinkHandler, SessionHolder {
  readonly #link: RheaLink;
  readonly #queue: Queue;
  readonly #recorder: Recorder;
  readonly #open = new Set<OpenDelivery>();
  #session: SessionLock | undefined;
  #started = false;
  /** Delivery ids that rhea has taken but not written: it lowers the credit only as it writes. */
  #unwritten: number[] = [];
  /** Messages removed for a receive-and-delete client that wait for the removal to be durable. */
  #removing = 0;
  #draining = false;
  #cancelWait = () => {};

  constructor(link: RheaLink, queue: Queue, recorder: Recorder) {
    this.#link = link;
    this.#queue = queue;
    this.#recorder = recorder;
  }

  /** The wire name, by which management requests refer to this link. */
  get name(): string {
    return this.#link.local.attach.name;
  }

  /** Takes the cancellation of what must come before the start. */
  waitUntilStarted(cancel: () => void): void {
    if (!this.#started) this.#cancelWait = cancel;
  }

  /** Begins to deliver, once the attach is answered. */
  start(session?: SessionLock): void {
    this.#session = session;
    this.#started = true;
    this.#cancelWait = () => {};
    this.#pump();
  }

  flow(): void {
    this.#pump();
    if (this.#draining) this.#drainSoon();
  }

  drain(): void {
    this.#draining = true;
    this.#pump();
    this.#drainSoon();
  }

  outcome(kind: OutcomeKind, delivery: OpenDelivery): void {
    try {
      this.#settle(kind, tokenFromTag(tagBytes(delivery)), delivery.remote_state as unknown as RemoteOutcome);
      this.#recorder.whenDurable(() => this.#answer(delivery));
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      this.#answer(delivery, error);
    }
  }

  /** Settled without an outcome: the client does not want the message. */
  settled(delivery: OpenDelivery): void {
    const token = tokenFromTag(tagBytes(delivery));
    if (this.#queue.holds(token)) this.#queue.abandon(token);
    this.#open.delete(delivery);
  }

  onLost(): void {
    this.#stop();
    this.#link.close(amqpError(sessionLockLost(this.#session?.sessionId ?? '')));
  }

  /** Message locks outlive the link, as those of the service do; a session is given back at once. */
  close(): void {
    this.#stop();
    if (this.#session) this.#queue.sessions?.release(this.#session);
  }

  #stop(): void {
    this.#started = false;
    this.#cancelWait();
    this.#cancelWait = () => {};
    for (const delivery of this.#open) forget(delivery);
    this.#open.clear();
  }

  #pump(): void {
    if (!this.#started) return;
    this.#cancelWait();
    while (this.#credit() > 0) {
      if (this.#deliverNext()) continue;
      this.#cancelWait = this.#queue.wait(this.#session, () => this.#pump());
      return;
    }
  }

  #credit(): number {
    const { outgoing } = this.#link.session;
    this.#unwritten = this.#unwritten.filter((id) => id >= outgoing.next_pending_delivery);
    return Math.min(this.#link.credit, outgoing.available()) - this.#unwritten.length - this.#removing;
  }

  #deliverNext(): boolean {
    if (this.#link.local.attach.snd_settle_mode === 1) return this.#deliverAndForget();
    const locked = this.#queue.take(this.#session);
    if (!locked) return false;
    const delivery = this.#send(stampedMessage(locked.message, locked), tagOfToken(locked.token));
    this.#open.add(delivery);
    return true;
  }

  /** Receive and delete: at most once, so the message is gone from the file before it is on the wire. */
  #deliverAndForget(): boolean {
    const message = this.#queue.takeAndRemove(this.#session);
    if (!message) return false;
    this.#removing += 1;
    this.#recorder.whenDurable(() => {
      this.#removing -= 1;
      if (this.#started) this.#send(stampedMessage(message), Buffer.from(String(message.sequenceNumber)));
    });
    return true;
  }

  #send(encoded: Buffer, tag: Buffer): OpenDelivery {
    const delivery = this.#link.send(encoded, tag, 0) as unknown as OpenDelivery;
    this.#unwritten.push(delivery.id);
    return delivery;
  }

  /** Gives the rest of the credit back as soon as everything sent is on the wire: what waits still needs its credit. */
  #drainSoon(): void {
    setImmediate(() => {
      if (!this.#draining || !this.#started) return;
      this.#credit();
      if (this.#unwritten.length > 0) return;
      if (this.#removing > 0) return this.#drainSoon();
      this.#draining = false;
      this.#cancelWait();
      this.#link.set_drained(true);
      this.#link.connection._register();
    });
  }

  #settle(kind: OutcomeKind, token: string, outcome: RemoteOutcome): void {
    switch (kind) {
      case 'accepted':
        this.#queue.complete(token);
        break;
      case 'released':
        this.#queue.release(token);
        break;
      case 'rejected': {
        const { reason, description, changes } = deadLetterDetails(outcome);
        this.#queue.deadLetter(token, reason, description, changes);
        break;
      }
      case 'modified':
        if (outcome.undeliverable_here) this.#queue.defer(token, modifiedProperties(outcome));
        else this.#queue.abandon(token, modifiedProperties(outcome));
    }
  }

  #answer(delivery: OpenDelivery, error?: BrokerError): void {
    this.#open.delete(delivery);
    answer(delivery, error);
  }
}

function tagBytes(delivery: OpenDelivery): Buffer {
  return Buffer.isBuffer(delivery.tag) ? delivery.tag : Buffer.from(delivery.tag);
}
