import { readFileSync } from 'node:fs';
import { parseEvent } from '../../shared/azure/parseEvent.ts';
import { parseDelivery } from '../../shared/domain/deliveries/delivery.ts';
import { parsePlaced } from '../../shared/domain/deliveries/placed.ts';
import { judgeHandshake, judgeResponse } from '../../shared/domain/deliveries/webhookResponse.ts';
import { definitionKey } from '../../shared/domain/ids.ts';
import { parseWakeUp, timer } from '../../shared/domain/wakeUps.ts';
import { handleWakeUp } from '../../shared/workflow/handleWakeUp.ts';
import { indexEntries } from '../../shared/workflow/indexEntries.ts';
import { receiveEvent } from '../../shared/workflow/receiveEvent.ts';
import { ubuntu, World } from '../fakes/world.ts';
import { fc } from '../fastCheck.ts';
import { border, nearly } from './border.ts';

const at = '2026-11-22T08:00:00.000Z';
const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../vectors/events/${name}.json`, import.meta.url), 'utf8'));
const events = [
  'event-grid__resource_write_success',
  'event-grid__resource_delete_success',
  'cloud-events__resource_write_success',
];
const record = { id: 'e', at, log: 'instance', sequence: 1, type: 'held', actor: 'service', summary: 's', image: 'i' };
const delivery = {
  deliverTo: 'web',
  'cloudEvents:id': 'e',
  'cloudEvents:type': 't',
  'cloudEvents:source': 's',
  'cloudEvents:subject': 's',
  'cloudEvents:time': at,
  attempts: 1,
  since: at,
};
const headers = { 'retry-after': '5', 'webhook-allowed-origin': 'func.example', 'webhook-allowed-rate': '100' };

export const messageBorders = [
  border({
    name: 'events of Event Grid',
    inputs: fc.oneof(...events.map((name) => nearly(read(name)))),
    take: async (event) => {
      const parsed = await parseEvent(event);
      const world = new World();
      if (parsed.kind === 'event') await receiveEvent(world.ports, world.settings, parsed);
    },
  }),
  border({
    name: 'messages of the queue publications',
    inputs: nearly(timer({ key: definitionKey(ubuntu), definition: ubuntu }, at)),
    take: async (message) => {
      const world = new World();
      await handleWakeUp(world.ports, world.settings, parseWakeUp(message));
    },
  }),
  border({
    name: 'messages of the queue audit-index',
    inputs: fc.array(fc.oneof(nearly({ record, retry: 0 }), nearly([{ record, retry: 0 }])), { maxLength: 3 }),
    take: (messages) => indexEntries(new World().ports, messages),
  }),
  border({
    name: 'messages of the queue deliveries',
    inputs: fc.tuple(nearly(delivery), fc.jsonValue()),
    take: ([given, data]) => [
      parseDelivery(given, data),
      parsePlaced({ messageId: 'm', applicationProperties: given }),
    ],
  }),
  border({
    name: 'responses of webhooks',
    inputs: fc.tuple(
      fc.integer({ min: 100, max: 599 }),
      fc.dictionary(
        fc.constantFrom(...Object.keys(headers)),
        fc.oneof(fc.string(), fc.constantFrom(...Object.values(headers))),
      ),
    ),
    take: ([status, given]) => {
      const response = { kind: 'answered', status, headers: given } as const;
      return [judgeResponse(response), judgeHandshake(response, 'func.example')];
    },
  }),
];
