import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import rhea, { type Connection, type EventContext, type Message } from 'rhea';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../manualClock.ts';
import { startTestBus } from '../startTestBus.ts';
import { connect, next, openReceiver, openSender, send } from './testConnection.ts';

const { types } = rhea;
const { detach: detachFrame }: { detach(fields: object): unknown } = createRequire(import.meta.url)(
  'rhea/lib/frames.js',
);
const clock = new ManualClock();
let bus: Awaited<ReturnType<typeof startTestBus>>;
let connection: Connection;

beforeEach(async () => {
  bus = await startTestBus({
    clock,
    entities: {
      queues: [{ name: 'q' }, { name: 's', requiresSession: true }],
      topics: [{ name: 't' }],
    },
    teamSubscriptions: [{ topic: 't', name: 'team' }],
  });
  connection = await connect(bus.port);
});

afterEach(async () => {
  connection.close();
  await bus.stop();
});

/** Sends a request the way the AMQP management draft says, with whatever reply address the caller chose. */
async function request(links: { address: string; replyTo: string; name?: string }, message: Partial<Message>) {
  const sender = await openSender(connection, { target: links.address, ...(links.name && { name: links.name }) });
  const receiver = await openReceiver(connection, {
    source: links.address,
    target: links.replyTo,
    credit_window: 1,
    autoaccept: true,
    ...(links.name && { name: links.name }),
  });
  const reply = once(receiver, 'message');
  sender.send({ message_id: 'request', reply_to: links.replyTo, body: null, ...message });
  const [context] = (await reply) as [EventContext];
  return context.message as Message;
}

describe('links', () => {
  it('of the same name in both directions, on one address, work side by side', async () => {
    const sender = await openSender(connection, { name: 'twin', target: 'q' });
    const receiver = await openReceiver(connection, { name: 'twin', source: 'q' });

    await send(sender, { body: 'x' });
    const { message, delivery } = await next(receiver);
    delivery.accept();

    expect(message.body).toBe('x');
  });

  it('go on when the client detaches one on a channel whose session it has ended', async () => {
    const sender = await openSender(connection, { target: 'q' });
    const other = connection.create_session();
    other.open();
    const abandoned = other.open_receiver({ source: 'q' });
    await once(abandoned, 'receiver_open');
    const { channel } = (other as unknown as { local: { channel: number } }).local;
    other.close();
    await once(other, 'session_close');
    const raw = connection as unknown as { _write_frame(channel: number, frame: unknown): void };
    raw._write_frame(channel, detachFrame({ handle: 0, closed: true }));

    await send(sender, { body: 'still here' });
    const { message } = await next(await openReceiver(connection, { source: 'q' }));

    expect(message.body).toBe('still here');
  });

  it('are answered before anything is sent on them, also when the client grants credit with the attach', async () => {
    await send(await openSender(connection, { target: 'q' }), { body: 'waiting' });
    const container = rhea.create_container();
    const eager = container.connect({ host: 'localhost', port: bus.port, reconnect: false });
    const receiver = eager.open_receiver({ source: 'q', credit_window: 0 });
    receiver.add_credit(1);

    const [{ message }] = (await once(receiver, 'message')) as [EventContext];

    expect(message?.body).toBe('waiting');
    eager.close();
  });

  it('can be opened again under a name that was used before', async () => {
    for (let round = 0; round < 3; round++) {
      const sender = await openSender(connection, { name: 'again', target: 'q' });
      expect(await send(sender, { body: round })).toBe('accepted');
      sender.close();
      await once(sender, 'sender_close');
    }
  });

  it.each([
    [{ target: 'nowhere' }, 'amqp:not-found'],
    [{ target: 't/Subscriptions/team' }, 'amqp:not-allowed'],
    [{ target: 'q/$deadletterqueue' }, 'amqp:not-allowed'],
    [{ target: {} }, 'amqp:not-implemented'],
  ])('are refused to senders: %j, %s', async (options, condition) => {
    await expect(openSender(connection, options)).rejects.toMatchObject({ condition });
  });

  it.each([
    [{ source: 'nowhere' }, 'amqp:not-found'],
    [{ source: 't' }, 'amqp:not-allowed'],
    [{ source: 's' }, 'amqp:not-allowed'],
    [{ source: { address: 'q', filter: { 'com.microsoft:session-filter': 'a' } } }, 'amqp:not-allowed'],
  ])('are refused to receivers: %j, %s', async (options, condition) => {
    await expect(openReceiver(connection, options)).rejects.toMatchObject({ condition });
  });

  it('take addresses with a slash, as URLs and in any case', async () => {
    for (const address of ['/Q', 'amqps://name.servicebus.windows.net/q', 'sb://name/q/']) {
      expect(await send(await openSender(connection, { target: address }), { body: address })).toBe('accepted');
    }
  });

  it('refuse a message above 256 KB, and tell the limit', async () => {
    const sender = await openSender(connection, { target: 'q' });
    expect(sender.max_message_size).toBe(262_144);

    sender.send({ body: rhea.message.data_section(Buffer.alloc(262_144)) });
    await once(sender, 'sender_error');

    expect(sender.error).toMatchObject({ condition: 'amqp:link:message-size-exceeded' });
  });
});

describe('deliveries', () => {
  it('are settled one by one with what the client says, also when it settles first', async () => {
    const sender = await openSender(connection, { target: 'q' });
    for (const body of ['accepted', 'rejected', 'released', 'modified']) await send(sender, { body });
    const receiver = await openReceiver(connection, { source: 'q' });

    (await next(receiver)).delivery.accept();
    (await next(receiver)).delivery.reject({ condition: 'any', description: 'words' });
    (await next(receiver)).delivery.release();
    const released = await next(receiver);
    released.delivery.modified({ delivery_failed: true, message_annotations: { note: 1 } });
    const modified = await next(receiver);
    const dead = await next(await openReceiver(connection, { source: 'q/$DeadLetterQueue' }));

    expect([released.message.body, released.message.delivery_count]).toEqual(['released', 0]);
    expect([modified.message.body, modified.message.delivery_count]).toEqual(['released', 1]);
    expect(modified.message.application_properties).toEqual({ note: 1 });
    expect(dead.message).toMatchObject({
      body: 'rejected',
      application_properties: { DeadLetterReason: 'any', DeadLetterErrorDescription: 'words' },
    });
  });

  it('are answered as rejected when the lock is lost', async () => {
    await send(await openSender(connection, { target: 'q' }), { body: 'x' });
    const receiver = await openReceiver(connection, { source: 'q', rcv_settle_mode: 1, autosettle: false });
    const { delivery } = await next(receiver);

    await clock.advance(60_000);
    const settled = once(receiver, 'settled');
    delivery.accept();
    await settled;

    expect(delivery.remote_state).toMatchObject({ error: { condition: 'com.microsoft:message-lock-lost' } });
  });

  it('come settled, and are gone, where the client asks for that', async () => {
    await send(await openSender(connection, { target: 'q' }), { body: 'x' });
    const receiver = await openReceiver(connection, { source: 'q', snd_settle_mode: 1, rcv_settle_mode: 0 });

    const { delivery } = await next(receiver);
    expect(delivery.remote_settled).toBe(true);
    expect([receiver.snd_settle_mode, receiver.rcv_settle_mode]).toEqual([1, 0]);

    receiver.add_credit(1);
    receiver.drain_credit();
    await once(receiver, 'receiver_drained');
  });

  it('never exceed the credit, and a drain gives back what is left of it', async () => {
    const sender = await openSender(connection, { target: 'q' });
    for (let n = 0; n < 5; n++) await send(sender, { body: n });
    const receiver = await openReceiver(connection, { source: 'q' });
    const bodies: unknown[] = [];
    receiver.on('message', ({ message, delivery }: EventContext) => {
      bodies.push(message?.body);
      delivery?.accept();
    });

    receiver.add_credit(2);
    await once(receiver, 'message');
    // What comes on a connection comes in order: with a third message the answer to this one would come after it.
    await openReceiver(connection, { source: 'q' });
    expect(bodies).toEqual([0, 1]);
    receiver.add_credit(10);
    receiver.drain_credit();
    await once(receiver, 'receiver_drained');

    expect(bodies).toEqual([0, 1, 2, 3, 4]);
  });

  it('of many frames arrive whole in both directions', async () => {
    const small = await connect(bus.port, { max_frame_size: 512 });
    const data = Buffer.alloc(200_000, 'x');

    expect(await send(await openSender(small, { target: 'q' }), { body: rhea.message.data_section(data) })).toBe(
      'accepted',
    );
    const { message } = await next(await openReceiver(small, { source: 'q' }));

    expect(message.body.content.equals(data)).toBe(true);
    small.close();
  });

  it('keep their locks when the link is closed, until these expire', async () => {
    await send(await openSender(connection, { target: 'q' }), { body: 'x' });
    const first = await openReceiver(connection, { source: 'q' });
    await next(first);
    first.close();
    await once(first, 'receiver_close');

    const second = await openReceiver(connection, { source: 'q' });
    const arrived = next(second);
    expect(await Promise.race([arrived, delay(50, 'nothing')])).toBe('nothing');
    await clock.advance(60_000);

    expect((await arrived).message.delivery_count).toBe(1);
  });
});

describe('sessions', () => {
  const sessionSource = (filter: unknown) => ({
    source: { address: 's', filter: { 'com.microsoft:session-filter': filter } },
  });
  const describedFilter = (id: string | null) => types.wrap_described(id, 0x13_7000_000c);
  const sendTo = async (group_id: string) =>
    send(await openSender(connection, { target: 's' }), { body: group_id, group_id });

  it('are named in the form in which the client asked, with the instant until which they are locked', async () => {
    await sendTo('a');

    const plain = await openReceiver(connection, sessionSource('b'));
    const next = await openReceiver(connection, sessionSource(describedFilter(null)));

    const filters = [plain, next].map(({ source }) => source.filter?.['com.microsoft:session-filter']);
    expect(filters[0]).toBe('b');
    expect([filters[1].value, filters[1].descriptor.value]).toEqual(['a', 0x13_7000_000c]);
    const ticks = next.properties['com.microsoft:locked-until-utc'].readBigInt64BE();
    expect(Number((ticks - 621_355_968_000_000_000n) / 10_000n)).toBe(clock.now() + 60_000);
  });

  it('are waited for by the broker as long as the client said', async () => {
    const opening = openReceiver(connection, { ...sessionSource(null), properties: { 'com.microsoft:timeout': 5000 } });
    const refused = new AbortController();
    opening.catch(() => refused.abort());

    // The broker counts from when it has heard of it.
    while (!refused.signal.aborted) await Promise.all([clock.advance(5000), delay(5)]);

    await expect(opening).rejects.toMatchObject({ condition: 'com.microsoft:timeout' });
  });

  it('that another holds are refused, and are free when the holder is gone', async () => {
    const other = await connect(bus.port);
    await openReceiver(other, sessionSource('a'));

    await expect(openReceiver(connection, sessionSource('a'))).rejects.toMatchObject({
      condition: 'com.microsoft:session-cannot-be-locked',
    });
    other.close();
    await once(other, 'connection_close');

    await openReceiver(connection, sessionSource('a'));
  });

  it('are free at once when the connection of the holder breaks off, as when its process is killed', async () => {
    await sendTo('a');
    const other = await connect(bus.port);
    await openReceiver(other, sessionSource('a'));
    const opening = openReceiver(connection, sessionSource(null));

    (other as unknown as { socket: Socket }).socket.destroy();

    const { source } = await opening;
    expect(source.filter?.['com.microsoft:session-filter']).toBe('a');
  });

  it('are detached with the reason when their lock expires', async () => {
    const receiver = await openReceiver(connection, sessionSource('a'));

    const lost = once(receiver, 'receiver_error');
    await clock.advance(60_000);
    await lost;

    expect(receiver.error).toMatchObject({ condition: 'com.microsoft:session-lock-lost' });
  });

  it('give nothing more to the holder whose lock expired, and their messages to the next', async () => {
    await sendTo('a');
    const bodies: unknown[] = [];
    const receiver = await openReceiver(connection, sessionSource('a'));
    receiver.on('message', ({ message }: EventContext) => bodies.push(message?.body));
    receiver.add_credit(10);
    await once(receiver, 'message');

    const lost = once(receiver, 'receiver_error');
    await clock.advance(60_000);
    await lost;
    const heir = await openReceiver(connection, { ...sessionSource('a'), name: 'heir' });
    const { message } = await next(heir);

    expect(bodies).toEqual(['a']);
    expect(message).toMatchObject({ body: 'a', delivery_count: 1 });
  });

  it('are not given to a client that gave up waiting', async () => {
    const impatient = await connect(bus.port);
    const abandoned = impatient.open_receiver({ ...sessionSource(null), credit_window: 0 });
    await delay(50);
    abandoned.close();
    await once(abandoned, 'receiver_close');

    await sendTo('a');
    await openReceiver(connection, sessionSource(null));
    impatient.close();
  });
});

describe('requests', () => {
  it('are answered to the address, the name or the dynamic source that they give, or to the link beside', async () => {
    const peek = {
      application_properties: { operation: 'com.microsoft:peek-message' },
      body: { 'from-sequence-number': types.wrap_long(1), 'message-count': types.wrap_int(1) },
    };
    const address = 'q/$management';

    const byTarget = await request({ address, replyTo: 'my-address' }, peek);
    const byName = await request({ address, replyTo: 'elsewhere', name: 'pair' }, { ...peek, reply_to: 'pair' });
    const beside = await request({ address, replyTo: 'unknown' }, { ...peek, reply_to: undefined as never });
    const dynamic = await openReceiver(connection, { source: { dynamic: true }, credit_window: 1, autoaccept: true });
    const reply = once(dynamic, 'message');
    const sender = await openSender(connection, { target: address });
    sender.send({ message_id: 1, reply_to: dynamic.source.address, ...peek });
    const [{ message: byDynamic }] = (await reply) as [EventContext];

    for (const answer of [byTarget, byName, beside, byDynamic]) {
      expect(answer?.application_properties).toMatchObject({ statusCode: 204 });
    }
    expect([byTarget.correlation_id, byDynamic?.correlation_id]).toEqual(['request', 1]);
  });

  it('are settled before they are answered', async () => {
    const order: string[] = [];
    const sender = await openSender(connection, { target: 'q/$management' });
    const session = sender.session as unknown as Record<'on_disposition' | 'on_transfer', (frame: unknown) => void>;
    for (const event of ['on_disposition', 'on_transfer'] as const) {
      const original = session[event];
      session[event] = (frame) => {
        order.push(event);
        original.call(session, frame);
      };
    }

    await request({ address: 'q/$management', replyTo: 'a' }, { application_properties: { operation: 'x' } });

    expect(order).toEqual(['on_disposition', 'on_transfer']);
  });

  it('that fail are answered with status, condition and reason', async () => {
    const unknown = await request(
      { address: 'q/$management', replyTo: 'a' },
      { application_properties: { operation: 'x' } },
    );
    const invalid = await request(
      { address: 'q/$management', replyTo: 'b' },
      { application_properties: { operation: 'com.microsoft:renew-lock' }, body: {} },
    );
    const lost = await request(
      { address: 'q/$management', replyTo: 'c' },
      {
        application_properties: { operation: 'com.microsoft:renew-lock' },
        body: { 'lock-tokens': types.wrap_array([Buffer.alloc(16)], 0x98, undefined) },
      },
    );

    expect(unknown.application_properties).toMatchObject({ statusCode: 501, errorCondition: 'amqp:not-implemented' });
    expect(invalid.application_properties).toMatchObject({
      statusCode: 400,
      errorCondition: 'com.microsoft:argument-error',
    });
    expect(lost.application_properties).toMatchObject({
      statusCode: 410,
      errorCondition: 'com.microsoft:message-lock-lost',
    });
  });

  it('put tokens, of which expired and unreadable ones are refused', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const jwt = (exp: number) => `${part({ alg: 'none' })}.${part({ exp })}.`;
    const sas = (se: number) => `SharedAccessSignature sr=sb%3a%2f%2flocalhost%2f&sig=x&se=${se}&skn=k`;
    const now = clock.now() / 1000;
    const put = async (type: string, body: string) => {
      const application_properties = { operation: 'put-token', type, name: 'sb://localhost/q' };
      const reply = await request({ address: '$cbs', replyTo: 'cbs' }, { application_properties, body });
      return reply.application_properties?.['status-code'];
    };

    expect(await put('jwt', jwt(now + 1))).toBe(202);
    expect(await put('jwt', jwt(now))).toBe(401);
    expect(await put('servicebus.windows.net:sastoken', sas(now + 1))).toBe(202);
    expect(await put('servicebus.windows.net:sastoken', sas(now))).toBe(401);
    expect(await put('jwt', 'nonsense')).toBe(401);
  });
});

it('speaks over TLS, and to clients without SASL and with a user and a password', async () => {
  const secure = await connect(bus.tlsPort, { transport: 'tls', ca: bus.ca, servername: 'localhost' });
  const bare = await connect(bus.port, { username: undefined });
  const named = await connect(bus.port, { username: 'RootManageSharedAccessKey', password: 'secret' });

  for (const other of [secure, bare, named]) {
    expect(await send(await openSender(other, { target: 'q' }), { body: 'x' })).toBe('accepted');
    other.close();
  }
});
