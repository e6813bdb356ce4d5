import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { probe } from '../../../cli/doctor/probe.ts';
import {
  makeDefinition,
  makeVersion,
  startTestArm,
  subscriptionId,
  type TestArm,
  version,
} from '../../local/arm/startTestArm.ts';

const resourceGroup = `/subscriptions/${subscriptionId}/resourceGroups/images`;
const plan = {
  resourceGroup,
  subnetId: `${resourceGroup}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/smoke-tests`,
  region: 'westeurope',
  vmSize: 'Standard_D2s_v5',
  source: `/subscriptions/${subscriptionId}${version('1.0.0')}`,
  suffix: 'abc123',
  adminPassword: 'not shown',
};

let arm: TestArm;
const asked: string[] = [];
const run = (changed: Partial<typeof plan> = {}) =>
  probe(
    {
      ask: (method, path, body) => {
        asked.push(`${method} ${path.split('?')[0]}`);
        return arm.send(method, path, body);
      },
      now: () => arm.clock.now(),
      wait: (ms) => arm.clock.advance(ms),
      say: () => {},
    },
    { ...plan, ...changed },
  );
const probes = async (collection: string) =>
  (await arm.call('GET', `/resourceGroups/images/providers/Microsoft.Compute/${collection}`)).body.value.filter(
    ({ name }: { name: string }) => name.includes('probe'),
  );

beforeEach(async () => {
  asked.length = 0;
  arm = await startTestArm();
  await makeDefinition(arm);
  await makeVersion(arm, '1.0.0');
});
afterEach(() => arm.stop());

test('asks on a gallery of its own which flags count and what writes change, and deletes everything', async () => {
  const { answers, left } = await run();

  expect(answers.map(({ question, answer }) => `${question}: ${answer}`)).toEqual([
    expect.stringMatching(/^a PATCH of the flags while the version replicates: is refused: 409 /),
    'latest with excludeFromLatest true for the version and false for the region: none',
    'latest with excludeFromLatest false for the version and true for the region: none',
    'latest with excludeFromLatest false for the version and false for the region: 1.0.0',
    'publishedDate after writes of the flags: is as before',
    'systemData.createdAt after writes of the flags: is as before',
  ]);
  expect(answers.every(({ agrees }) => agrees)).toBe(true);
  expect(left).toEqual([]);
  expect([...(await probes('virtualMachines')), ...(await probes('galleries'))]).toEqual([]);
  const written = asked.filter((line) => !line.startsWith('GET ')).filter((line) => line.includes('/galleries/'));
  expect(written.every((line) => line.includes('/galleries/impprobeabc123'))).toBe(true);
});

describe('where the smoke-test group has a system topic', () => {
  const topic = '/resourceGroups/images/providers/Microsoft.EventGrid/systemTopics/evgt-prod-smoke-tests';
  const destination = { endpointType: 'AzureFunction', properties: { resourceId: '/functions/imageEvents' } };
  const eventSubscriptions = async () => (await arm.call('GET', `${topic}/eventSubscriptions`)).body.value;
  beforeEach(async () => {
    const properties = { source: resourceGroup, topicType: 'Microsoft.Resources.ResourceGroups' };
    await arm.call('PUT', topic, { location: 'global', properties }, '2025-02-15');
    const filter = { includedEventTypes: ['Microsoft.Resources.ResourceActionSuccess'] };
    await arm.call('PUT', `${topic}/eventSubscriptions/smokeTestEvents`, { properties: { destination, filter } });
  });

  test('counts the events of one creation with an event subscription of its own, which it deletes', async () => {
    const { answers, left } = await run();

    expect(answers.at(-1)).toEqual({
      question: 'events of success for one creation of a version',
      answer: expect.stringMatching(/^1, the first \d+ min after the request; it was finished after \d+ min$/),
      assumed: 'one or more, none before it is finished',
      agrees: true,
    });
    expect(left).toEqual([]);
    expect(asked).toContain(`PUT /subscriptions/${subscriptionId}${topic}/eventSubscriptions/probe-abc123`);
    expect((await eventSubscriptions()).map(({ name }: { name: string }) => name)).toEqual(['smokeTestEvents']);
  });

  test.each([
    ['eventLost', /^none$/, false],
    ['eventDoubled', /^2, /, true],
  ])('tells of an Azure in which the event is otherwise: %s', async (kind, answer, agrees) => {
    await arm.addFault({ match: { method: 'PUT', name: 'versions/1\\.0\\.1$' }, effect: { kind } });

    const { answers } = await run();

    expect(answers.at(-1)).toMatchObject({ answer: expect.stringMatching(answer), agrees });
  });
});

test('an answer that differs from what the service relies on is told as one', async () => {
  await arm.addFault({
    match: { method: 'PUT', type: 'Microsoft.Compute/virtualMachines' },
    effect: { kind: 'error', status: 403, code: 'RequestDisallowedByPolicy', message: 'no VMs here' },
  });

  const { answers } = await run();

  expect(answers[1]).toMatchObject({
    answer: 'the VM is refused: 403 RequestDisallowedByPolicy: no VMs here',
    assumed: 'none',
    agrees: false,
  });
  expect(answers.filter(({ agrees }) => !agrees)).toHaveLength(1);
});

test('says what Azure refused, and leaves nothing behind', async () => {
  await expect(run({ source: `${plan.source.replace('1.0.0', '9.9.9')}` })).rejects.toThrow(
    /^Azure did not make a version: 404 NotFound: .*9\.9\.9/,
  );
  expect(await probes('galleries')).toEqual([]);
});
