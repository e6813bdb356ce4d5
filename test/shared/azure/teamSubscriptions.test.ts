import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ServiceBusAdministrationClient } from '@azure/service-bus';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTeamSubscriptions } from '../../../shared/azure/createTeamSubscriptions.ts';
import { entities } from '../../../shared/config.ts';
import { parseDelivery } from '../../../shared/domain/deliveries/delivery.ts';
import { parsePlaced } from '../../../shared/domain/deliveries/placed.ts';
import { compileFilter } from '../../../shared/domain/teams/teamFilter.ts';
import type { TeamSubscriptions } from '../../../shared/ports.ts';
import { receiveAll } from '../../local/serviceBus/receiveAll.ts';
import { startTestBus } from '../../local/serviceBus/startTestBus.ts';

const deployed = JSON.parse(readFileSync(new URL('../../../infra/serviceBus.json', import.meta.url), 'utf8'));
const longest = 'a'.repeat(50);
const time = '2026-11-22T08:00:00.000Z';
let bus: Awaited<ReturnType<typeof startTestBus>>;
let teams: TeamSubscriptions;

beforeEach(async () => {
  bus = await startTestBus({ entities: deployed });
  setDefaultCACertificates([...getCACertificates('default'), bus.ca]);
  const client = new ServiceBusAdministrationClient(
    `Endpoint=sb://localhost:${bus.administrationPort};SharedAccessKeyName=k;SharedAccessKey=v`,
  );
  const may = async () => ({ kind: 'done' as const });
  teams = createTeamSubscriptions(client, { assign: may, remove: may });
});
afterEach(() => bus.stop());

function put(team: string, images: string[], forward = false) {
  const compiled = compileFilter(team, { images });
  return compiled.kind === 'sql' ? teams.put(team, compiled.sql, forward) : compiled;
}

const announce = (messageId: string, properties: object) =>
  bus.client.createSender(entities.imageVersions).sendMessages({
    messageId,
    body: {},
    applicationProperties: {
      type: 't',
      'cloudEvents:id': messageId,
      'cloudEvents:type': 't',
      'cloudEvents:source': 's',
      'cloudEvents:subject': 's',
      'cloudEvents:time': time,
      ...properties,
    },
  });

async function receive(team: string): Promise<unknown[]> {
  const receiver = bus.client.createReceiver(entities.imageVersions, team, { receiveMode: 'receiveAndDelete' });
  return (await receiveAll(receiver)).map(({ messageId }) => messageId);
}

/** What the service gets of the queue `deliveries`: whose, and whether to count or to deliver it. */
async function forwarded(): Promise<string[]> {
  const receiver = bus.client.createReceiver(entities.deliveries, { receiveMode: 'receiveAndDelete' });
  const found = await receiveAll(receiver);
  return found.map(({ messageId, applicationProperties, body }) => {
    const placed = parsePlaced({ messageId, applicationProperties });
    if (placed) return `count ${placed.messageId} for ${placed.team}`;
    const parsed = parseDelivery(applicationProperties, body);
    return parsed.kind === 'delivery' ? `deliver ${parsed.delivery.event.id} to ${parsed.delivery.team}` : parsed.kind;
  });
}

test('what a team receives by itself is counted by a copy; what is for it alone, too, and nothing else', async () => {
  await put('web', ['ubuntu']);
  await put(longest, ['debian']);
  await announce('u', { image: 'ubuntu' });
  await announce('d', { image: 'debian' });
  await announce('only', { image: 'ubuntu', team: longest });
  await announce('test', { type: 'imprimatur.team.test.v1', team: 'web' });

  expect(await teams.count('web')).toEqual({ waiting: 2, deadLettered: 0 });
  expect(await receive('web')).toEqual(['u', 'test']);
  expect(await receive(longest)).toEqual(['d']);
  expect((await forwarded()).sort()).toEqual([`count d for ${longest}`, 'count test for web', 'count u for web']);
});

test('a changed filter is the one that is counted by; a removed team is counted no more', async () => {
  await put('web', ['ubuntu']);
  await put('web', ['debian']);
  await announce('u', { image: 'ubuntu' });
  await announce('d', { image: 'debian' });
  expect(await forwarded()).toEqual(['count d for web']);

  await teams.delete('web');
  expect(await teams.count('web')).toBeUndefined();
  await announce('d2', { image: 'debian' });
  expect(await forwarded()).toEqual([]);
});

test('what is delivered to a team is counted by its deliveries alone', async () => {
  await put('web', ['ubuntu']);
  await put('web', ['ubuntu'], true);
  await announce('u', { image: 'ubuntu' });
  expect(await forwarded()).toEqual(['deliver u to web']);

  await put('web', ['ubuntu']);
  await announce('u2', { image: 'ubuntu' });
  expect(await receive('web')).toEqual(['u2']);
  expect(await forwarded()).toEqual(['count u2 for web']);
});

test('a filter that cannot be parsed leaves what is received, and what is counted, as it was', async () => {
  await put('web', ['ubuntu']);
  expect(await teams.put('web', 'image =', false)).toMatchObject({ kind: 'refused' });
  await announce('u', { image: 'ubuntu' });

  expect(await receive('web')).toEqual(['u']);
  expect(await forwarded()).toEqual(['count u for web']);
});

test('a team that never reads, or puts everything back, delays no other', async () => {
  for (const team of ['dead', 'slow', 'web']) await put(team, ['ubuntu']);
  const slow = bus.client.createReceiver(entities.imageVersions, 'slow');
  for (const id of ['1', '2', '3']) {
    await announce(id, { image: 'ubuntu' });
    const [taken] = await slow.receiveMessages(1);
    if (taken) await slow.abandonMessage(taken);
  }

  expect(await receive('web')).toEqual(['1', '2', '3']);
  expect(await teams.count('dead')).toEqual({ waiting: 3, deadLettered: 0 });
  expect(await teams.count('slow')).toEqual({ waiting: 3, deadLettered: 0 });
});
