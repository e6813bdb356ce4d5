import { once } from 'node:events';
import rhea, { type Connection, type EventContext, type Message, type Receiver, type Sender } from 'rhea';

/** A connection of plain rhea, a client that knows nothing of Service Bus. */
export async function connect(port: number, options: object = {}): Promise<Connection> {
  const container = rhea.create_container();
  for (const event of ['error', 'disconnected']) container.on(event, () => {});
  const connection = container.connect({ host: 'localhost', port, username: 'any', reconnect: false, ...options });
  await once(connection, 'connection_open');
  return connection;
}

/** Opens a link, or rejects with the error with which the broker refuses it. */
export async function openSender(connection: Connection, options: object): Promise<Sender> {
  const sender = connection.open_sender(options);
  await opened(sender, 'sender');
  return sender;
}

export async function openReceiver(connection: Connection, options: object): Promise<Receiver> {
  const receiver = connection.open_receiver({ credit_window: 0, autoaccept: false, ...options });
  await opened(receiver, 'receiver');
  return receiver;
}

async function opened(link: Sender | Receiver, role: 'sender' | 'receiver'): Promise<void> {
  const failed = once(link, `${role}_error`).then(() => {
    throw link.error;
  });
  failed.catch(() => {});
  await Promise.race([once(link, `${role}_open`), failed]);
  // A refusal is an attach without ends, and a detach right behind it.
  if (!(role === 'sender' ? link.target?.address : link.source?.address)) await failed;
}

export async function next(
  receiver: Receiver,
): Promise<{ message: Message; delivery: NonNullable<EventContext['delivery']> }> {
  const arrived = once(receiver, 'message');
  receiver.add_credit(1);
  const [{ message, delivery }] = (await arrived) as [EventContext];
  if (!message || !delivery) throw new Error('no message');
  return { message, delivery };
}

/** Sends and waits for the outcome. */
export async function send(sender: Sender, message: Message): Promise<string> {
  const settled = new AbortController();
  const kinds = ['accepted', 'rejected', 'released'] as const;
  const outcome = Promise.race(kinds.map((kind) => once(sender, kind, settled).then(() => kind)));
  sender.send(message);
  return outcome.finally(() => settled.abort());
}
