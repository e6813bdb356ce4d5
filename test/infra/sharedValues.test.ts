import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import eventSubscriptions from '../../infra/eventSubscriptions.json' with { type: 'json' };
import entities from '../../infra/serviceBus.json' with { type: 'json' };
import storage from '../../infra/storage.json' with { type: 'json' };
import { filterSchema } from '../../local/eventGrid/filter.ts';
import { entitiesSchema } from '../../local/serviceBus/entitySchemas.ts';
import { containers, entities as entityNames } from '../../shared/config.ts';

const template = (name: string) => readFileSync(`infra/modules/${name}.bicep`, 'utf8');

test('the entities are valid, and are those that the app uses', () => {
  const { queues, topics } = entitiesSchema.parse(entities);

  expect([...queues, ...topics].map(({ name }) => name).sort()).toEqual(Object.values(entityNames).sort());
});

test('the template writes every property of every entity', () => {
  const source = template('serviceBus');
  const lines = (variable: string, entity: object) =>
    Object.keys(entity)
      .filter((name) => name !== 'name')
      .map((name) => `${name}: ${variable}.${name}`);

  for (const queue of entities.queues) for (const line of lines('queue', queue)) expect(source).toContain(line);
  for (const topic of entities.topics) for (const line of lines('topic', topic)) expect(source).toContain(line);
  for (const line of lines('entities.teamSubscription', entities.teamSubscription)) expect(source).toContain(line);
});

test('the containers are those that the app and the dead letters use', () => {
  const deadLetters = Object.values(eventSubscriptions).map(({ deadLetterContainer }) => deadLetterContainer);

  expect([...storage.containers].sort()).toEqual([...new Set([...Object.values(containers), ...deadLetters])].sort());
});

test('every container that the storage template names is there', () => {
  const named = [...template('storage').matchAll(/indexOf\(containerNames, '([^']+)'\)/g)].map(([, name = '']) => name);
  const [, list = ''] = /for containerName in \[([^\]]+)\]/.exec(template('storage')) ?? [];
  const written = list.split(',').map((name) => name.trim().slice(1, -1));

  expect([...new Set([...named, ...written])].sort()).toEqual([...storage.containers].sort());
});

test('the event subscriptions are valid, and the template writes every property of them', () => {
  const schema = z.strictObject({
    functionName: z.literal('imageEvents'),
    eventDeliverySchema: z.enum(['EventGridSchema', 'CloudEventSchemaV1_0']),
    filter: filterSchema,
    retryPolicy: z.strictObject({
      maxDeliveryAttempts: z.int().min(1).max(30),
      eventTimeToLiveInMinutes: z.int().min(1).max(1440),
    }),
    deadLetterContainer: z.string(),
  });
  for (const [name, subscription] of Object.entries(eventSubscriptions)) {
    schema.parse(subscription);
    expect(readFileSync('infra/eventSubscriptions.bicep', 'utf8')).toContain(`settings: settings.${name}`);
    for (const property of Object.keys(subscription))
      expect(template('eventSubscription')).toContain(`settings.${property}`);
  }
});
