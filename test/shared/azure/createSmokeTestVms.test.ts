import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGalleries } from '../../../shared/azure/createGalleries.ts';
import { createSmokeTestVms } from '../../../shared/azure/createSmokeTestVms.ts';
import type { LaunchRequest } from '../../../shared/ports.ts';
import { smokeTestVmsContract } from '../../contracts/smokeTestVmsContract.ts';
import { linuxDefinition } from '../../fakes/linuxDefinition.ts';
import { definition, makeVersion, subscriptionId, version, versionBody, vm } from '../../local/arm/startTestArm.ts';
import { startArmForAdapters } from './startArmForAdapters.ts';

const subnet =
  '/subscriptions/s/resourceGroups/images/providers/Microsoft.Network/virtualNetworks/v/subnets/smoke-tests';
const settings = {
  instance: 'blue',
  smokeTest: { subscriptionId, resourceGroup: 'images', subnets: { westeurope: subnet, northeurope: subnet } },
};
const image = { subscriptionId, resourceGroup: 'images', gallery: 'corp', image: 'ubuntu' };
const imageVersionId = `/subscriptions/${subscriptionId}${version('1.0.0')}`;
const request: LaunchRequest = {
  vmName: 'imp-00000000000000000000-000000000001',
  region: 'westeurope',
  vmSize: 'Standard_D2s_v5',
  expiresAt: '2026-11-23T10:00:00.000Z',
  imageVersionId,
  definition: linuxDefinition,
};

async function startGroup() {
  const running = await startArmForAdapters();
  return { ...running, vms: createSmokeTestVms(running.resourceManager, settings) };
}

smokeTestVmsContract('Azure Resource Manager', async () => {
  const { arm, vms, stop } = await startGroup();
  await makeVersion(arm, '1.0.0');
  return {
    vms,
    imageVersionId,
    async settle() {
      for (let turn = 0; turn < 12; turn += 1) await arm.clock.advance(10_000);
    },
    stop,
  };
});

describe('smoke-test VMs in Azure Resource Manager', () => {
  let group: Awaited<ReturnType<typeof startGroup>>;
  const read = async () => (await group.arm.call('GET', vm(request.vmName))).body;
  const settle = () => group.arm.clock.advance(120_000);
  const look = (operationUrl?: string) =>
    group.vms.look(request.vmName, { serialLog: true, ...(operationUrl !== undefined && { operationUrl }) });

  beforeEach(async () => {
    group = await startGroup();
  });
  afterEach(() => group.stop());

  test('have no public address and no identity, and take everything with them when they go', async () => {
    await makeVersion(group.arm, '1.0.0');

    await group.vms.launch(request);
    await settle();

    const { properties, tags, identity } = await read();
    expect(identity).toBeUndefined();
    expect(tags).toEqual({
      purpose: 'imprimatur-smoke-test',
      instance: 'blue',
      expiresAt: request.expiresAt,
      imageVersionId,
    });
    expect(properties.storageProfile.osDisk.deleteOption).toBe('Delete');
    expect(properties.storageProfile.imageReference.id).toBe(imageVersionId);
    expect(properties.osProfile.linuxConfiguration.disablePasswordAuthentication).toBe(true);
    expect(properties.diagnosticsProfile.bootDiagnostics).toEqual({ enabled: true });
    expect(properties.networkProfile.networkInterfaces).toMatchObject([{ properties: { deleteOption: 'Delete' } }]);
    expect(JSON.stringify(properties)).not.toMatch(/publicIP/i);
  });

  test('delete the data disks that come with the image too', async () => {
    const dataDiskImages = [{ lun: 2, source: { id: 'disk' } }];
    const body = versionBody();
    await makeVersion(group.arm, '1.0.0', {
      ...body,
      properties: { ...body.properties, storageProfile: { ...body.properties.storageProfile, dataDiskImages } },
    });

    const found = await createGalleries(group.resourceManager).getVersion(image, '1.0.0');
    expect(found?.dataDiskLuns).toEqual([2]);

    await group.vms.launch(request);

    expect((await read()).properties.storageProfile.dataDisks).toMatchObject([{ lun: 2, deleteOption: 'Delete' }]);
  });

  test('fail with the innermost code of the launch operation', async () => {
    await makeVersion(group.arm, '1.0.0', versionBody('allocation-fails-once'));

    const { operationUrl } = await group.vms.launch(request);
    await settle();

    expect(await look(operationUrl)).toMatchObject({
      provisioningState: 'Failed',
      error: { code: 'AllocationFailed', message: expect.stringMatching(/./) },
    });
  });

  test('fail with the code of the instance view where the operation is not known or is elsewhere', async () => {
    await makeVersion(group.arm, '1.0.0', versionBody('allocation-fails-once'));
    await group.vms.launch(request);
    await settle();

    for (const operationUrl of [undefined, 'https://example.com/operations/1', 'nonsense'])
      expect(await look(operationUrl)).toMatchObject({ error: { code: 'AllocationFailed' } });
  });

  test('a launch that Azure refuses at once keeps its code', async () => {
    await makeVersion(group.arm, '1.0.0', versionBody('refused-once'));

    await expect(group.vms.launch(request)).rejects.toMatchObject({ code: 'SkuNotAvailable', retryable: false });
  });

  test('a launch in a region without a subnet is refused before anything is made', async () => {
    await expect(group.vms.launch({ ...request, region: 'eastus' })).rejects.toMatchObject({ code: 'NoSubnet' });
  });

  test('a launch whose answer is lost is one VM all the same', async () => {
    await makeVersion(group.arm, '1.0.0');
    await group.arm.addFault({ match: { method: 'PUT' }, effect: { kind: 'dropResponse' } });

    await group.vms.launch(request);
    await settle();

    expect(await look()).toMatchObject({ provisioningState: 'Succeeded' });
  });

  test('a missing resource group is a mistake and no missing VM', async () => {
    const elsewhere = { ...settings, smokeTest: { ...settings.smokeTest, resourceGroup: 'missing' } };
    const vms = createSmokeTestVms(group.resourceManager, elsewhere);

    await expect(vms.look(request.vmName, { serialLog: false })).rejects.toMatchObject({
      code: 'ResourceGroupNotFound',
      retryable: false,
    });
  });

  test('disks and network interfaces that leaked are listed and deleted one by one', async () => {
    await makeVersion(group.arm, '1.0.0');
    await group.arm.addFault({ match: { type: 'Microsoft.Compute/virtualMachines' }, effect: { kind: 'leak' } });
    await group.vms.launch(request);
    await settle();
    await group.vms.delete(request.vmName);
    await settle();
    const leaked = await group.vms.listResources();
    expect(leaked.map(({ kind }) => kind).sort()).toEqual(['disk', 'networkInterface']);
    expect(leaked.find(({ kind }) => kind === 'disk')?.createdAt).toMatch(/^2026-11-23T/);

    for (const resource of leaked) await group.vms.deleteResource(resource);
    for (const resource of leaked) await group.vms.deleteResource(resource);
    await settle();

    expect(await group.vms.listResources()).toEqual([]);
  });

  test('what belongs to a VM says so', async () => {
    await makeVersion(group.arm, '1.0.0');
    await group.vms.launch(request);
    await settle();

    const parts = (await group.vms.listResources()).filter(({ kind }) => kind !== 'virtualMachine');

    expect(parts).toHaveLength(2);
    for (const { attachedTo } of parts) expect(attachedTo?.toLowerCase()).toContain(request.vmName);
  });

  test('a plan that says TrustedLaunch makes TrustedLaunch VMs', async () => {
    await group.arm.call('PATCH', definition, { properties: {} });
    await makeVersion(group.arm, '1.0.0');

    await group.vms.launch({ ...request, securityType: 'TrustedLaunch' });

    expect((await read()).properties.securityProfile).toEqual({
      securityType: 'TrustedLaunch',
      uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
    });
  });
});
