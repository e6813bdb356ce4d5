import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { TokenCredential } from '@azure/identity';
import { ServiceBusAdministrationClient, ServiceBusClient } from '@azure/service-bus';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processClock } from '../../../local/clock.ts';
import { startIdentity } from '../../../local/identity/startIdentity.ts';
import { serveHttp } from '../../../local/serveHttp.ts';
import { startTestBus } from './startTestBus.ts';

const namespaceId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ServiceBus/namespaces/bus';
const topic = 'image-versions';
const subscription = (name: string) => `${namespaceId}/topics/${topic}/subscriptions/${name}`;
const role = (id: string) => `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${id}`;
const [owner, receiver, sender] = [
  '090c5cfd-751d-490a-894a-3ce6f1109419',
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0',
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39',
].map(role);
const assigned: Record<string, { scope: string; roleDefinitionId: string | undefined }[]> = {
  service: [{ scope: namespaceId, roleDefinitionId: sender }],
  administrator: [{ scope: `${namespaceId}/topics/${topic}`, roleDefinitionId: owner }],
  forwarder: [
    { scope: `${namespaceId}/topics/${topic}`, roleDefinitionId: owner },
    { scope: `${namespaceId}/queues/publications`, roleDefinitionId: sender },
  ],
  web: [{ scope: subscription('web').toUpperCase(), roleDefinitionId: receiver }],
  // The name of one subscription is the beginning of another's.
  we: [{ scope: subscription('we'), roleDefinitionId: receiver }],
};
const stops: (() => Promise<unknown>)[] = [];
let bus: Awaited<ReturnType<typeof startTestBus>>;
let identity: Awaited<ReturnType<typeof startIdentity>>;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'role-access-'));
  const principals = Object.keys(assigned).map((name) => ({ name, clientId: name, objectId: name }));
  identity = await startIdentity({ port: 0, folder, tenantId: 'tenant', identities: principals, clock: processClock });
  const roles = await serveHttp(
    new Hono().get('/', (context) => context.json(assigned[context.req.query('principalId') ?? ''] ?? [])),
    { port: 0 },
  );
  bus = await startTestBus({
    entities: { topics: [{ name: topic }], queues: [{ name: 'publications' }] },
    teamSubscriptions: [
      { topic, name: 'web' },
      { topic, name: 'we' },
    ],
    roleAccess: {
      namespaceId,
      jwks: `${identity.url}/tenant/discovery/v2.0/keys`,
      issuer: 'https://sts.windows.net/tenant/',
      audiences: ['https://servicebus.azure.net'],
      roleAssignments: roles.url,
    },
  });
  setDefaultCACertificates([...getCACertificates('default'), bus.ca]);
  stops.push(bus.stop, roles.stop, identity.stop, () => rm(folder, { recursive: true }));
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

function credentialOf(name: string, resource = 'https://servicebus.azure.net'): TokenCredential {
  return {
    async getToken() {
      const principal = { name, clientId: name, objectId: name, roles: [] };
      const { token, expiresOn } = await identity.issueToken({ principal, resource });
      return { token, expiresOnTimestamp: expiresOn * 1000 };
    },
  };
}

async function as<T>(who: TokenCredential, use: (client: ServiceBusClient) => Promise<T>): Promise<T> {
  const retryOptions = { maxRetries: 0, timeoutInMs: 5_000 };
  const client = new ServiceBusClient(`localhost:${bus.tlsPort}`, who, { retryOptions });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

const receive = (name: string) => async (client: ServiceBusClient) => {
  const messages = await client.createReceiver(topic, name, { receiveMode: 'receiveAndDelete' }).receiveMessages(1);
  return messages.map(({ body }) => body);
};
const send = (to: string) => (client: ServiceBusClient) => client.createSender(to).sendMessages({ body: 'x' });
const unauthorized = { code: 'UnauthorizedAccess' };

test('a team receives from its own subscription and from no other; it sends nothing', async () => {
  await as(credentialOf('service'), send(topic));

  expect(await as(credentialOf('web'), receive('web'))).toEqual(['x']);
  await expect(as(credentialOf('web'), receive('we'))).rejects.toMatchObject(unauthorized);
  await expect(as(credentialOf('we'), receive('web'))).rejects.toMatchObject(unauthorized);
  await expect(as(credentialOf('web'), send(topic))).rejects.toMatchObject(unauthorized);
  await expect(
    as(credentialOf('web'), (client) => client.createReceiver(topic, 'we').peekMessages(1)),
  ).rejects.toMatchObject(unauthorized);
  await expect(
    as(credentialOf('web'), (client) =>
      client.createReceiver(topic, 'we', { subQueueType: 'deadLetter' }).receiveMessages(1),
    ),
  ).rejects.toMatchObject(unauthorized);
});

test('who only sends receives nothing, and an owner of the topic has no right to the queues', async () => {
  await expect(as(credentialOf('service'), receive('we'))).rejects.toMatchObject(unauthorized);
  await expect(as(credentialOf('administrator'), send('publications'))).rejects.toMatchObject(unauthorized);
  expect(await as(credentialOf('administrator'), receive('we'))).toEqual(['x']);
});

test('a token of somebody unknown, for another service, or with a forged signature opens nothing', async () => {
  const forged: TokenCredential = {
    async getToken() {
      const token = await credentialOf('administrator').getToken('');
      const [head, body] = token?.token.split('.') ?? [];
      return { token: `${head}.${body}.${'A'.repeat(342)}`, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
  for (const credential of [credentialOf('nobody'), credentialOf('web', 'https://storage.azure.com'), forged])
    await expect(as(credential, receive('web'))).rejects.toMatchObject(unauthorized);
});

test('only who may manage the topic makes and removes subscriptions', async () => {
  const administration = (name: string) =>
    new ServiceBusAdministrationClient(`localhost:${bus.administrationPort}`, credentialOf(name));

  await administration('administrator').createSubscription(topic, 'new');
  for (const name of ['web', 'service', 'nobody']) {
    await expect(administration(name).deleteSubscription(topic, 'new')).rejects.toMatchObject({ statusCode: 401 });
    await expect(administration(name).createSubscription(topic, 'mine')).rejects.toMatchObject({ statusCode: 401 });
  }
  await administration('administrator').deleteSubscription(topic, 'new');
});

test('only who may send to a queue lets a subscription forward there', async () => {
  const make = (name: string) =>
    new ServiceBusAdministrationClient(`localhost:${bus.administrationPort}`, credentialOf(name)).createSubscription(
      topic,
      name,
      { forwardTo: 'publications' },
    );

  await expect(make('administrator')).rejects.toMatchObject({ statusCode: 401 });
  expect(await make('forwarder')).toMatchObject({ subscriptionName: 'forwarder' });
});
