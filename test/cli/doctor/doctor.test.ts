import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { judgeQuota, judgeRights, judgeSubnet, providers } from '../../../cli/doctor/judge.ts';
import types from '../../../infra/resourceTypes.json' with { type: 'json' };
import { runCommand } from '../runCommand.ts';

const subscriptionId = '11111111-1111-1111-1111-111111111111';
const gallery = `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.Compute/galleries/corp`;
const allowed = [{ actions: ['*'], notActions: [] }];
const registered = providers.map((namespace) => ({ namespace, registrationState: 'Registered' }));
const vmsCanLive = { properties: { networkSecurityGroup: { id: '/nsg' }, defaultOutboundAccess: true } };

/** What Azure answers, by a part of the path. */
const healthy: Record<string, object> = {
  '/providers?': { value: registered },
  '/permissions?': { value: allowed },
  '/systemTopics?': { value: [] },
  '/galleries/corp?': { id: gallery },
  '/usages?': { value: [{ currentValue: 0, limit: 10, name: { value: 'cores' } }] },
  '/subnets/smoke-tests?': vmsCanLive,
  '/checkPolicyRestrictions?': { contentEvaluationResult: { policyEvaluations: [] } },
};

describe('imprimatur doctor', () => {
  let answers = { ...healthy };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    asked.push(`${request.method} ${url}`);
    const [, body] = url.startsWith('/msi/token')
      ? ['', { access_token: 'a.b.c', expires_on: '4102444800', token_type: 'Bearer', resource: 'r' }]
      : (Object.entries(answers).find(([part]) => url.includes(part)) ?? []);
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { error: { code: 'NotFound', message: 'no' } }));
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    answers = { ...healthy };
    asked.length = 0;
    process.env.IDENTITY_ENDPOINT = `${url}/msi/token`;
    process.env.IDENTITY_HEADER = 'h';
  });
  afterAll(() => {
    delete process.env.IDENTITY_ENDPOINT;
    delete process.env.IDENTITY_HEADER;
    server.close();
  });

  const doctor = (...more: string[]) =>
    runCommand([
      'doctor',
      ...['--endpoint', url, '--subscription', subscriptionId, '--environment', 'prod'],
      ...['--galleries', gallery, '--regions', 'West Europe', ...more],
    ]);

  test('finds nothing missing where everything is in place, and changes nothing', async () => {
    const { exitCode, stdout } = await doctor();

    expect(stdout.split('\n').filter((line) => line !== '' && !line.startsWith('ok '))).toEqual([]);
    expect(exitCode).toBe(0);
    const writes = asked.filter((line) => !line.startsWith('GET '));
    expect(writes.map((line) => line.split('?')[0])).toEqual([
      `POST /subscriptions/${subscriptionId}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions`,
    ]);
  });

  test('names each thing that is missing, and what to do about it', async () => {
    const deny = {
      evaluationResult: 'NonCompliant',
      policyInfo: { policyAssignmentId: '/policies/no-vms', policyDefinitionId: '/d' },
      effectDetails: { policyEffect: 'Deny' },
    };
    answers = {
      ...healthy,
      '/providers?': { value: registered.filter(({ namespace }) => namespace !== 'Microsoft.EventGrid') },
      '/permissions?': { value: [{ actions: ['*'], notActions: ['Microsoft.Authorization/*/Write'] }] },
      '/systemTopics?': { value: [{ id: '/other', properties: { source: `/subscriptions/${subscriptionId}` } }] },
      '/checkPolicyRestrictions?': { contentEvaluationResult: { policyEvaluations: [deny] } },
    };
    delete answers['/galleries/corp?'];

    const { exitCode, stdout } = await doctor('--json');

    const found = JSON.parse(stdout) as { level: string; message: string; remedy?: string }[];
    expect(found.filter(({ level }) => level === 'missing').map(({ message }) => message)).toEqual([
      'Microsoft.EventGrid is not registered',
      'you may not Microsoft.Authorization/roleDefinitions/write, Microsoft.Authorization/roleAssignments/write',
      '/other holds the events of this Azure subscription',
      `${gallery} is not there`,
      '/policies/no-vms refuses the VM of a smoke test',
    ]);
    expect(found[0]?.remedy).toBe('az provider register --namespace Microsoft.EventGrid');
    expect(exitCode).toBe(1);
  });

  test('says so when Azure does not, and does not take that for well or ill', async () => {
    answers = {};

    const { exitCode, stdout } = await doctor();

    expect(stdout).toContain('unknown  resource providers: Azure answered 404 NotFound');
    expect(exitCode).toBe(1);
    expect(stdout.match(/^missing/gm)).toHaveLength(1);
  });

  test('looks at the subnets of builds when they are named', async () => {
    answers = { ...healthy, '/subnets/build?': { id: '/b', properties: {} } };

    const { exitCode, stdout } = await doctor('--build-subnet', '/subnets/build');

    expect(stdout).toContain('subnet for builds: its network policies refuse the private link service of a build');
    expect(exitCode).toBe(1);
  });

  test.each([
    [['doctor', '--subscription', 's', '--container-subnet', '/c'], 'give --build-subnet too'],
    [['doctor', '--subscription', ''], 'no Azure subscription'],
    [['doctor', '--subscription', 's', '--galleries', 'corp'], 'corp is not the resource id of a gallery'],
    [['doctor', '--subscription', 's', '--regions', 'westeurope', '--probe'], '--probe needs --source'],
  ])('%j is wrong usage', async (args, message) => {
    const { exitCode, stderr } = await runCommand(args);

    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

test('the providers are those of the templates, and the one that Flex Consumption lives in', () => {
  const used = Object.keys(types).flatMap((type) => type.split('/')[0] ?? []);
  const needed = new Set([...used, 'Microsoft.App'].filter((name) => name !== 'Microsoft.VirtualMachineImages'));

  expect(providers).toEqual([...needed].sort());
});

test.each([
  [['Microsoft.Compute/*'], [], 'ok'],
  [['*/read'], [], 'missing'],
  [['*'], ['Microsoft.Compute/galleries/*'], 'missing'],
])('actions %j without %j: %s', (actions, notActions, level) => {
  const answer = { status: 200, body: { value: [{ actions, notActions }] } };

  expect(judgeRights('r', answer, ['Microsoft.Compute/galleries/write'], '')[0]?.level).toBe(level);
});

test.each([
  [10, 9, 'missing'],
  [10, 8, 'ok'],
])('of %i cores %i in use: %s', (limit, currentValue, level) => {
  const answer = { status: 200, body: { value: [{ limit, currentValue, name: { value: 'cores' } }] } };

  expect(judgeQuota('westeurope', answer, 2)[0]?.level).toBe(level);
});

test('cores that the region has and the family of the common size has not are none', () => {
  const value = [
    { limit: 100, currentValue: 0, name: { value: 'cores' } },
    { limit: 0, currentValue: 0, name: { value: 'standardDSv5Family' } },
  ];

  expect(judgeQuota('westeurope', { status: 200, body: { value } }, 2)).toEqual([
    expect.objectContaining({
      level: 'missing',
      message: '0 cores of standardDSv5Family are free, 2 are needed for one smoke test',
    }),
  ]);
});

test.each([
  ['without a security group', { defaultOutboundAccess: true }, 'it has no network security group'],
  [
    'with no way out',
    { networkSecurityGroup: { id: 'n' }, defaultOutboundAccess: false },
    'VMs have no way out, so no run command answers',
  ],
  [
    'of another service',
    { networkSecurityGroup: { id: 'n' }, delegations: [{ properties: { serviceName: 'Microsoft.App/environments' } }] },
    'it is delegated to Microsoft.App/environments',
  ],
])('a subnet %s is named', (_, properties, message) => {
  expect(judgeSubnet('westeurope', { status: 200, body: { properties } }).map((found) => found.message)).toEqual([
    message,
  ]);
});
