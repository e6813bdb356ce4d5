import type { Connection, Container, EventContext, Session } from 'rhea';
import type { Clock } from '../../clock.ts';
import type { Access, Right, Rights } from '../access/access.ts';
import type { Recorder } from '../entity/records.ts';
import { BrokerError, notAllowed } from '../errors.ts';
import type { Entity, Namespace } from '../namespace.ts';
import { adaptSession } from './adaptSession.ts';
import { refuseLink, terminusOf } from './attachLink.ts';
import { putToken } from './cbs.ts';
import { IncomingLink } from './incomingLink.ts';
import type { LinkHandler, OutcomeKind } from './linkHandler.ts';
import { manage } from './management/manage.ts';
import { openOutgoingLink } from './openOutgoingLink.ts';
import { OutgoingLink } from './outgoingLink.ts';
import { ReplyLinks } from './replyLinks.ts';
import { RequestLink } from './requestLink.ts';
import type { OpenDelivery, RheaLink, RheaSession } from './rheaInternals.ts';
import { tolerateLateFrames } from './tolerateLateFrames.ts';

interface Surroundings {
  namespace: Namespace;
  access: Access;
  clock: Clock;
  recorder: Recorder;
  log: (line: string) => void;
}

/** Opens a handler for every link that a client attaches, and passes on to it what happens there. */
export function serveLinks(container: Container, surroundings: Surroundings): void {
  const connections = new WeakMap<Connection, ConnectionLinks>();
  const linksOf = ({ connection }: EventContext) => {
    const links = connections.get(connection) ?? new ConnectionLinks(surroundings, isEncrypted(connection));
    connections.set(connection, links);
    return links;
  };
  const onLink = (event: string, action: (handler: LinkHandler, context: EventContext) => void) =>
    container.on(event, (context: EventContext) => {
      const handler = linksOf(context).handlerOf(context.sender ?? context.receiver);
      if (handler) action(handler, context);
    });

  container.on('connection_open', ({ connection }: EventContext) => tolerateLateFrames(connection));
  container.on('session_open', ({ session }: EventContext) => adaptSession(session as unknown as RheaSession));
  container.on('sender_open', (context: EventContext) => linksOf(context).attach(context.sender));
  container.on('receiver_open', (context: EventContext) => linksOf(context).attach(context.receiver));
  onLink('message', (handler, context) => {
    const { message, format, delivery } = context as EventContext & { format: number };
    handler.message?.(message as unknown as Buffer, format, delivery as unknown as OpenDelivery);
  });
  onLink('sender_flow', (handler) => handler.flow?.());
  onLink('sender_draining', (handler) => handler.drain?.());
  for (const kind of ['accepted', 'rejected', 'released', 'modified'] satisfies OutcomeKind[]) {
    onLink(kind, (handler, { delivery }) => handler.outcome?.(kind, delivery as unknown as OpenDelivery));
  }
  onLink('settled', (handler, { delivery }) => handler.settled?.(delivery as unknown as OpenDelivery));
  container.on('session_flow', (context: EventContext) => linksOf(context).flow(context.session));
  for (const event of ['sender_close', 'receiver_close']) {
    container.on(event, (context: EventContext) => linksOf(context).closeLink(context.sender ?? context.receiver));
  }
  container.on('session_close', (context: EventContext) => linksOf(context).closeAll(context.session));
  container.on('connection_close', (context: EventContext) => linksOf(context).closeAll());
  container.on('disconnected', (context: EventContext) => linksOf(context).closeAll());
  // Errors of the other side are events of their own kind; without a listener each would end the process.
  for (const event of ['sender_error', 'receiver_error', 'session_error', 'connection_error']) {
    container.on(event, () => {});
  }
  for (const event of ['error', 'protocol_error']) {
    container.on(event, (error: Error) => surroundings.log(`connection dropped: ${error.message}`));
  }
}

/** The links of one connection. */
class ConnectionLinks {
  readonly #surroundings: Surroundings;
  readonly #handlers = new Map<unknown, { handler: LinkHandler; session: unknown }>();
  readonly #replies = new ReplyLinks();
  #rights: Rights;

  constructor(surroundings: Surroundings, encrypted: boolean) {
    this.#surroundings = surroundings;
    this.#rights = surroundings.access.withoutToken(encrypted);
  }

  handlerOf(link: unknown): LinkHandler | undefined {
    return this.#handlers.get(link)?.handler;
  }

  attach(opened: unknown): void {
    const link = opened as RheaLink;
    try {
      const handler = link.is_receiver() ? this.#openIncoming(link) : this.#openOutgoing(link);
      this.#handlers.set(link, { handler, session: link.session });
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      this.#surroundings.log(`link '${link.local.attach.name}' refused: ${error.message}`);
      refuseLink(link, error);
    }
  }

  flow(session: Session | undefined): void {
    for (const entry of this.#handlers.values()) if (entry.session === session) entry.handler.flow?.();
  }

  closeLink(link: unknown): void {
    const handler = this.handlerOf(link);
    this.#handlers.delete(link);
    handler?.close();
  }

  /** Closes all links, or those of one AMQP session. */
  closeAll(session?: Session): void {
    for (const [link, entry] of this.#handlers) if (!session || entry.session === session) this.closeLink(link);
  }

  #openIncoming(link: RheaLink): LinkHandler {
    const { namespace, access, recorder } = this.#surroundings;
    const address = terminusOf(link, 'target')?.address;
    if (!address)
      throw new BrokerError('amqp:not-implemented', 'Transactions and anonymous targets are not supported.');
    const parts = { replies: this.#replies, recorder };
    if (isNode(address, '$cbs')) {
      const onRights = (rights: Rights) => {
        this.#rights = rights;
      };
      return new RequestLink(link, address, { ...parts, handle: (request) => putToken(request, access, onRights) });
    }
    const managed = managedEntity(address);
    if (managed !== undefined) {
      const entity = namespace.find(managed);
      this.#require(entity, 'Listen', 'Send');
      const holderNamed = (name: string) => this.#holderNamed(name);
      return new RequestLink(link, address, { ...parts, handle: (request) => manage(entity, request, holderNamed) });
    }
    const entity = namespace.find(address);
    this.#require(entity, 'Send');
    const { inbox, path } = entity;
    if (!inbox) throw notAllowed(`Messages cannot be sent to '${path}'.`);
    return new IncomingLink(link, inbox, recorder);
  }

  #openOutgoing(link: RheaLink): LinkHandler {
    const { namespace, clock, recorder } = this.#surroundings;
    const source = terminusOf(link, 'source');
    const address = source?.address;
    if (source?.dynamic) return this.#replies.open(link);
    if (!address) throw new BrokerError('amqp:invalid-field', 'A receiver needs a source address.');
    const managed = managedEntity(address);
    if (managed !== undefined) namespace.find(managed);
    if (managed !== undefined || isNode(address, '$cbs')) return this.#replies.open(link);
    const entity = namespace.find(address);
    this.#require(entity, 'Listen');
    const { queue, path } = entity;
    if (!queue) throw notAllowed(`Messages cannot be received from '${path}'; receive from one of its subscriptions.`);
    return openOutgoingLink(link, queue, clock, recorder);
  }

  /** One of the rights is enough. */
  #require(entity: Entity, ...rights: Right[]): void {
    if (rights.some((right) => this.#rights(entity, right))) return;
    const wanted = rights.map((right) => `'${right}'`).join(' or ');
    const description = `Unauthorized access. ${wanted} claim(s) are required to perform this operation. Resource: '${entity.path}'.`;
    throw new BrokerError('amqp:unauthorized-access', description);
  }

  #holderNamed(name: string): OutgoingLink | undefined {
    for (const { handler } of this.#handlers.values()) {
      if (handler instanceof OutgoingLink && handler.name === name) return handler;
    }
    return undefined;
  }
}

function isEncrypted(connection: Connection): boolean {
  return (connection as unknown as { socket?: { encrypted?: boolean } }).socket?.encrypted === true;
}

function isNode(address: string, name: string): boolean {
  return address.replace(/^.*\//, '').toLowerCase() === name;
}

function managedEntity(address: string): string | undefined {
  return /^(.*)\/\$management$/i.exec(address)?.[1];
}
