import { randomUUID } from 'node:crypto';
import rhea, { type Message } from 'rhea';
import { acceptLink, terminusOf } from './attachLink.ts';
import type { LinkHandler } from './linkHandler.ts';
import type { RheaLink, RheaSession } from './rheaInternals.ts';

/** A link on which a client gets the answers to its requests; answers wait for credit. */
class ReplyLink implements LinkHandler {
  readonly #link: RheaLink;
  readonly #onClose: () => void;
  readonly #waiting: Message[] = [];
  #unwritten: number[] = [];

  constructor(link: RheaLink, onClose: () => void) {
    this.#link = link;
    this.#onClose = onClose;
  }

  send(message: Message): void {
    this.#waiting.push(message);
    this.flow();
  }

  flow(): void {
    const written = this.#link.session.outgoing.next_pending_delivery;
    this.#unwritten = this.#unwritten.filter((id) => id >= written);
    while (this.#link.credit > this.#unwritten.length) {
      const message = this.#waiting.shift();
      if (!message) return;
      this.#unwritten.push(this.#link.send(message).id);
    }
  }

  drain(): void {
    this.flow();
    this.#link.set_drained(true);
    this.#link.connection._register();
  }

  close(): void {
    this.#onClose();
  }
}

/** The reply links of one connection. */
export class ReplyLinks {
  readonly #links = new Map<ReplyLink, { names: Set<string>; node: string; session: RheaSession }>();

  /**
   * Opens a reply link. A request may refer to it by the link's target address, its name or, where the client asked
   * for a dynamic source, by the address made up here.
   */
  open(link: RheaLink): LinkHandler {
    const source = terminusOf(link, 'source');
    const target = terminusOf(link, 'target');
    if (source?.dynamic) link.set_source({ address: randomUUID(), dynamic: true });
    const { attach } = link.local;
    const made = source?.dynamic && attach.source ? rhea.types.unwrap(attach.source)?.[0] : undefined;
    const names = [attach.name, target?.address, made].filter((name) => typeof name === 'string');
    const reply = new ReplyLink(link, () => this.#links.delete(reply));
    this.#links.set(reply, { names: new Set(names), node: nodeOf(source?.address), session: link.session });
    acceptLink(link);
    return reply;
  }

  /** Sends an answer to the link that the request names, else to the one beside it; of several to the newest. */
  send(request: { replyTo: string | undefined; node: string; session: RheaSession }, message: Message): void {
    const all = [...this.#links].reverse();
    const named = all.filter(([, { names }]) => request.replyTo !== undefined && names.has(request.replyTo));
    const beside = all.filter(([, { node, session }]) => node === nodeOf(request.node) && session === request.session);
    const onNode = all.filter(([, { node }]) => node === nodeOf(request.node));
    const [found] = [...named, ...beside, ...onNode];
    found?.[0].send(message);
  }
}

function nodeOf(address: string | null | undefined): string {
  return (address ?? '').toLowerCase();
}
