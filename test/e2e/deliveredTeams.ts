import { dirname, join } from 'node:path';
import { Hono } from 'hono';
import { expect } from 'vitest';
import { z } from 'zod';
import { serveHttp } from '../../local/serveHttp.ts';
import { localCredential } from '../../local/stack/localCredential.ts';
import { apiAudience } from '../../local/stack/names.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { announcedByLogs } from './announcedByLogs.ts';

/** Two teams that want everything and read no Service Bus: one has a webhook, one a storage queue. */
export interface DeliveredTeams {
  /** Fails unless each fact since they subscribed has come to both, and nothing under an id that no fact has. */
  expectTold(): Promise<void>;
  stop(): Promise<void>;
}

type Arrived = Record<'hooked' | 'queued', Set<string>>;

/** The stack has to have storage queues. */
export async function subscribeDelivered(stack: Stack): Promise<DeliveredTeams> {
  const arrived: Arrived = { hooked: new Set(), queued: new Set() };
  const server = await serveWebhook(stack, arrived.hooked);
  const queue = `${stack.endpoints.queue}/kills`;
  await askQueue(stack, 'PUT', queue);
  await subscribe(stack, 'hooked', { kind: 'webhook', url: `https://localhost:${server.port}/` });
  await subscribe(stack, 'queued', { kind: 'storageQueue', url: queue });
  const before = await idsOfFacts(stack);
  return {
    async expectTold() {
      const facts = await idsOfFacts(stack);
      await takeOut(stack, queue, arrived.queued);
      for (const [team, ids] of Object.entries(arrived)) {
        const missing = [...facts].filter((id) => !before.has(id) && !ids.has(id));
        expect({ team, missing, unknown: [...ids].filter((id) => !facts.has(id)) }).toEqual({
          team,
          missing: [],
          unknown: [],
        });
      }
    },
    stop: () => server.stop(),
  };
}

const idsOfFacts = async (stack: Stack) => new Set((await announcedByLogs(stack)).map(({ id }) => id));

function serveWebhook({ endpoints }: Stack, ids: Set<string>) {
  const certificates = dirname(endpoints.caFile);
  const tls = { keyFile: join(certificates, 'server.key'), certFile: join(certificates, 'server.pem') };
  const routes = new Hono()
    .options('/', (context) => context.body(null, 200, { 'webhook-allowed-origin': '*' }))
    .post('/', async (context) => {
      ids.add(idOf(await context.req.text()));
      return context.body(null, 204);
    });
  return serveHttp(routes, { port: 0, tls });
}

const event = z.object({ id: z.string() });
const idOf = (text: string) => event.parse(JSON.parse(text)).id;

async function subscribe(stack: Stack, team: string, delivery: object): Promise<void> {
  const { token = '' } = (await localCredential(stack.endpoints, 'operator').getToken(`${apiAudience}/.default`)) ?? {};
  const response = await fetch(`${stack.endpoints.functions}/api/teams/${team}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ filter: {}, principals: [], delivery }),
  });
  expect(response.status, await response.text()).toBe(200);
}

/** Whoever takes a message may read it again after an hour. */
async function takeOut(stack: Stack, queue: string, ids: Set<string>): Promise<void> {
  for (;;) {
    const answer = await askQueue(stack, 'GET', `${queue}/messages?numofmessages=32&visibilitytimeout=3600`);
    const texts = [...(await answer.text()).matchAll(/<MessageText>([^<]*)<\/MessageText>/g)];
    for (const [, text = ''] of texts) ids.add(idOf(Buffer.from(text, 'base64').toString()));
    if (texts.length === 0) return;
  }
}

async function askQueue({ endpoints }: Stack, method: string, url: string): Promise<Response> {
  const { token = '' } =
    (await localCredential(endpoints, 'team').getToken('https://storage.azure.com/.default')) ?? {};
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, 'x-ms-version': '2024-11-04' },
  });
  expect(response.ok, `${method} ${url}: ${response.status}`).toBe(true);
  return response;
}
