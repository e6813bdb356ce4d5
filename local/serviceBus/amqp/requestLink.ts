import rhea, { type Message } from 'rhea';
import type { Recorder } from '../entity/records.ts';
import { BrokerError } from '../errors.ts';
import { answer } from './answer.ts';
import { acceptLink } from './attachLink.ts';
import type { LinkHandler } from './linkHandler.ts';
import type { ReplyLinks } from './replyLinks.ts';
import type { OpenDelivery, RheaLink } from './rheaInternals.ts';

export interface Request {
  operation: string;
  properties: Record<string, unknown>;
  body: unknown;
}

export interface Response {
  statusCode: number;
  statusDescription?: string;
  body?: unknown;
}

type Reply = Response & { condition?: string };
type Handle = (request: Request) => Reply | Promise<Reply>;

/** A link on which a client sends requests to a node; every request gets one answer, an error too. */
export class RequestLink implements LinkHandler {
  readonly #link: RheaLink;
  readonly #node: string;
  readonly #replies: ReplyLinks;
  readonly #recorder: Recorder;
  readonly #handle: Handle;

  constructor(link: RheaLink, node: string, parts: { replies: ReplyLinks; recorder: Recorder; handle: Handle }) {
    this.#link = link;
    this.#node = node;
    this.#replies = parts.replies;
    this.#recorder = parts.recorder;
    this.#handle = parts.handle;
    acceptLink(link);
  }

  message(encoded: Buffer, _format: number, delivery: OpenDelivery): void {
    const message = rhea.message.decode(encoded) as unknown as Message;
    const response = this.#respond(message);
    if (response instanceof Promise) void response.then((late) => this.#answer(message, late, delivery));
    else this.#answer(message, response, delivery);
  }

  close(): void {}

  #answer(message: Message, response: Reply, delivery: OpenDelivery): void {
    this.#recorder.whenDurable(() => {
      answer(delivery);
      const request = { replyTo: message.reply_to, node: this.#node, session: this.#link.session };
      // rhea writes transfers before dispositions, and uamqp crashes when the reply overtakes the settlement.
      setImmediate(() => this.#replies.send(request, replyOf(message, response)));
    });
  }

  #respond(message: Message): Reply | Promise<Reply> {
    try {
      const properties: Record<string, unknown> = message.application_properties ?? {};
      return this.#handle({ operation: String(properties.operation ?? ''), properties, body: message.body });
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      const { statusCode, message: statusDescription, condition } = error;
      return { statusCode, statusDescription, condition };
    }
  }
}

/** Libraries look for the status under either spelling: `$cbs` and `$management` differ in the service. */
function replyOf(request: Message, response: Reply): Message {
  const { wrap_int, wrap_symbol } = rhea.types;
  const description = response.statusDescription ?? 'OK';
  return {
    ...(request.message_id !== undefined && { correlation_id: request.message_id }),
    application_properties: {
      statusCode: wrap_int(response.statusCode),
      statusDescription: description,
      'status-code': wrap_int(response.statusCode),
      'status-description': description,
      ...(response.condition !== undefined && {
        errorCondition: wrap_symbol(response.condition),
        'error-condition': wrap_symbol(response.condition),
      }),
    },
    body: response.body ?? null,
  };
}
