import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { group, makeDefinition, makeVersion, startTestArm, type TestArm, version, vm, vmBody } from './startTestArm.ts';

describe('throttling', () => {
  let arm: TestArm;
  beforeEach(async () => {
    arm = await startTestArm({ tokenBuckets: true });
    await makeDefinition(arm);
  });
  afterEach(() => arm.stop());

  it('lets 250 reads through at once and 25 a second after that', async () => {
    const read = () => arm.call('GET', group);
    const first = await read();
    expect(first.headers.get('x-ms-ratelimit-remaining-subscription-reads')).toBe('249');
    for (let turn = 1; turn < 250; turn++) expect((await read()).status).toBe(200);

    const refused = await read();
    expect([refused.status, refused.body.error.code, refused.headers.get('retry-after')]).toEqual([
      429,
      'SubscriptionRequestsThrottled',
      '1',
    ]);
    await arm.clock.advance(1_000);
    for (let turn = 0; turn < 25; turn++) expect((await read()).status).toBe(200);
    expect((await read()).status).toBe(429);
  });

  it('counts writes apart from reads', async () => {
    const { headers } = await arm.call('PUT', group, { location: 'westeurope' });

    expect(headers.get('x-ms-ratelimit-remaining-subscription-writes')).toMatch(/^\d+$/);
    expect(headers.get('x-ms-ratelimit-remaining-subscription-reads')).toBeNull();
  });

  it('lets one virtual machine be looked at 36 times at once and 12 times a minute', async () => {
    await makeVersion(arm, '1.0.0');
    await arm.call('PUT', vm('smoke1'), vmBody(version('1.0.0')));
    const look = () => arm.call('GET', `${vm('smoke1')}/instanceView`);
    const { headers } = await look();
    expect(headers.get('x-ms-ratelimit-remaining-resource')).toBe(
      'Microsoft.Compute/LowCostGetSubscription;23999,Microsoft.Compute/LowCostGetResource;35',
    );
    for (let turn = 1; turn < 36; turn++) expect((await look()).status).toBe(200);

    const refused = await look();
    expect([refused.status, refused.body.error.details[0].code, refused.headers.get('retry-after')]).toEqual([
      429,
      'TooManyRequests',
      '5',
    ]);
    expect((await arm.call('GET', `${vm('other')}`)).status).toBe(404);
    await arm.clock.advance(5_000);
    expect((await look()).status).toBe(200);
  });
});
