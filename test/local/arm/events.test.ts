import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  definition,
  makeDefinition,
  makeVersion,
  startTestArm,
  type TestArm,
  version,
  versionBody,
  vm,
  vmBody,
} from './startTestArm.ts';

describe('resource events', () => {
  let arm: TestArm;
  beforeEach(async () => {
    arm = await startTestArm();
    await makeDefinition(arm);
    await arm.eventsArrived(3);
    arm.events.length = 0;
  });
  afterEach(() => arm.stop());

  const names = () => arm.events.map(({ eventType, data }) => `${eventType.slice(20)} ${data.operationName}`);

  it('come once, when a write has ended, and say who did it', async () => {
    await arm.call('PUT', version('1.0.0'), versionBody());
    await arm.clock.advance(60_000);
    expect(arm.events).toEqual([]);

    await arm.clock.advance(60_000);
    const [event] = await arm.eventsArrived(1);

    expect(names()).toEqual(['ResourceWriteSuccess Microsoft.Compute/galleries/images/versions/write']);
    expect(event).toMatchObject({
      topic: '/subscriptions/00000000-0000-0000-0000-000000000001',
      subject: `/subscriptions/00000000-0000-0000-0000-000000000001${version('1.0.0')}`,
      dataVersion: '2',
      metadataVersion: '1',
      data: {
        resourceProvider: 'Microsoft.Compute',
        status: 'Succeeded',
        claims: { appid: 'app-1', 'http://schemas.microsoft.com/identity/claims/objectidentifier': 'object-1' },
        authorization: { action: 'Microsoft.Compute/galleries/images/versions/write' },
      },
    });
    expect(event?.data.httpRequest).toBeUndefined();
  });

  it('carry the request only where the resource was there before', async () => {
    await makeVersion(arm, '1.0.0');
    await arm.call('PATCH', version('1.0.0'), { properties: { publishingProfile: { excludeFromLatest: true } } });
    await arm.clock.advance(60_000);
    await arm.call('DELETE', version('1.0.0'));
    await arm.clock.advance(60_000);
    const events = await arm.eventsArrived(3);

    expect(names()).toEqual([
      'ResourceWriteSuccess Microsoft.Compute/galleries/images/versions/write',
      'ResourceWriteSuccess Microsoft.Compute/galleries/images/versions/write',
      'ResourceDeleteSuccess Microsoft.Compute/galleries/images/versions/delete',
    ]);
    expect(events.map(({ data }) => data.httpRequest?.method)).toEqual([undefined, 'PATCH', 'DELETE']);
  });

  it('come for virtual machines, and for the disks and network interfaces that go with them', async () => {
    await makeVersion(arm, '1.0.0');
    await arm.eventsArrived(1);
    arm.events.length = 0;

    await arm.call('PUT', vm('smoke1'), vmBody(version('1.0.0')));
    await arm.clock.advance(60_000);
    await arm.eventsArrived(3);
    expect(names().sort()).toEqual([
      'ResourceWriteSuccess Microsoft.Compute/disks/write',
      'ResourceWriteSuccess Microsoft.Compute/virtualMachines/write',
      'ResourceWriteSuccess Microsoft.Network/networkInterfaces/write',
    ]);

    arm.events.length = 0;
    await arm.call('DELETE', vm('smoke1'));
    await arm.clock.advance(60_000);
    await arm.eventsArrived(3);
    expect(names().sort()).toEqual([
      'ResourceDeleteSuccess Microsoft.Compute/disks/delete',
      'ResourceDeleteSuccess Microsoft.Compute/virtualMachines/delete',
      'ResourceDeleteSuccess Microsoft.Network/networkInterfaces/delete',
    ]);
  });

  it('come as failures where the operation fails', async () => {
    await arm.addFault({
      match: { method: 'PUT', type: 'Microsoft.Compute/galleries/images/versions' },
      effect: { kind: 'error', code: 'InternalServerError', async: true },
    });
    await makeVersion(arm, '1.0.0');
    await arm.eventsArrived(1);

    expect(names()).toEqual(['ResourceWriteFailure Microsoft.Compute/galleries/images/versions/write']);
    expect((await arm.call('GET', version('1.0.0'))).body.properties.provisioningState).toBe('Failed');
  });

  it('are sent again until the topic takes them, also by the next process', async () => {
    arm.topic.state.failing = true;
    await makeVersion(arm, '1.0.0');
    await arm.restart();
    expect(arm.events).toEqual([]);

    arm.topic.state.failing = false;
    await arm.clock.advance(60_000);
    await arm.eventsArrived(1);

    expect(names()).toEqual(['ResourceWriteSuccess Microsoft.Compute/galleries/images/versions/write']);
  });

  const withFault = async (kind: string, more: object = {}) => {
    await arm.addFault({ match: { name: '^1\\.0\\.0$' }, effect: { kind, ...more } });
    await makeVersion(arm, '1.0.0');
  };

  it('can be lost', async () => {
    await withFault('eventLost');
    await arm.call('PATCH', definition, { properties: { description: 'next' } });
    await arm.clock.advance(60_000);
    await arm.eventsArrived(1);

    expect(names()).toEqual(['ResourceWriteSuccess Microsoft.Compute/galleries/images/write']);
  });

  it('can come twice under one id', async () => {
    await withFault('eventDoubled');
    const [first, second] = await arm.eventsArrived(2);

    expect(first?.id).toBe(second?.id);
  });

  it('can come at acceptance', async () => {
    await arm.addFault({ effect: { kind: 'eventEarly' } });
    await arm.call('PUT', version('1.0.0'), versionBody());
    await arm.eventsArrived(1);
    expect((await arm.call('GET', version('1.0.0'))).body.properties.provisioningState).toBe('Creating');

    await arm.clock.advance(600_000);
    expect(arm.events).toHaveLength(1);
  });

  it('can come late', async () => {
    await arm.addFault({ effect: { kind: 'eventDelayed', ms: 600_000 } });
    await arm.call('PUT', version('1.0.0'), versionBody());
    await arm.clock.advance(600_000);
    expect(arm.events).toEqual([]);

    await arm.clock.advance(600_000);
    expect(await arm.eventsArrived(1)).toHaveLength(1);
  });

  it('can be overtaken by the next one', async () => {
    await arm.addFault({ match: { name: '^1\\.0\\.0$' }, effect: { kind: 'eventReversed' } });
    await arm.call('PUT', version('1.0.0'), versionBody());
    await arm.call('PUT', version('1.1.0'), versionBody());
    await arm.clock.advance(120_000);
    const events = await arm.eventsArrived(2);

    expect(events.map(({ subject }) => subject.slice(-5))).toEqual(['1.1.0', '1.0.0']);
  });
});
