import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  imageId,
  makeDefinition,
  makeVersion,
  startTestArm,
  subscriptionId,
  type TestArm,
  version,
  vm,
  vmBody,
} from './startTestArm.ts';

const fast = { updateIntervalInMs: 1 };

describe('the unmodified @azure/arm-compute client', () => {
  let arm: TestArm;
  beforeEach(async () => {
    arm = await startTestArm();
    await makeDefinition(arm);
  });
  afterEach(() => arm.stop());

  it('creates, reads, updates, lists and deletes an image version', async () => {
    const { galleryImageVersions } = arm.client();

    const created = await arm.drive(
      galleryImageVersions.createOrUpdate(
        'images',
        'corp',
        'ubuntu',
        '1.0.0',
        {
          location: 'westeurope',
          publishingProfile: {
            targetRegions: [{ name: 'westeurope', regionalReplicaCount: 1 }],
            excludeFromLatest: true,
          },
          storageProfile: { source: { id: imageId('healthy') } },
        },
        fast,
      ) as unknown as Promise<{ provisioningState: string }>,
    );
    expect(created.provisioningState).toBe('Succeeded');

    const read = await galleryImageVersions.get('images', 'corp', 'ubuntu', '1.0.0', { expand: 'ReplicationStatus' });
    expect(read.replicationStatus?.aggregatedState).toBe('Completed');
    expect(read.publishingProfile?.targetRegions?.[0]?.name).toBe('West Europe');
    expect(read.systemData?.createdAt?.getTime()).toBeGreaterThan(0);

    const updated = await arm.drive(
      galleryImageVersions.update(
        'images',
        'corp',
        'ubuntu',
        '1.0.0',
        { publishingProfile: { excludeFromLatest: false }, storageProfile: {} },
        fast,
      ) as unknown as Promise<{ publishingProfile: { excludeFromLatest: boolean } }>,
    );
    expect(updated.publishingProfile.excludeFromLatest).toBe(false);

    const listed: string[] = [];
    for await (const one of galleryImageVersions.listByGalleryImage('images', 'corp', 'ubuntu'))
      listed.push(one.name ?? '');
    expect(listed).toEqual(['1.0.0']);

    await arm.drive(galleryImageVersions.delete('images', 'corp', 'ubuntu', '1.0.0', fast) as unknown as Promise<void>);
    await expect(galleryImageVersions.get('images', 'corp', 'ubuntu', '1.0.0')).rejects.toMatchObject({
      statusCode: 404,
      code: 'ResourceNotFound',
    });
  });

  it('runs a virtual machine and a script in it, and leaves nothing behind', async () => {
    await makeVersion(arm, '1.0.0');
    const { virtualMachines, virtualMachineRunCommands } = arm.client();

    const machine = await arm.drive(
      virtualMachines.createOrUpdate(
        'images',
        'smoke1',
        {
          location: 'westeurope',
          hardwareProfile: { vmSize: 'Standard_D2s_v5' },
          storageProfile: {
            imageReference: { id: `/subscriptions/${subscriptionId}${version('1.0.0')}` },
            osDisk: { createOption: 'FromImage', deleteOption: 'Delete' },
          },
          osProfile: { computerName: 'smoke1', adminUsername: 'smoke', adminPassword: 'secret' },
          networkProfile: {
            networkApiVersion: '2022-11-01',
            networkInterfaceConfigurations: [
              { name: 'nic', primary: true, deleteOption: 'Delete', ipConfigurations: [{ name: 'ip' }] },
            ],
          },
          diagnosticsProfile: { bootDiagnostics: { enabled: true } },
        },
        fast,
      ) as unknown as Promise<{ provisioningState: string; instanceView?: unknown }>,
    );
    expect(machine.provisioningState).toBe('Succeeded');

    const view = await virtualMachines.instanceView('images', 'smoke1');
    expect(view.vmAgent?.statuses?.[0]?.displayStatus).toBe('Ready');
    expect(view.statuses?.map(({ code }) => code)).toContain('PowerState/running');

    const logs = await virtualMachines.retrieveBootDiagnosticsData('images', 'smoke1');
    const log = await fetch(logs.serialConsoleLogBlobUri ?? '');
    expect(await log.text()).toContain('booting smoke1');

    await arm.drive(
      virtualMachineRunCommands.createOrUpdate(
        'images',
        'smoke1',
        'check',
        {
          location: 'westeurope',
          source: { script: 'echo $word\nexit 3' },
          parameters: [{ name: 'word', value: 'hello' }],
        },
        fast,
      ) as unknown as Promise<unknown>,
    );
    const command = await virtualMachineRunCommands.getByVirtualMachine('images', 'smoke1', 'check', {
      expand: 'instanceView',
    });
    expect(command.provisioningState).toBe('Succeeded');
    expect(command.instanceView).toMatchObject({ executionState: 'Failed', exitCode: 3, output: 'hello\n' });

    await arm.drive(virtualMachines.restart('images', 'smoke1', fast) as unknown as Promise<void>);
    expect((await (await fetch(logs.serialConsoleLogBlobUri ?? '')).text()).match(/booting/g)).toHaveLength(2);

    await arm.drive(
      virtualMachines.delete('images', 'smoke1', { forceDeletion: true, ...fast }) as unknown as Promise<void>,
    );
    const { body } = await arm.call('GET', `/resources?$filter=resourceType eq 'Microsoft.Network/networkInterfaces'`);
    expect(body.value).toEqual([]);
    expect((await arm.call('GET', '/providers/Microsoft.Compute/disks')).body.value).toEqual([]);
  });

  it('runs a script through the action form', async () => {
    await makeVersion(arm, '1.0.0');
    const { virtualMachines } = arm.client();
    await arm.call('PUT', vm('smoke1'), vmBody(version('1.0.0')));
    await arm.clock.advance(60_000);

    const result = await arm.drive(
      virtualMachines.runCommand(
        'images',
        'smoke1',
        { commandId: 'RunShellScript', script: ['echo one', 'echo two'] },
        fast,
      ) as unknown as Promise<{ value: { code: string; message: string }[] }>,
    );

    expect(result.value[0]?.message).toContain('[stdout]\none\ntwo\n');
  });
});
