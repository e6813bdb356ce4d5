import { Webhook } from 'standardwebhooks';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../../../shared/domain/deliveries/delivery.ts';
import { DeliveryLimits } from '../../../../shared/domain/deliveries/deliveryLimits.ts';
import type { Team, TeamDelivery } from '../../../../shared/domain/teams/team.ts';
import { makeWebhookSecret, putTeam, removeTeam } from '../../../../shared/workflow/changeTeam.ts';
import { deliver } from '../../../../shared/workflow/deliveries/deliver.ts';
import { readRecord } from '../../../../shared/workflow/deliveries/record.ts';
import { loadTeam } from '../../../../shared/workflow/teamLog.ts';
import { World } from '../../../fakes/world.ts';

const anna = '00000000-0000-0000-0000-00000000000a';
const hook: TeamDelivery = { kind: 'webhook', url: 'https://hooks.example/imprimatur' };
const queue: TeamDelivery = { kind: 'storageQueue', url: 'https://account.queue.core.windows.net/images' };
const teamOf = (delivery?: TeamDelivery): Team => ({
  filter: {},
  principals: [{ objectId: anna, type: 'User' }],
  ...(delivery && { delivery }),
});
const event: Delivery['event'] = {
  specversion: '1.0',
  id: 'a1b2',
  type: 'imprimatur.imageVersion.published.v1',
  source: '/imprimatur',
  subject: '/subscriptions/s',
  time: '2026-11-22T07:59:58.000Z',
  datacontenttype: 'application/json',
  data: { summary: 'published' },
};
const delivery = (more: Partial<Delivery> = {}): Delivery => ({ team: 'web', event, attempts: 0, ...more });
const answered = (headers: Record<string, string>) => ({ kind: 'answered', status: 200, headers }) as const;
let world: World;
let limits: DeliveryLimits;
let requests = 0;
const by = () => ({ actor: anna, requestId: `r${++requests}` });
const put = (delivery?: TeamDelivery) => putTeam(world.ports, 'web', teamOf(delivery), by());
const secrets = () => world.secrets.values.get('webhook-web')?.split(' ') ?? [];

beforeEach(() => {
  world = new World();
  limits = new DeliveryLimits();
});

describe('a team with a webhook', () => {
  it('is asked first whether it wants calls, and its subscription forwards', async () => {
    expect(await put(hook)).toMatchObject({ kind: 'changed', team: { state: { inForce: teamOf(hook) } } });

    expect(world.webhooks.calls).toEqual([
      {
        method: 'OPTIONS',
        url: hook.url,
        headers: { 'webhook-request-origin': 'imprimatur.example', 'webhook-request-rate': '600' },
      },
    ]);
    expect(world.teamSubscriptions.forwarded).toEqual(new Set(['web']));
    await put();
    expect(world.teamSubscriptions.forwarded).toEqual(new Set());
  });

  it.each([
    [{ kind: 'answered', status: 405, headers: {} }, 'with 405'],
    [{ kind: 'answered', status: 302, headers: { location: '/' } }, 'with 302'],
    [{ kind: 'answered', status: 200, headers: {} }, 'no WebHook-Allowed-Origin'],
    [{ kind: 'answered', status: 200, headers: { 'webhook-allowed-origin': 'other.example' } }, 'other.example'],
    [answered({ 'webhook-allowed-origin': '*', 'webhook-allowed-rate': '0' }), 'WebHook-Allowed-Rate: 0'],
    [answered({ 'webhook-allowed-origin': '*', 'webhook-allowed-rate': 'some' }), 'WebHook-Allowed-Rate: some'],
    [{ kind: 'unreachable', reason: 'it did not answer in time' }, 'did not answer'],
    [{ kind: 'refused', reason: '10.0.0.1: only public addresses' }, 'only public addresses'],
  ] as const)('is refused where its server does not want calls: %j', async (answer, reason) => {
    world.webhooks.handshake = answer;

    expect(await put(hook)).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
    expect(world.teamSubscriptions.forwarded).toEqual(new Set());
  });

  it('gets a CloudEvent that its secret signs in full', async () => {
    await put(hook);
    await deliver(world.ports, limits, delivery());

    const [{ headers = {}, body = '', url } = {}] = world.webhooks.posts;
    expect(url).toBe(hook.url);
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(headers['webhook-timestamp']).toBe('1795334400');
    expect(JSON.parse(body)).toEqual(event);
    expect(headers['webhook-signature']).toBe(
      new Webhook(secrets()[0] ?? '').sign('a1b2', new Date('2026-11-22T08:00:00Z'), body),
    );
    expect(world.deliveries.sent).toEqual([]);
  });

  it('gets a new secret when it asks, once; calls are signed with the one before too', async () => {
    await put(hook);
    const [first] = secrets();
    const made = await makeWebhookSecret(world.ports, 'web', by());
    await deliver(world.ports, limits, delivery());

    expect(secrets()).toEqual([made?.reveal(), first]);
    expect(world.webhooks.posts[0]?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    await makeWebhookSecret(world.ports, 'web', by());
    expect(secrets()).toHaveLength(2);
    const { log } = await loadTeam(world.ports, 'web');
    expect(log.entries.at(-1)).toMatchObject({ actor: anna, fact: { type: 'webhookSecretMade' } });
    expect(JSON.stringify(log.entries)).not.toContain('whsec_');
  });

  it('that fails is tried again later, by a copy of the same id', async () => {
    await put(hook);
    world.webhooks.respond = () => ({ kind: 'answered', status: 503, headers: { 'retry-after': '60' } });
    await deliver(world.ports, limits, delivery());

    expect(world.deliveries.sent).toEqual([
      { delivery: delivery({ attempts: 1, since: '2026-11-22T08:00:00.000Z' }), at: '2026-11-22T08:01:00.000Z' },
    ]);
  });

  it('that fails to the end has a dead letter', async () => {
    await put(hook);
    world.webhooks.respond = () => ({ kind: 'unreachable', reason: 'it cannot be reached: ECONNREFUSED' });
    await deliver(world.ports, limits, delivery({ attempts: 8, since: '2026-11-22T00:00:00.000Z' }));

    expect(world.deliveries.sent).toEqual([]);
    expect((await world.documents.read('deadLetters/web/a1b2'))?.value).toEqual({
      event,
      reason: '9 tries failed; the last: it cannot be reached: ECONNREFUSED',
      attempts: 9,
      at: '2026-11-22T08:00:00.000Z',
    });
  });

  it('that is dead costs the queue no try while its breaker is open', async () => {
    await put(hook);
    world.webhooks.respond = () => ({ kind: 'answered', status: 500, headers: {} });
    for (let count = 0; count < 20; count += 1) await deliver(world.ports, limits, delivery());

    expect(world.webhooks.posts).toHaveLength(5);
    expect(world.deliveries.sent.slice(5).map(({ at, delivery: { attempts } }) => [at, attempts])).toEqual(
      Array.from({ length: 15 }, () => ['2026-11-22T08:01:00.000Z', 0]),
    );
  });

  it('that is dead is left alone by every instance, and one try of one of them decides', async () => {
    await put(hook);
    world.webhooks.respond = () => ({ kind: 'answered', status: 500, headers: {} });
    const [one, other] = [new DeliveryLimits(), new DeliveryLimits()];
    for (let count = 0; count < 10; count += 1) await deliver(world.ports, count % 2 ? one : other, delivery());
    expect(world.webhooks.posts).toHaveLength(5);

    world.time.moveTo(Date.parse('2026-11-22T08:01:00.000Z'));
    await Promise.all([one, other, one, other].map((each) => deliver(world.ports, each, delivery())));
    expect(world.webhooks.posts).toHaveLength(6);
  });

  it.each(['*', undefined])(
    'is called as often as there is something to tell where its server allows %s',
    async (rate) => {
      world.webhooks.handshake = answered({
        'webhook-allowed-origin': '*',
        ...(rate !== undefined && { 'webhook-allowed-rate': rate }),
      });
      await put(hook);
      for (let count = 0; count < 20; count += 1) await deliver(world.ports, limits, delivery());

      expect(world.webhooks.posts).toHaveLength(20);
    },
  );

  it('is called no more often than its server allows, by all instances together, also after its filter changes', async () => {
    world.webhooks.handshake = answered({ 'webhook-allowed-origin': '*', 'webhook-allowed-rate': '60' });
    await put(hook);
    await putTeam(world.ports, 'web', { ...teamOf(hook), filter: { images: ['ubuntu-*'] } }, by());
    const instances = [new DeliveryLimits(), new DeliveryLimits()];
    for (const each of [...instances, ...instances]) await deliver(world.ports, each, delivery());

    expect(world.webhooks.posts).toHaveLength(1);
    expect(world.deliveries.sent.map(({ at, delivery: { callAt, attempts } }) => [at, callAt, attempts])).toEqual(
      ['01', '02', '03'].map((second) => [`2026-11-22T08:00:${second}.000Z`, `2026-11-22T08:00:${second}.000Z`, 0]),
    );
    for (const { at, delivery: put } of world.deliveries.sent.splice(0)) {
      world.time.moveTo(Date.parse(at));
      await deliver(world.ports, limits, put);
    }
    expect(world.webhooks.posts).toHaveLength(4);
    expect(world.deliveries.sent).toEqual([]);
  });

  it('has a record of what came, what was received and what was given up', async () => {
    await put(hook);
    await deliver(world.ports, limits, delivery());
    world.webhooks.respond = () => ({ kind: 'answered', status: 410, headers: {} });
    await deliver(world.ports, limits, delivery());
    world.webhooks.respond = () => ({ kind: 'answered', status: 500, headers: {} });
    await deliver(world.ports, limits, delivery());
    await deliver(world.ports, limits, delivery({ attempts: 1 }));

    expect(await readRecord(world.ports, 'web')).toMatchObject({
      enqueued: 3,
      delivered: 1,
      failedTries: 2,
      deadLettered: 1,
    });
  });

  it('that was out of reach for days has dead letters, which are counted and open no breaker', async () => {
    await put(hook);
    for (let count = 0; count < 4; count += 1) expect(limits.enter('web')).toBe(true);
    await deliver(world.ports, limits, delivery({ since: '2026-11-19T08:00:00.000Z' }));

    expect((await world.documents.read('deadLetters/web/a1b2'))?.value).toMatchObject({
      reason: 'it could not be tried for days',
    });
    expect(await readRecord(world.ports, 'web')).toMatchObject({ enqueued: 1, deadLettered: 1, failuresInRow: 0 });
  });

  it('that was removed meanwhile gets nothing more', async () => {
    await put(hook);
    await removeTeam(world.ports, 'web', by());
    await deliver(world.ports, limits, delivery());

    expect(world.webhooks.posts).toEqual([]);
    expect(world.deliveries.sent).toEqual([]);
  });
});

describe('a team with a storage queue', () => {
  it('gets the CloudEvent as text', async () => {
    await put(queue);
    await deliver(world.ports, limits, delivery());

    expect(world.storageQueues.messages).toEqual([{ url: queue.url, text: JSON.stringify(event) }]);
  });

  it('is refused where the URL is none of a queue: the service shows its token to nobody else', async () => {
    expect(await put({ kind: 'storageQueue', url: 'https://queue.example/images' })).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('not the URL of a queue'),
    });
  });
});

it('a slow team delays nobody: while its tries hang, all others are served', async () => {
  await putTeam(world.ports, 'slow', teamOf({ kind: 'webhook', url: 'https://slow.example/' }), by());
  await put(hook);
  const hanging: (() => void)[] = [];
  world.webhooks.respond = ({ url }) =>
    url.includes('slow')
      ? new Promise((done) => hanging.push(() => done({ kind: 'unreachable', reason: 'it did not answer in time' })))
      : { kind: 'answered', status: 200, headers: {} };

  const slow = Array.from({ length: 50 }, () => deliver(world.ports, limits, delivery({ team: 'slow' })));
  for (let count = 0; count < 50; count += 1) await deliver(world.ports, limits, delivery());

  const urls = world.webhooks.posts.map(({ url }) => url);
  expect(urls.filter((url) => url === hook.url)).toHaveLength(50);
  // Four hold a place; the rest of the slow team went back into the queue at once.
  expect(hanging).toHaveLength(4);
  expect(world.deliveries.sent).toHaveLength(46);
  for (const end of hanging) end();
  await Promise.all(slow);
});
