import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ServiceBusAdministrationClient } from '@azure/service-bus';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receiveAll } from './receiveAll.ts';
import { startTestBus } from './startTestBus.ts';

const topics = [{ name: 'image-versions' }];
let bus: Awaited<ReturnType<typeof startTestBus>>;
let client: ServiceBusAdministrationClient;

beforeEach(async () => {
  bus = await startTestBus({ entities: { topics, queues: [{ name: 'deliveries' }] } });
  setDefaultCACertificates([...getCACertificates('default'), bus.ca]);
  client = new ServiceBusAdministrationClient(
    `Endpoint=sb://localhost:${bus.administrationPort};SharedAccessKeyName=k;SharedAccessKey=v`,
  );
});
afterEach(() => bus.stop());

const topic = 'image-versions';
const send = (image: string) =>
  bus.client.createSender(topic).sendMessages({ body: image, applicationProperties: { image } });
const receive = async (name: string, from = bus.client) => {
  const receiver = from.createReceiver(topic, name, { receiveMode: 'receiveAndDelete' });
  return (await receiveAll(receiver)).map(({ body }) => body);
};

describe('the administration client of Azure', () => {
  it('makes a subscription with settings and a rule, which from then on gets what the rule lets pass', async () => {
    await client.createSubscription(topic, 'web', {
      lockDuration: 'PT30S',
      maxDeliveryCount: 5,
      defaultMessageTimeToLive: 'P14D',
      deadLetteringOnMessageExpiration: true,
      defaultRuleOptions: { name: 'wanted', filter: { sqlExpression: "image = 'ubuntu'" } },
    });
    await send('ubuntu');
    await send('debian');

    expect(await client.getSubscription(topic, 'web')).toMatchObject({
      subscriptionName: 'web',
      topicName: topic,
      lockDuration: 'PT30S',
      maxDeliveryCount: 5,
      defaultMessageTimeToLive: 'P14D',
      deadLetteringOnMessageExpiration: true,
      requiresSession: false,
    });
    expect(await client.getSubscriptionRuntimeProperties(topic, 'web')).toMatchObject({ activeMessageCount: 1 });
    expect(await receive('web')).toEqual(['ubuntu']);
  });

  it('lets everything pass where no rule is given', async () => {
    await client.createSubscription(topic, 'all');
    await send('debian');

    expect(await receive('all')).toEqual(['debian']);
    expect(await client.getRule(topic, 'all', '$Default')).toMatchObject({ name: '$Default' });
  });

  it('changes rules: one is added, one replaced, one taken away', async () => {
    await client.createSubscription(topic, 'web', {
      defaultRuleOptions: { name: 'a', filter: { sqlExpression: "image = 'a'" } },
    });
    await client.createRule(topic, 'web', 'b', { sqlExpression: "image = 'b' AND image <> 'x'" });
    const rule = await client.getRule(topic, 'web', 'b');
    await client.updateRule(topic, 'web', { ...rule, filter: { sqlExpression: "image = 'c'" } });
    await client.deleteRule(topic, 'web', 'a');
    for (const image of ['a', 'b', 'c']) await send(image);

    const rules = [];
    for await (const each of client.listRules(topic, 'web')) rules.push(each);
    expect(rules).toMatchObject([{ name: 'b', filter: { sqlExpression: "image = 'c'" } }]);
    expect(await receive('web')).toEqual(['c']);
  });

  it('refuses a filter that cannot be parsed, and says why', async () => {
    await client.createSubscription(topic, 'web');

    await expect(client.createRule(topic, 'web', 'bad', { sqlExpression: 'image = ' })).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('bad'),
    });
    await expect(
      client.createSubscription(topic, 'other', {
        defaultRuleOptions: { name: 'x', filter: { sqlExpression: 'AND' } },
      }),
    ).rejects.toMatchObject({ statusCode: 400 });
    expect(await client.subscriptionExists(topic, 'other')).toBe(false);
  });

  it('lists, forwards, removes; tells what is missing and what is there already', async () => {
    await client.createSubscription(topic, 'web');
    await client.createSubscription(topic, 'hooks', { forwardTo: 'deliveries' });
    await send('ubuntu');

    const names = [];
    for await (const { subscriptionName } of client.listSubscriptions(topic)) names.push(subscriptionName);
    expect(names).toEqual(['web', 'hooks']);
    const queue = bus.client.createReceiver('deliveries', { receiveMode: 'receiveAndDelete' });
    expect(await receiveAll(queue)).toMatchObject([{ body: 'ubuntu' }]);
    await expect(client.createSubscription(topic, 'web')).rejects.toMatchObject({
      code: 'MessageEntityAlreadyExistsError',
    });
    await client.deleteSubscription(topic, 'web');
    await expect(client.getSubscription(topic, 'web')).rejects.toMatchObject({ code: 'MessageEntityNotFoundError' });
    await expect(client.deleteSubscription(topic, 'web')).rejects.toMatchObject({ statusCode: 404 });
    await expect(receive('web')).rejects.toMatchObject({ code: 'MessagingEntityNotFound' });
  });

  it('keeps where a subscription forwards, as it was changed last, over a restart', async () => {
    await client.createSubscription(topic, 'hooks');
    await client.updateSubscription({ ...(await client.getSubscription(topic, 'hooks')), forwardTo: 'deliveries' });

    const restarted = await bus.restart();
    await restarted.createSender(topic).sendMessages({ body: 'ubuntu', applicationProperties: { image: 'ubuntu' } });

    const queue = restarted.createReceiver('deliveries', { receiveMode: 'receiveAndDelete' });
    expect(await receiveAll(queue)).toMatchObject([{ body: 'ubuntu' }]);
  });

  it('keeps what was made, with its messages and rules, over a restart', async () => {
    await client.createSubscription(topic, 'web', {
      defaultRuleOptions: { name: 'wanted', filter: { sqlExpression: "image = 'ubuntu'" } },
    });
    await client.createSubscription(topic, 'gone');
    await client.deleteSubscription(topic, 'gone');
    await send('ubuntu');

    const restarted = await bus.restart();
    const sender = restarted.createSender(topic);
    await sender.sendMessages({ body: 'second', applicationProperties: { image: 'ubuntu' } });
    await sender.sendMessages({ body: 'third', applicationProperties: { image: 'debian' } });

    expect(await receive('web', restarted)).toEqual(['ubuntu', 'second']);
    expect(await client.subscriptionExists(topic, 'gone')).toBe(false);
  });
});
