import { Content } from '../codec/content.ts';
import { splitBatch } from '../codec/splitBatch.ts';
import { maxMessageBytes } from '../entity/acceptance.ts';
import type { Inbox } from '../entity/inbox.ts';
import type { Recorder } from '../entity/records.ts';
import { BrokerError } from '../errors.ts';
import { amqpError, answer } from './answer.ts';
import { acceptLink } from './attachLink.ts';
import type { LinkHandler } from './linkHandler.ts';
import type { OpenDelivery, RheaLink } from './rheaInternals.ts';

/** Message format of a transfer that carries many messages, each as one data section. */
const batchFormat = 0x80013700;

/** A link on which a client sends to a queue or topic. */
export class IncomingLink implements LinkHandler {
  readonly #link: RheaLink;
  readonly #inbox: Inbox;
  readonly #recorder: Recorder;
  #closed = false;

  constructor(link: RheaLink, inbox: Inbox, recorder: Recorder) {
    this.#link = link;
    this.#inbox = inbox;
    this.#recorder = recorder;
    link.local.attach.max_message_size = maxMessageBytes;
    acceptLink(link);
  }

  message(encoded: Buffer, format: number, delivery: OpenDelivery): void {
    // What was on its way when the link was closed is not taken: its sender will send it again.
    if (this.#closed) return;
    if (encoded.length > maxMessageBytes) this.#closeTooLarge(encoded.length, delivery);
    else this.#take(format === batchFormat ? splitBatch : (single) => [single], encoded, delivery);
  }

  close(): void {}

  #take(split: (encoded: Buffer) => Buffer[], encoded: Buffer, delivery: OpenDelivery): void {
    try {
      this.#inbox.send(split(encoded).map(Content.decode));
      this.#recorder.whenDurable(() => answer(delivery));
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      answer(delivery, error);
    }
  }

  #closeTooLarge(size: number, delivery: OpenDelivery): void {
    const description =
      `The received message (delivery-id:${delivery.id}, size:${size} bytes) exceeds the limit ` +
      `(${maxMessageBytes} bytes) currently allowed on the link.`;
    this.#closed = true;
    this.#link.close(amqpError(new BrokerError('amqp:link:message-size-exceeded', description)));
  }
}
