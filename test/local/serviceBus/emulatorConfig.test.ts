import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { deriveEmulatorConfig } from '../../../local/serviceBus/deriveEmulatorConfig.ts';
import { parseDuration } from '../../../local/serviceBus/duration.ts';
import {
  type Entities,
  entitiesSchema,
  type TeamSubscriptions,
  teamSubscriptionsSchema,
} from '../../../local/serviceBus/entitySchemas.ts';

const within = (least: string, most: string) =>
  z.string().refine((text) => {
    const value = parseDuration(text);
    return parseDuration(least) <= value && value <= parseDuration(most);
  });
const receiving = {
  DeadLetteringOnMessageExpiration: z.boolean(),
  DefaultMessageTimeToLive: within('PT5M', 'PT1H'),
  ForwardDeadLetteredMessagesTo: z.string(),
  ForwardTo: z.string(),
  MaxDeliveryCount: z.int().min(1).max(10),
  RequiresSession: z.boolean(),
};
const sending = {
  DuplicateDetectionHistoryTimeWindow: within('PT5S', 'PT5M'),
  RequiresDuplicateDetection: z.boolean(),
};
const correlation = z
  .strictObject({
    ContentType: z.string().optional(),
    CorrelationId: z.string().optional(),
    Label: z.string().optional(),
    MessageId: z.string().optional(),
    ReplyTo: z.string().optional(),
    ReplyToSessionId: z.string().optional(),
    SessionId: z.string().optional(),
    To: z.string().optional(),
    Properties: z.record(z.string(), z.unknown()).optional(),
  })
  .refine((filter) => Object.keys(filter).length > 0);
const sqlExpression = z.strictObject({ SqlExpression: z.string() });
const rule = z.strictObject({
  Name: z.string(),
  Properties: z.union([
    z.strictObject({
      FilterType: z.literal('Correlation'),
      CorrelationFilter: correlation,
      Action: sqlExpression.optional(),
    }),
    z.strictObject({ FilterType: z.literal('Sql'), SqlFilter: sqlExpression, Action: sqlExpression.optional() }),
  ]),
});
const subscription = z.strictObject({
  Name: z.string(),
  Properties: z.strictObject({ ...receiving, LockDuration: within('PT1M', 'PT5M') }),
  Rules: z.array(rule).min(1).max(1000).optional(),
});

/** The rules of the emulator's own schema. */
const emulatorSchema = z.strictObject({
  UserConfig: z.strictObject({
    Namespaces: z
      .array(
        z.strictObject({
          Name: z.literal('sbemulatorns'),
          Queues: z.array(
            z.strictObject({
              Name: z.string(),
              Properties: z.strictObject({ ...receiving, ...sending, LockDuration: within('PT5S', 'PT5M') }),
            }),
          ),
          Topics: z.array(
            z.strictObject({
              Name: z.string(),
              Properties: z.strictObject({ ...sending, DefaultMessageTimeToLive: within('PT5M', 'PT1H') }),
              Subscriptions: z.array(subscription).min(1).max(50),
            }),
          ),
        }),
      )
      .length(1),
    Logging: z.strictObject({ Type: z.literal('File') }),
  }),
});

const derive = (entities: Partial<Entities>, subscriptions: TeamSubscriptions = []) =>
  deriveEmulatorConfig(
    entitiesSchema.parse({ queues: [], topics: [], ...entities }),
    teamSubscriptionsSchema.parse(subscriptions),
  );

it('moves what the emulator does not take to the nearest value, and names each change', () => {
  const { config, changes } = derive(
    {
      queues: [{ name: 'q', lockDuration: 'PT1S', maxDeliveryCount: 20, defaultMessageTimeToLive: 'P14D' }],
      topics: [{ name: 't', defaultMessageTimeToLive: 'PT1M', duplicateDetectionHistoryTimeWindow: 'P7D' }],
    },
    [{ topic: 't', name: 's', settings: { lockDuration: 'PT30S' } }],
  );

  expect(emulatorSchema.parse(config)).toBeTruthy();
  expect(changes).toEqual([
    'q: LockDuration PT1S becomes PT5S',
    'q: DefaultMessageTimeToLive P14D becomes PT1H',
    'q: MaxDeliveryCount 20 becomes 10',
    'q: DuplicateDetectionHistoryTimeWindow PT10M becomes PT5M',
    't: DefaultMessageTimeToLive PT1M becomes PT5M',
    't: DuplicateDetectionHistoryTimeWindow P7D becomes PT5M',
    't/s: LockDuration PT30S becomes PT1M',
  ]);
});

it('writes rules in the emulator’s words, and gives a topic without subscription one', () => {
  const rules = [
    { name: 'c', filter: { kind: 'correlation' as const, subject: 'l', properties: { a: 1 } } },
    { name: 's', filter: { kind: 'sql' as const, expression: 'a = 1' }, action: 'SET b = 2' },
    { name: 'f', filter: { kind: 'false' as const } },
  ];
  const { config, changes } = derive({ topics: [{ name: 't' }, { name: 'lonely' }] }, [
    { topic: 'T', name: 's', rules },
  ]);

  const [topic, lonely] = emulatorSchema.parse(config).UserConfig.Namespaces[0]?.Topics ?? [];
  expect(topic?.Subscriptions[0]?.Rules?.map(({ Properties }) => Properties)).toEqual([
    { FilterType: 'Correlation', CorrelationFilter: { Label: 'l', Properties: { a: 1 } } },
    { FilterType: 'Sql', SqlFilter: { SqlExpression: 'a = 1' }, Action: { SqlExpression: 'SET b = 2' } },
    { FilterType: 'Sql', SqlFilter: { SqlExpression: '1=0' } },
  ]);
  expect(lonely?.Subscriptions.map(({ Name }) => Name)).toEqual(['all']);
  expect(changes).toContain("lonely: gets a subscription 'all', for the emulator takes no topic without one");
});

it('derives the configuration of the deployed entities and a file of teams', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'emulator-config-'));
  const [teams, output] = [join(folder, 'teams.json'), join(folder, 'Config.json')];
  await writeFile(teams, JSON.stringify([{ topic: 'image-versions', name: 'team-a' }]));

  const run = promisify(execFile);
  const script = ['local/serviceBus/emulatorConfig.ts', '--teams', teams];
  const printed = await run(process.execPath, script);
  const written = await run(process.execPath, [...script, output]);

  const config = emulatorSchema.parse(JSON.parse(printed.stdout));
  expect(config.UserConfig.Namespaces[0]?.Queues.map(({ Name }) => Name)).toContain('publications');
  expect(config.UserConfig.Namespaces[0]?.Topics[0]?.Subscriptions[0]?.Name).toBe('team-a');
  expect(printed.stderr).toContain('publications: DefaultMessageTimeToLive P14D becomes PT1H\n');
  expect([written.stdout, await readFile(output, 'utf8')]).toEqual(['', printed.stdout]);
  await rm(folder, { recursive: true });
});
