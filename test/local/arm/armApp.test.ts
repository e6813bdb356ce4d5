import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  group,
  makeDefinition,
  startTestArm,
  subscriptionId,
  type TestArm,
  version,
  versionBody,
} from './startTestArm.ts';

describe('ARM over HTTP', () => {
  let arm: TestArm;
  beforeAll(async () => {
    arm = await startTestArm();
    await makeDefinition(arm);
  });
  afterAll(() => arm.stop());

  const root = `/subscriptions/${subscriptionId}`;
  const withToken = async (token: string) =>
    arm.send('GET', `${root}${group}?api-version=2021-04-01`, undefined, { authorization: token });

  it('answers 401 with a challenge where the token is missing, expired, forged or for somebody else', async () => {
    const missing = await withToken('');
    expect([missing.status, missing.body.error.code]).toEqual([401, 'AuthenticationFailed']);
    expect(missing.headers.get('www-authenticate')).toMatch(/^Bearer authorization_uri="https:/);

    const expired = await withToken(`Bearer ${await arm.token({}, -60_000)}`);
    expect([expired.status, expired.body.error.code]).toEqual([401, 'ExpiredAuthenticationToken']);

    const foreign = await withToken(`Bearer ${await arm.token({}, 60_000, 'https://storage.azure.com/')}`);
    expect(foreign.body.error.code).toBe('InvalidAuthenticationTokenAudience');
    expect((await withToken(`Bearer ${await arm.token({}, 60_000, arm.url)}`)).status).toBe(200);

    const forged = `${(await arm.token()).slice(0, -8)}AAAAAAAA`;
    expect((await withToken(`Bearer ${forged}`)).body.error.code).toBe('InvalidAuthenticationToken');
  });

  it('wants an api-version and takes every well-formed one', async () => {
    const missing = await arm.send('GET', `${root}${group}`);
    expect([missing.status, missing.body.error.code]).toEqual([400, 'MissingApiVersionParameter']);
    expect((await arm.call('GET', group, undefined, 'newest')).body.error.code).toBe('InvalidApiVersionParameter');
    for (const apiVersion of ['2019-11-01', '2021-10-01', '2022-03-03', '2022-08-01', '2026-04-01']) {
      expect((await arm.call('GET', group, undefined, apiVersion)).status).toBe(200);
    }
  });

  it('reads paths in any case and with doubled slashes', async () => {
    const path = '/resourcegroups/IMAGES/providers/microsoft.compute//Galleries/CORP/images/Ubuntu';
    const { status, body } = await arm.call('GET', path);

    expect(status).toBe(200);
    expect(body.id).toBe(`${root}${group}/providers/Microsoft.Compute/galleries/corp/images/ubuntu`);
  });

  it('gives every answer its ids', async () => {
    const { headers } = await arm.send('GET', `${root}${group}?api-version=2021-04-01`, undefined, {
      'x-ms-client-request-id': 'mine',
      'x-ms-correlation-request-id': 'ours',
    });

    expect(headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-ms-correlation-request-id')).toBe('ours');
    expect(headers.get('x-ms-client-request-id')).toBe('mine');
  });

  it('says what is not there', async () => {
    const codeOf = async (path: string) => {
      const { status, body } = await arm.call('GET', path);
      return [status, body.error.code];
    };

    expect(await codeOf('/resourceGroups/none')).toEqual([404, 'ResourceGroupNotFound']);
    expect(await codeOf(`${group}/providers/Microsoft.Compute/galleries/none`)).toEqual([404, 'ResourceNotFound']);
    expect(await codeOf(`${group}/providers/Microsoft.Compute/galleries/none/images/x`)).toEqual([
      404,
      'ParentResourceNotFound',
    ]);
    expect(await codeOf(`${group}/providers/Microsoft.Compute/toasters/x`)).toEqual([404, 'InvalidResourceType']);
    expect(await codeOf(version('latest'))).toEqual([404, 'ResourceNotFound']);
    const other = await arm.send('GET', '/subscriptions/other/resourceGroups?api-version=2021-04-01');
    expect([other.status, other.body.error.code]).toEqual([404, 'SubscriptionNotFound']);
  });

  it('refuses a body that is no JSON, or not of the shape', async () => {
    const broken = await arm.call('PUT', version('1.0.0'), '{"location": ');
    expect([broken.status, broken.body.error.code]).toEqual([400, 'InvalidRequestContent']);
    const wrong = await arm.call('PUT', version('1.0.0'), versionBody('healthy', { replicaCount: 'many' }));
    expect([wrong.status, wrong.body.error.code]).toEqual([400, 'InvalidRequestContent']);
  });

  it('lists subscriptions, resource groups, and resources of every type', async () => {
    expect((await arm.send('GET', '/subscriptions?api-version=2019-11-01')).body.value[0].subscriptionId).toBe(
      subscriptionId,
    );
    expect((await arm.call('GET', '/resourcegroups')).body.value.map((one: { name: string }) => one.name)).toEqual([
      'images',
    ]);
    expect((await arm.call('HEAD', group)).status).toBe(204);
    expect((await arm.call('HEAD', '/resourceGroups/none')).status).toBe(404);
    const { body } = await arm.call('GET', `${group}/resources`);
    expect(body.value.map((one: { type: string }) => one.type)).toEqual([
      'Microsoft.Compute/galleries',
      'Microsoft.Compute/galleries/images',
    ]);
    const filtered = await arm.call('GET', `/resources?$filter=resourceType eq 'Microsoft.Compute/galleries'`);
    expect(filtered.body.value).toHaveLength(1);
  });
});
