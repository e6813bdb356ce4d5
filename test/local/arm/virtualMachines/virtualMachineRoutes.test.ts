import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  definition,
  group,
  makeDefinition,
  makeVersion,
  startTestArm,
  type TestArm,
  type TestReply,
  version,
  versionBody,
  vm,
  vmBody,
} from '../startTestArm.ts';

describe('virtual machines', () => {
  let arm: TestArm;
  beforeEach(async () => {
    arm = await startTestArm();
    await makeDefinition(arm);
    await makeVersion(arm, '1.0.0');
  });
  afterEach(() => arm.stop());

  const refusal = ({ status, body }: TestReply) => [status, body.error.code];
  const create = (name = 'smoke1', body: object = vmBody(version('1.0.0'))) => arm.call('PUT', vm(name), body);
  const started = async (name = 'smoke1', body?: object) => {
    const reply = await create(name, body);
    await arm.clock.advance(60_000);
    return reply;
  };
  const get = async (name = 'smoke1') => (await arm.call('GET', `${vm(name)}?$expand=instanceView`)).body;
  const statuses = async (name?: string) =>
    (await get(name)).properties.instanceView.statuses.map(({ code }: { code: string }) => code);
  const operation = async ({ headers }: TestReply) =>
    (await arm.send('GET', (headers.get('azure-asyncoperation') ?? '').slice(arm.url.length))).body;
  const namesOf = async (type: string) =>
    (await arm.call('GET', `/resources?$filter=resourceType eq '${type}'`)).body.value.map(
      ({ name }: { name: string }) => name,
    );
  const leftovers = async () => [
    (await namesOf('Microsoft.Network/networkInterfaces')).length,
    (await namesOf('Microsoft.Compute/disks')).length,
  ];

  it('are Creating until the guest reports, then Succeeded, running, with disk and network interface', async () => {
    const created = await create();
    expect([created.status, created.body.properties.provisioningState]).toEqual([201, 'Creating']);
    expect(created.headers.get('azure-asyncoperation')).toContain('/locations/westeurope/operations/');
    expect(created.body.properties.osProfile.adminPassword).toBeUndefined();
    expect(created.body.properties.networkProfile.networkInterfaces).toHaveLength(1);

    await arm.clock.advance(15_000);
    expect((await get()).properties.instanceView.vmAgent.statuses[0].displayStatus).toBe('Not Ready');
    await arm.clock.advance(20_000);

    expect((await get()).properties.provisioningState).toBe('Succeeded');
    expect((await get()).properties.instanceView.vmAgent.statuses[0].displayStatus).toBe('Ready');
    expect(await statuses()).toEqual(['ProvisioningState/succeeded', 'PowerState/running']);
    expect((await get()).properties.storageProfile.imageReference.exactVersion).toBe('1.0.0');
    expect(await leftovers()).toEqual([1, 1]);
  });

  it('say when their creation ended, not when it was asked for', async () => {
    await started();

    const { properties, systemData } = await get();
    const [{ time }] = properties.instanceView.statuses;
    expect(Date.parse(time) - Date.parse(systemData.createdAt)).toBe(35_000);
  });

  it('are the same creation where they are put again before they are there', async () => {
    const first = await create();
    const second = await create();
    expect([second.status, second.body.properties.provisioningState]).toEqual([200, 'Creating']);
    expect(second.headers.get('azure-asyncoperation')).toBe(first.headers.get('azure-asyncoperation'));
    expect(refusal(await arm.call('PATCH', vm('smoke1'), { tags: {} }))).toEqual([409, 'Conflict']);
    await arm.clock.advance(60_000);

    expect((await operation(first)).status).toBe('Succeeded');
    expect(await leftovers()).toEqual([1, 1]);
  });

  it('time out after twenty minutes where the guest never reports, and stay there as Failed', async () => {
    await makeVersion(arm, '2.0.0', versionBody('never-ready'));
    const created = await create('smoke1', vmBody(version('2.0.0')));
    await arm.clock.advance(20 * 60_000);
    expect((await get()).properties.provisioningState).toBe('Creating');

    await arm.clock.advance(60_000);

    expect(await statuses()).toEqual(['ProvisioningState/failed/OSProvisioningTimedOut', 'PowerState/running']);
    expect(await operation(created)).toMatchObject({
      status: 'Failed',
      error: { code: 'ResourceDeploymentFailure', details: [{ code: 'OSProvisioningTimedOut' }] },
    });
  });

  it('fail in allocation as the guest image wants it, keep their network interface, and can be put again', async () => {
    await makeVersion(arm, '2.0.0', versionBody('allocation-fails-once'));
    await started('smoke1', vmBody(version('2.0.0')));
    expect(await statuses()).toEqual(['ProvisioningState/failed/AllocationFailed']);
    expect(await leftovers()).toEqual([1, 0]);

    await started('smoke1', vmBody(version('2.0.0')));
    expect((await get()).properties.provisioningState).toBe('Succeeded');
    expect(await leftovers()).toEqual([1, 1]);
  });

  it('are refused at once where the guest image wants that, and nothing is made', async () => {
    await makeVersion(arm, '2.0.0', versionBody('refused-once'));
    expect(refusal(await create('smoke1', vmBody(version('2.0.0'))))).toEqual([409, 'SkuNotAvailable']);
    expect((await arm.call('GET', vm('smoke1'))).status).toBe(404);
    expect(await leftovers()).toEqual([0, 0]);

    expect((await create('smoke1', vmBody(version('2.0.0')))).status).toBe(201);
  });

  it('take the latest of a definition: the highest number that is in the region and not excluded', async () => {
    await makeVersion(arm, '1.10.0');
    await makeVersion(arm, '1.9.0');
    await makeVersion(arm, '2.0.0', versionBody('healthy', { excludeFromLatest: true }));
    await makeVersion(
      arm,
      '3.0.0',
      versionBody('healthy', { targetRegions: [{ name: 'West Europe', excludeFromLatest: true }] }),
    );
    await arm.call('PUT', version('4.0.0'), versionBody());

    const { body } = await create('smoke1', vmBody(definition));

    expect(body.properties.storageProfile.imageReference.exactVersion).toBe('1.10.0');
  });

  it('are refused where the region has no such image', async () => {
    const elsewhere = { ...vmBody(version('1.0.0')), location: 'eastus' };
    const { status, body } = await create('smoke1', elsewhere);
    expect([status, body.error.code]).toEqual([404, 'GalleryImageNotFound']);
    expect(body.error.message).toContain(`${version('1.0.0')} is not available in eastus region.`);
    expect(refusal(await create('smoke1', { ...vmBody(definition), location: 'eastus' }))).toEqual([
      404,
      'GalleryImageNotFound',
    ]);
    expect(refusal(await create('smoke1', vmBody(version('9.9.9'))))).toEqual([404, 'GalleryImageNotFound']);
    await arm.call('PATCH', version('1.0.0'), { properties: { publishingProfile: { excludeFromLatest: true } } });
    const { message } = (await create('smoke1', vmBody(definition))).body.error;
    expect(message).toContain('There is no latest image version exists for "/subscriptions/');
  });

  it('are refused where they do not fit their image', async () => {
    const identifier = { publisher: 'corp', offer: 'linux', sku: 'special' };
    const special = definition.replace('ubuntu', 'special');
    const purchasePlan = { name: 'p', publisher: 'q', product: 'r' };
    const features = [{ name: 'SecurityType', value: 'TrustedLaunch' }];
    const properties = { osType: 'Linux', osState: 'Specialized', identifier, purchasePlan, features };
    await arm.call('PUT', special, { location: 'westeurope', properties });
    await arm.call('PUT', `${special}/versions/1.0.0`, versionBody());
    await arm.clock.advance(600_000);
    const body = vmBody(`${special}/versions/1.0.0`);
    const withOut = { ...body, properties: { ...body.properties, osProfile: undefined } };
    const secure = {
      ...withOut,
      properties: { ...withOut.properties, securityProfile: { securityType: 'TrustedLaunch' } },
    };

    expect((await create('a', body)).body.error.message).toBe(`Parameter 'osProfile' is not allowed.`);
    expect((await create('a', withOut)).body.error.message).toContain('has a different plan');
    expect((await create('a', { ...withOut, plan: purchasePlan })).body.error.message).toContain(
      `'TrustedLaunch' security type`,
    );
    expect((await create('a', { ...secure, plan: purchasePlan })).status).toBe(201);
    const missing = { ...vmBody(version('1.0.0')).properties, osProfile: undefined };
    expect((await create('b', { location: 'westeurope', properties: missing })).body.error.message).toBe(
      `Required parameter 'osProfile' is missing (null).`,
    );
    const old = vmBody(version('1.0.0'), { hardwareProfile: { vmSize: 'Standard_A1_v2' } });
    expect((await create('b', old)).body.error.message).toContain(`cannot boot Hypervisor Generation '2'`);
    const arm64 = vmBody(version('1.0.0'), { hardwareProfile: { vmSize: 'Standard_D2ps_v5' } });
    expect((await create('b', arm64)).body.error.message).toContain('CPU Architecture');
  });

  it('need the network api-version beside inline interfaces, and existing interfaces must be there and free', async () => {
    const nic = (id: string) =>
      vmBody(version('1.0.0'), {
        networkProfile: { networkInterfaces: [{ id: `/subscriptions/00000000-0000-0000-0000-000000000001${id}` }] },
      });
    const networkProfile = { ...vmBody(version('1.0.0')).properties.networkProfile, networkApiVersion: undefined };
    expect(refusal(await create('a', vmBody(version('1.0.0'), { networkProfile })))).toEqual([400, 'InvalidParameter']);
    expect(refusal(await create('a', nic(`${group}/providers/Microsoft.Network/networkInterfaces/n`)))).toEqual([
      400,
      'InvalidResourceReference',
    ]);
    const path = `${group}/providers/Microsoft.Network/networkInterfaces/n`;
    await arm.call('PUT', path, { location: 'westeurope', properties: { ipConfigurations: [{ name: 'ip' }] } });
    expect((await create('a', nic(path))).status).toBe(201);
    expect(refusal(await create('b', nic(path)))).toEqual([400, 'NicInUse']);
    expect(refusal(await arm.call('DELETE', path))).toEqual([400, 'NicInUse']);
  });

  it('take disk and network interface along where they are to be deleted with them', async () => {
    await started();
    const { status } = await arm.call('DELETE', vm('smoke1'));
    expect([status, (await get()).properties.provisioningState]).toEqual([202, 'Deleting']);
    await arm.clock.advance(30_000);

    expect((await arm.call('GET', vm('smoke1'))).status).toBe(404);
    expect((await arm.call('DELETE', vm('smoke1'))).status).toBe(204);
    expect(await leftovers()).toEqual([0, 0]);
  });

  it('leave them behind where they are to be detached; they can be deleted after', async () => {
    await started('smoke1', vmBody(version('1.0.0'), {}, 'Detach'));
    const [disk] = await namesOf('Microsoft.Compute/disks');
    const path = `${group}/providers/Microsoft.Compute/disks/${disk}`;
    expect(refusal(await arm.call('DELETE', path))).toEqual([409, 'OperationNotAllowed']);

    await arm.call('DELETE', vm('smoke1'));
    await arm.clock.advance(30_000);

    expect(await leftovers()).toEqual([1, 1]);
    expect((await arm.call('GET', path)).body.properties.diskState).toBe('Unattached');
    expect((await arm.call('DELETE', path)).status).toBe(202);
    await arm.clock.advance(10_000);
    expect(await leftovers()).toEqual([1, 0]);
  });

  it('can leak what was to go with them', async () => {
    await started();
    await arm.addFault({ match: { method: 'DELETE' }, effect: { kind: 'leak', of: ['networkInterface'] } });
    await arm.call('DELETE', vm('smoke1'));
    await arm.clock.advance(30_000);

    expect(await leftovers()).toEqual([1, 0]);
  });

  it('end a creation that a deletion overtakes', async () => {
    const created = await create();
    await arm.call('DELETE', vm('smoke1'));

    expect((await operation(created)).error.details[0].code).toBe('OperationPreempted');
    await arm.clock.advance(60_000);
    expect((await arm.call('GET', vm('smoke1'))).status).toBe(404);
  });

  it('are stopped, deallocated, started and restarted', async () => {
    await started();
    const power = async (action: string) => {
      const { status } = await arm.call('POST', `${vm('smoke1')}/${action}`);
      await arm.clock.advance(10_000);
      return [status, (await statuses())[1]];
    };

    expect(await power('powerOff?skipShutdown=false')).toEqual([202, 'PowerState/stopped']);
    expect(await power('start')).toEqual([202, 'PowerState/running']);
    expect(await power('deallocate')).toEqual([202, 'PowerState/deallocated']);
    expect(await power('start')).toEqual([202, 'PowerState/running']);
    await arm.clock.advance(60_000);
    expect(await power('restart')).toEqual([202, 'PowerState/running']);
    expect((await get()).properties.instanceView.vmAgent.statuses[0].displayStatus).toBe('Not Ready');
  });

  it('are stopped where the guest has switched itself off', async () => {
    await started();
    await arm.call('POST', `${vm('smoke1')}/runCommand`, { commandId: 'RunShellScript', script: ['poweroff'] });
    await arm.clock.advance(0);

    expect((await statuses())[1]).toBe('PowerState/stopped');
  });

  it('show their console through links that expire', async () => {
    await started();
    const { body } = await arm.call(
      'POST',
      `${vm('smoke1')}/retrieveBootDiagnosticsData?sasUriExpirationTimeInMinutes=5`,
    );
    const read = async (url: string) => {
      const response = await fetch(url);
      return [response.status, await response.text()];
    };
    expect(await read(body.serialConsoleLogBlobUri)).toEqual([200, 'booting smoke\nbooted\n']);
    expect((await read(body.consoleScreenshotBlobUri))[0]).toBe(200);
    expect((await read(body.serialConsoleLogBlobUri.replace('se=2026', 'se=2027')))[0]).toBe(403);

    await arm.clock.advance(5 * 60_000);
    expect((await read(body.serialConsoleLogBlobUri))[0]).toBe(403);
  });

  it('change tags and delete options, not their image', async () => {
    await started();
    const body = await get();
    body.tags = { purpose: 'smoke' };
    body.properties.storageProfile.osDisk.deleteOption = 'Detach';
    const put = await arm.call('PUT', vm('smoke1'), body);
    expect([put.status, put.body.tags, put.body.properties.storageProfile.osDisk.deleteOption]).toEqual([
      200,
      { purpose: 'smoke' },
      'Detach',
    ]);

    body.properties.storageProfile.imageReference.id += '1';
    expect(refusal(await arm.call('PUT', vm('smoke1'), body))).toEqual([409, 'PropertyChangeNotAllowed']);
  });
});
