import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  group,
  makeDefinition,
  makeVersion,
  startTestArm,
  type TestArm,
  version,
  versionBody,
  vm,
  vmBody,
} from './startTestArm.ts';

describe('faults', () => {
  let arm: TestArm;
  beforeEach(async () => {
    arm = await startTestArm();
    await makeDefinition(arm);
  });
  afterEach(() => arm.stop());

  const put = () => arm.call('PUT', version('1.0.0'), versionBody());

  it('meet what they match, as often as they say', async () => {
    await arm.addFault({
      match: { method: 'put', type: 'microsoft.compute/galleries/images/versions', name: '^1\\.' },
      count: 2,
      effect: { kind: 'error', status: 503, code: 'ServiceUnavailable' },
    });

    expect((await arm.call('GET', group)).status).toBe(200);
    expect((await put()).status).toBe(503);
    expect((await put()).body.error.code).toBe('ServiceUnavailable');
    expect((await put()).status).toBe(201);
  });

  it('can be told apart by size and region of a virtual machine', async () => {
    await makeVersion(arm, '1.0.0');
    await arm.addFault({
      match: { vmSize: 'standard_d2s_v5', region: 'West Europe' },
      count: 'always',
      effect: { kind: 'error', status: 409, code: 'SkuNotAvailable' },
    });
    const other = vmBody(version('1.0.0'), { hardwareProfile: { vmSize: 'Standard_D4s_v5' } });

    expect((await arm.call('PUT', vm('a'), vmBody(version('1.0.0')))).body.error.code).toBe('SkuNotAvailable');
    expect((await arm.call('PUT', vm('a'), other)).status).toBe(201);
  });

  it('can be meant for one caller alone', async () => {
    const effect = { kind: 'error', status: 403, code: 'AuthorizationFailed' } as const;
    await arm.addFault({ match: { caller: 'somebody else' }, effect });
    expect((await put()).status).toBe(201);
    await arm.addFault({ match: { caller: 'app-1' }, effect });
    expect((await put()).body.error.code).toBe('AuthorizationFailed');
  });

  it('fail the operation instead of the request where they are asynchronous', async () => {
    await makeVersion(arm, '1.0.0');
    await arm.addFault({
      match: { method: 'PUT' },
      effect: { kind: 'error', code: 'ZonalAllocationFailed', async: true },
    });
    expect((await arm.call('PUT', vm('a'), vmBody(version('1.0.0')))).status).toBe(201);
    await arm.clock.advance(60_000);

    const { body } = await arm.call('GET', `${vm('a')}/instanceView`);
    expect(body.statuses[0].code).toBe('ProvisioningState/failed/ZonalAllocationFailed');
  });

  it('throttle with a Retry-After', async () => {
    await arm.addFault({ effect: { kind: 'throttle', retryAfterSeconds: 7 } });
    const { status, headers } = await put();

    expect([status, headers.get('retry-after')]).toEqual([429, '7']);
  });

  it('delay an answer', async () => {
    await arm.addFault({ effect: { kind: 'delay', ms: 60_000 } });
    const answer = put();

    expect((await arm.drive(answer)).status).toBe(201);
  });

  it('lose the answer after everything is done', async () => {
    await arm.addFault({ effect: { kind: 'dropResponse' } });
    await expect(put()).rejects.toThrow('fetch failed');

    expect((await arm.call('GET', version('1.0.0'))).status).toBe(200);
  });

  it('are listed, removed, survive a restart, and must make sense', async () => {
    const added = await arm.addFault({ effect: { kind: 'eventLost' } });
    expect(added.status).toBe(201);
    await arm.restart();
    expect((await arm.send('GET', '/local/faults')).body).toEqual([{ ...added.body, match: {}, count: 1 }]);
    await arm.send('DELETE', `/local/faults/${added.body.id}`);
    expect((await arm.send('GET', '/local/faults')).body).toEqual([]);
    const nonsense = await arm.addFault({ effect: { kind: 'meteor' } });
    expect([nonsense.status, nonsense.body.error]).toEqual([400, expect.stringContaining('not a fault')]);
  });
});
