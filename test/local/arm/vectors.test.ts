import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestArm, subscriptionId, type TestArm, type TestReply } from './startTestArm.ts';

interface Vector {
  parameters: Record<string, unknown>;
  responses: Record<string, { body?: unknown }>;
}

const galleryPath = 'providers/Microsoft.Compute/galleries/{galleryName}';
const definitionPath = `${galleryPath}/images/{galleryImageName}`;
const versionPath = `${definitionPath}/versions/{galleryImageVersionName}`;
const vmPath = 'providers/Microsoft.Compute/virtualMachines/{vmName}';
const commandPath = `${vmPath}/runCommands/{runCommandName}`;

/** What an answer may lack: parts of the platform that are not simulated, and values no request named. */
const notSimulated = [
  'tags',
  'nextLink',
  'resources',
  'platformUpdateDomain',
  'platformFaultDomain',
  'extensions',
  'patchStatus',
  'vmAgent.extensionHandlers.0',
  'disks.1',
  'properties.availabilitySet',
  'properties.proximityPlacementGroup',
  'properties.extensionsTimeBudget',
  'properties.userData',
  'properties.storageProfile.dataDisks.0',
  'properties.storageProfile.dataDiskImages.0',
  'value.0.tags',
  'value.0.properties.storageProfile.dataDiskImages.0',
  'properties.publishingProfile.targetRegions.0.encryption.dataDiskImages.0',
];

describe('published request and response examples', () => {
  let arm: TestArm;
  beforeAll(async () => {
    arm = await startTestArm();
    for (const name of ['imageName', 'Windows-Server-2012-R2-20171216-en.us-128GB', '2016-Datacenter']) {
      await arm.addImage(name, { bootMs: 20_000, os: { id: 'ubuntu', version: '24.04' } });
    }
    await arm.call('PUT', '/resourceGroups/myResourceGroup', { location: 'westus' });
    const nic = { location: 'westus', properties: { ipConfigurations: [{ name: 'ip' }] } };
    await arm.call(
      'PUT',
      '/resourceGroups/myResourceGroup/providers/Microsoft.Network/networkInterfaces/existing-nic-name',
      nic,
    );
  });
  afterAll(() => arm.stop());

  /** Sends the example's request and holds the answer against what the example allows. */
  async function play(file: string, method: string, path: string, bodyName?: string): Promise<TestReply> {
    const vector: Vector = JSON.parse(filled(readFileSync(`test/vectors/arm/${file}.json`, 'utf8')));
    const { parameters } = vector;
    const target = path.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name]));
    const query = parameters.$expand ? `?$expand=${parameters.$expand}` : '';
    const reply = await arm.call(
      method,
      `/resourceGroups/${parameters.resourceGroupName}/${target}${query}`,
      bodyName === undefined ? undefined : parameters[bodyName],
      String(parameters['api-version']),
    );
    expect(Object.keys(vector.responses), JSON.stringify(reply.body)).toContain(String(reply.status));
    expect(missing(vector.responses[reply.status]?.body, reply.body)).toEqual([]);
    return reply;
  }

  const rest = () => arm.clock.advance(600_000);

  it('hold for galleries and definitions', async () => {
    await play('2020-09-30__CreateOrUpdateASimpleGallery', 'PUT', galleryPath, 'gallery');
    await rest();
    const again = await play('2020-09-30__CreateOrUpdateASimpleGallery', 'PUT', galleryPath, 'gallery');
    expect([again.status, again.body.properties.provisioningState]).toEqual([200, 'Updating']);
    await play('2020-09-30__CreateOrUpdateASimpleGalleryImage', 'PUT', definitionPath, 'galleryImage');
    await rest();
    expect((await play('2020-09-30__GetAGallery', 'GET', galleryPath)).body.properties.provisioningState).toBe(
      'Succeeded',
    );
    expect((await play('2020-09-30__GetAGalleryImage', 'GET', definitionPath)).body.properties.provisioningState).toBe(
      'Succeeded',
    );
    await play('2020-09-30__ListGalleryImagesInAGallery', 'GET', `${galleryPath}/images`);
  });

  it('hold for image versions', async () => {
    const put = () =>
      play('2020-09-30__CreateOrUpdateASimpleGalleryImageVersion', 'PUT', versionPath, 'galleryImageVersion');
    expect((await put()).body.properties.provisioningState).toBe('Creating');
    await rest();
    expect((await put()).body.properties.provisioningState).toBe('Updating');
    await rest();
    for (const file of ['UpdateASimpleGalleryImageVersion', 'UpdateASimpleGalleryImageVersionWithoutSourceId']) {
      const { body } = await play(`2020-09-30__${file}`, 'PATCH', versionPath, 'galleryImageVersion');
      expect(body.properties.provisioningState).toBe('Updating');
      await rest();
    }
    await play('2020-09-30__GetAGalleryImageVersion', 'GET', versionPath);
    const { body } = await play('2020-09-30__GetAGalleryImageVersionWithReplicationStatus', 'GET', versionPath);
    expect(body.properties.replicationStatus.aggregatedState).toBe('Completed');
    await play('2020-09-30__ListGalleryImageVersionsInAGalleryImage', 'GET', `${definitionPath}/versions`);
    expect((await play('2020-09-30__DeleteAGalleryImageVersion', 'DELETE', versionPath)).status).toBe(202);
    await rest();
    expect((await play('2020-09-30__DeleteAGalleryImageVersion', 'DELETE', versionPath)).status).toBe(204);
    await play(
      '2020-09-30__CreateOrUpdateASimpleGalleryImageVersionWithVHD',
      'PUT',
      versionPath,
      'galleryImageVersion',
    );
    await rest();
  });

  it('hold for virtual machines and run commands', async () => {
    const gallery = '/resourceGroups/myResourceGroup/providers/Microsoft.Compute/galleries/mySharedGallery';
    const source = {
      id: `/subscriptions/${subscriptionId}/resourceGroups/myResourceGroup/providers/Microsoft.Compute/images/imageName`,
    };
    const makeImage = async (osState: string) => {
      const identifier = { publisher: 'p', offer: 'o', sku: osState };
      const properties = { osType: 'Linux', osState, hyperVGeneration: 'V1', identifier };
      await arm.call('PUT', gallery, { location: 'westus' });
      await arm.call('PUT', `${gallery}/images/mySharedImage`, { location: 'westus', properties });
      await arm.call('PUT', `${gallery}/images/mySharedImage/versions/1.0.0`, {
        location: 'westus',
        properties: { storageProfile: { source } },
      });
      await rest();
    };
    const clear = async () => {
      await play('2021-03-01__ForceDeleteVirtualMachine', 'DELETE', vmPath);
      await rest();
      await arm.call('DELETE', '/resourceGroups/myResourceGroup/providers/Microsoft.Compute/disks/myVMosdisk');
      await rest();
    };
    await makeImage('Specialized');
    await play('2021-03-01__CreateAVmFromASpecializedSharedImage', 'PUT', vmPath, 'parameters');
    await rest();
    await clear();
    await arm.call('DELETE', `${gallery}/images/mySharedImage/versions/1.0.0`);
    await rest();
    await arm.call('DELETE', `${gallery}/images/mySharedImage`);
    await rest();
    await makeImage('Generalized');
    await play('2021-03-01__CreateAVmFromAGeneralizedSharedImage', 'PUT', vmPath, 'parameters');
    await rest();
    await clear();

    await play('2021-03-01__CreateAVmWithPasswordAuthentication', 'PUT', vmPath, 'parameters');
    await rest();
    await arm.call('PATCH', `/resourceGroups/myResourceGroup/${vmPath.replace('{vmName}', 'myVM')}`, {
      properties: { diagnosticsProfile: { bootDiagnostics: { enabled: true, storageUri: 'https://logs.example' } } },
    });
    await rest();
    await play('2021-03-01__GetVirtualMachine', 'GET', vmPath);
    await play('2021-03-01__GetVirtualMachineInstanceView', 'GET', `${vmPath}/instanceView`);

    const put = await play('2021-03-01__CreateOrUpdateRunCommand', 'PUT', commandPath, 'runCommand');
    expect([put.status, put.body.properties.provisioningState]).toEqual([201, 'Creating']);
    await rest();
    const same = await play('2021-03-01__CreateOrUpdateRunCommand', 'PUT', commandPath, 'runCommand');
    expect([same.status, same.body.properties.provisioningState]).toEqual([200, 'Succeeded']);
    await play('2021-03-01__GetRunCommand', 'GET', commandPath);
    await play('2021-03-01__ListRunCommandsInVM', 'GET', `${vmPath}/runCommands`);
    const patched = await play('2021-03-01__UpdateRunCommand', 'PATCH', commandPath, 'runCommand');
    expect(patched.body.properties.provisioningState).toBe('Updating');
    await rest();
    const action = await play('2021-03-01__VirtualMachineRunCommand', 'POST', `${vmPath}/runCommand`, 'parameters');
    await rest();
    const result = await arm.send('GET', (action.headers.get('location') ?? '').slice(arm.url.length));
    expect(result.body.value.map(({ code }: { code: string }) => code)).toEqual([
      'ComponentStatus/StdOut/succeeded',
      'ComponentStatus/StdErr/succeeded',
    ]);
    expect((await play('2021-03-01__DeleteRunCommand', 'DELETE', commandPath)).status).toBe(202);
    expect((await play('2021-03-01__ForceDeleteVirtualMachine', 'DELETE', vmPath)).status).toBe(202);
    await rest();
    expect((await play('2021-03-01__ForceDeleteVirtualMachine', 'DELETE', vmPath)).status).toBe(204);
  });
});

/** Templates in braces become their own names, apart from the subscription; one example has its own machine. */
function filled(text: string): string {
  return text
    .replaceAll(/\{subscription-?id\}/gi, subscriptionId)
    .replaceAll('{your-password}', 'secret')
    .replaceAll('crptestar98131', 'myResourceGroup')
    .replaceAll('vm3036', 'myVM')
    .replaceAll(/\{([\w-]+)\}/g, '$1');
}

/** Paths of members that the example has and the answer lacks, or has in another type. */
function missing(example: unknown, answer: unknown, path = ''): string[] {
  if (example === null || example === undefined || notSimulated.includes(path)) return [];
  if (typeof example !== typeof answer || Array.isArray(example) !== Array.isArray(answer)) return [path];
  if (typeof example !== 'object' || typeof answer !== 'object' || answer === null) return [];
  const members = new Map<string, unknown>(Object.entries(answer));
  return Object.entries(example).flatMap(([key, value]) => {
    // An array's first element stands for all of them.
    if (Array.isArray(example) && key !== '0') return [];
    return missing(value, members.get(key), path ? `${path}.${key}` : key);
  });
}
