import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestArm, subscriptionId, type TestArm } from './startTestArm.ts';

const topic = '/resourceGroups/g/providers/Microsoft.ServiceBus/namespaces/bus/topics/image-versions';
const role = (id: string) => `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
const receiver = role('4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0');
const accessAdministrator = role('f58310d9-a9f6-439a-9e8d-f62e7b41a168');
const guid = (number: number) => `55555555-5555-5555-5555-${String(number).padStart(12, '0')}`;
let arm: TestArm;

beforeEach(async () => {
  arm = await startTestArm({}, ['object-1']);
});
afterEach(() => arm.stop());

const path = (scope: string, number: number) =>
  `/subscriptions/${subscriptionId}${scope}/providers/Microsoft.Authorization/roleAssignments/${guid(number)}?api-version=2022-04-01`;
const assign = async (scope: string, number: number, principalId: string, roleDefinitionId = receiver, claims = {}) =>
  arm.send(
    'PUT',
    path(scope, number),
    { properties: { roleDefinitionId, principalId, principalType: 'Group' } },
    { authorization: `Bearer ${await arm.token(claims)}` },
  );
const held = async (principal: string) =>
  (await fetch(`${arm.url}/local/roles?principalId=${principal}`)).json() as Promise<unknown>;

test('a role assignment is kept under its scope, and the data services are told of it', async () => {
  const made = await assign(`${topic}/subscriptions/web`, 1, 'team-web');

  expect(made).toMatchObject({ status: 201, body: { type: 'Microsoft.Authorization/roleAssignments' } });
  expect((await assign(`${topic}/subscriptions/web`, 1, 'team-web')).status).toBe(200);
  const scope = `/subscriptions/${subscriptionId}${topic}/subscriptions/web`;
  expect(await held('team-web')).toEqual([{ scope, roleDefinitionId: receiver }]);
  expect((await arm.send('DELETE', path(`${topic}/subscriptions/web`, 1))).status).toBe(200);
  expect((await arm.send('DELETE', path(`${topic}/subscriptions/web`, 1))).status).toBe(204);
  expect(await held('team-web')).toEqual([]);
});

test('the same role for the same principal at the same scope exists once', async () => {
  await assign(topic, 1, 'team-web');

  expect(await assign(topic, 2, 'team-web')).toMatchObject({
    status: 409,
    body: { error: { code: 'RoleAssignmentExists' } },
  });
});

test('who has no role that says so assigns nothing, and whoever has one does so below its scope only', async () => {
  const administrator = { oid: 'object-2', appid: 'app-2' };
  expect(await assign(topic, 1, 'team-web', receiver, administrator)).toMatchObject({
    status: 403,
    body: { error: { code: 'AuthorizationFailed', message: expect.stringContaining('roleAssignments/write') } },
  });

  await assign(topic, 2, 'object-2', accessAdministrator);

  expect((await assign(`${topic}/subscriptions/web`, 3, 'team-web', receiver, administrator)).status).toBe(201);
  expect((await assign('/resourceGroups/g', 4, 'team-web', receiver, administrator)).status).toBe(403);
});
