import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { afterEach, describe, expect, it } from 'vitest';
import { receiveAll } from './receiveAll.ts';
import { startTestBus } from './startTestBus.ts';

const soon = { maxWaitTimeInMs: 300 };
const ids = (messages: ServiceBusReceivedMessage[]) => messages.map(({ messageId }) => messageId);
let bus: Awaited<ReturnType<typeof startTestBus>> | undefined;

async function start(options: Parameters<typeof startTestBus>[0]) {
  bus = await startTestBus(options);
  return bus;
}

afterEach(async () => {
  await bus?.stop();
  bus = undefined;
});

const plain = { queues: [{ name: 'plain' }] };
const sessions = { queues: [{ name: 'sessions', requiresSession: true }] };

describe('with the client of Azure', () => {
  it('delivers a message with its properties, and once completed never again', async () => {
    const { client } = await start({ entities: plain });
    const applicationProperties = { text: 'a', whole: 1, real: 1.5, yes: true, at: new Date(0) };

    await client.createSender('plain').sendMessages({
      body: { n: 1 },
      messageId: 'm',
      subject: 'subject',
      correlationId: 'c',
      contentType: 'application/json',
      applicationProperties,
    });
    const receiver = client.createReceiver('plain');
    const [message] = await receiver.receiveMessages(1);
    await receiver.completeMessage(message as ServiceBusReceivedMessage);

    expect(message).toMatchObject({
      body: { n: 1 },
      messageId: 'm',
      subject: 'subject',
      correlationId: 'c',
      contentType: 'application/json',
      deliveryCount: 0,
      state: 'active',
      applicationProperties: { ...applicationProperties, at: 0 },
    });
    expect(await receiver.receiveMessages(1, soon)).toEqual([]);
  });

  it('takes a batch and gives it out in order', async () => {
    const { client } = await start({ entities: plain });
    const messages = Array.from({ length: 250 }, (_, index) => ({ body: index, messageId: `${index}` }));

    await client.createSender('plain').sendMessages(messages);
    const received = await client.createReceiver('plain').receiveMessages(250);

    expect(ids(received)).toEqual(messages.map(({ messageId }) => messageId));
  });

  it('counts an abandoned delivery, sets the properties given with it, and dead-letters with the reason given', async () => {
    const { client } = await start({ entities: plain });
    const receiver = client.createReceiver('plain');

    await client.createSender('plain').sendMessages({ body: 'x', applicationProperties: { kept: 1 } });
    const [first] = await receiver.receiveMessages(1);
    await receiver.abandonMessage(first as ServiceBusReceivedMessage, { tries: 1 });
    const [second] = await receiver.receiveMessages(1);
    await receiver.deadLetterMessage(second as ServiceBusReceivedMessage, {
      deadLetterReason: 'bad',
      deadLetterErrorDescription: 'very bad',
    });
    const [dead] = await client.createReceiver('plain', { subQueueType: 'deadLetter' }).receiveMessages(1);

    expect(second).toMatchObject({ deliveryCount: 1, applicationProperties: { kept: 1, tries: 1 } });
    expect(dead).toMatchObject({
      deadLetterReason: 'bad',
      deadLetterErrorDescription: 'very bad',
      deadLetterSource: 'plain',
      applicationProperties: { kept: 1, tries: 1 },
    });
  });

  it('hands out sessions one holder at a time, each in order, and keeps their state', async () => {
    const { client } = await start({ entities: sessions });
    const sender = client.createSender('sessions');
    await sender.sendMessages(['a', 'b', 'a'].map((sessionId, index) => ({ body: index, sessionId })));

    const a = await client.acceptNextSession('sessions');
    const b = await client.acceptNextSession('sessions');
    const refused = await client.acceptSession('sessions', 'a').catch((error) => error.code);
    const bodies = (await a.receiveMessages(2)).map(({ body }) => body);
    await a.setSessionState({ seen: 2 });
    await a.close();
    const again = await client.acceptSession('sessions', 'a');
    const [redelivered] = await again.receiveMessages(1);

    expect([a.sessionId, b.sessionId, refused, bodies]).toEqual(['a', 'b', 'SessionCannotBeLocked', [0, 2]]);
    expect(await again.getSessionState()).toEqual({ seen: 2 });
    expect(redelivered).toMatchObject({ body: 0, deliveryCount: 0 });
  });

  it('lets a receiver wait for the next session until one has a message', async () => {
    const { client } = await start({ entities: sessions });

    const waiting = client.acceptNextSession('sessions');
    await client.createSender('sessions').sendMessages({ body: 1, sessionId: 'late' });

    expect((await waiting).sessionId).toBe('late');
  });

  it('refuses plain receivers where sessions are required, session receivers where they are not, and unknown names', async () => {
    const { client } = await start({ entities: { queues: [...plain.queues, ...sessions.queues] } });
    const codeOf = (promise: Promise<unknown>) =>
      promise.then(
        () => 'accepted',
        (error) => error.message,
      );

    expect(await codeOf(client.createReceiver('sessions').receiveMessages(1))).toMatch(/requires sessions/);
    expect(await codeOf(client.acceptNextSession('plain'))).toMatch(/does not require sessions/);
    expect(await codeOf(client.createSender('nowhere').sendMessages({ body: 1 }))).toMatch(/could not be found/);
    expect(await codeOf(client.createSender('sessions').sendMessages({ body: 1 }))).toMatch(/SessionId was not set/);
  });

  it('keeps messages, session state and delivery counts over a restart', async () => {
    const { client, restart } = await start({ entities: sessions });
    await client.createSender('sessions').sendMessages([1, 2, 3].map((body) => ({ body, sessionId: 's' })));
    const receiver = await client.acceptSession('sessions', 's');
    const [one, two] = await receiver.receiveMessages(2);
    await receiver.completeMessage(one as ServiceBusReceivedMessage);
    await receiver.abandonMessage(two as ServiceBusReceivedMessage);
    await receiver.setSessionState('state');

    const restarted = await restart();
    const after = await restarted.acceptSession('sessions', 's');
    const left = await after.receiveMessages(3);

    expect(left.map(({ body, deliveryCount }) => [body, deliveryCount])).toEqual([
      [2, 1],
      [3, 0],
    ]);
    expect(await after.getSessionState()).toBe('state');
  });

  it('gives every team subscription what its rules let pass', async () => {
    const { client } = await start({
      entities: { topics: [{ name: 'topic' }] },
      teamSubscriptions: [
        { topic: 'topic', name: 'all' },
        {
          topic: 'topic',
          name: 'sql',
          rules: [
            {
              name: 'r',
              filter: { kind: 'sql', expression: "n > 1 AND sys.Label LIKE 'a%'" },
              action: 'SET n = n * 2',
            },
          ],
        },
        {
          topic: 'topic',
          name: 'correlation',
          rules: [{ name: 'r', filter: { kind: 'correlation', subject: 'b', properties: { n: 3 } } }],
        },
      ],
    });
    await client.createSender('topic').sendMessages([
      { body: 1, subject: 'a', applicationProperties: { n: 1 } },
      { body: 2, subject: 'a', applicationProperties: { n: 2 } },
      { body: 3, subject: 'b', applicationProperties: { n: 3 } },
    ]);

    const received = async (name: string) => {
      const messages = await receiveAll(client.createReceiver('topic', name));
      return messages.map(({ body, applicationProperties }) => [body, applicationProperties?.n]);
    };

    expect(await received('all')).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(await received('sql')).toEqual([[2, 4]]);
    expect(await received('correlation')).toEqual([[3, 3]]);
  });
});
