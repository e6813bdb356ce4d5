import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGalleries } from '../../../shared/azure/createGalleries.ts';
import { compareVersions } from '../../../shared/domain/imageVersion.ts';
import { galleriesContract } from '../../contracts/galleriesContract.ts';
import { gallery, group, makeVersion, subscriptionId, version, versionBody } from '../../local/arm/startTestArm.ts';
import { startArmForAdapters } from './startArmForAdapters.ts';

const definition = { subscriptionId, resourceGroup: 'images', gallery: 'corp', image: 'ubuntu' };
const otherSubscription = '00000000-0000-0000-0000-000000000002';
const hidden = { excludeFromLatest: true, regions: { westeurope: true, northeurope: true } };

galleriesContract('Azure Resource Manager', async () => {
  const { arm, resourceManager, stop } = await startArmForAdapters();
  return {
    galleries: createGalleries(resourceManager),
    definition,
    createVersion: (name) => makeVersion(arm, name),
    async removeVersion(name) {
      await arm.call('DELETE', version(name));
      await arm.clock.advance(600_000);
    },
    async tagGallery(tags) {
      await arm.call('PATCH', gallery, { tags });
      await arm.clock.advance(60_000);
    },
    async share(how) {
      const communityGalleryInfo = { publicNamePrefix: 'corp', publisherContact: 'a@b.c', eula: 'none' };
      const sharingProfile =
        how === 'direct' ? { permissions: 'Groups' } : { permissions: 'Community', communityGalleryInfo };
      await arm.call('PATCH', gallery, { properties: { sharingProfile } });
      await arm.clock.advance(60_000);
      const groups = [{ type: 'Subscriptions', ids: [otherSubscription] }];
      const operation = how === 'direct' ? { operationType: 'Add', groups } : { operationType: 'EnableCommunity' };
      expect((await arm.call('POST', `${gallery}/share`, operation)).status).toBe(200);
      await arm.clock.advance(60_000);
    },
    settle: () => arm.clock.advance(60_000),
    stop,
  };
});

describe('galleries in Azure Resource Manager', () => {
  let running: Awaited<ReturnType<typeof startArmForAdapters>>;
  const galleries = () => createGalleries(running.resourceManager);
  const read = async (name: string) => (await running.arm.call('GET', version(name))).body;

  beforeEach(async () => {
    running = await startArmForAdapters();
  });
  afterEach(() => running.stop());

  test('a version that was read right before is not read again to be written', async () => {
    const { arm, resourceManager } = running;
    await makeVersion(arm, '1.0.0', { ...versionBody('healthy', { endOfLifeDate: '2030-01-01T00:00:00+00:00' }) });
    const port = galleries();
    const found = await port.getVersion(definition, '1.0.0');
    const get = vi.spyOn(resourceManager.compute(subscriptionId).galleryImageVersions, 'get');

    await port.writeFlags(definition, '1.0.0', hidden, found);
    expect(get).not.toHaveBeenCalled();
    await arm.clock.advance(60_000);

    const written = await port.getVersion(definition, '1.0.0');
    expect(written).toMatchObject({ excludeFromLatest: true, endOfLifeDate: '2030-01-01T00:00:00.000Z' });
  });

  test('writing flags changes nothing else of the version', async () => {
    const { arm } = running;
    await makeVersion(arm, '1.0.0', {
      ...versionBody(
        'healthy',
        {
          endOfLifeDate: '2030-01-01T00:00:00+00:00',
          replicaCount: 2,
          storageAccountType: 'Standard_ZRS',
          targetRegions: [
            { name: 'West Europe', regionalReplicaCount: 3, storageAccountType: 'Premium_LRS' },
            { name: 'North Europe', regionalReplicaCount: 1, excludeFromLatest: false },
          ],
        },
        { safetyProfile: { allowDeletionOfReplicatedLocations: true, blockDeletionBeforeEndOfLife: true } },
      ),
      tags: { team: 'linux' },
    });
    const before = await read('1.0.0');

    expect((await galleries().getVersion(definition, '1.0.0'))?.tags).toEqual({ team: 'linux' });

    await galleries().writeFlags(definition, '1.0.0', hidden);
    await arm.clock.advance(60_000);

    const after = await read('1.0.0');
    expect(after.properties.publishingProfile.excludeFromLatest).toBe(true);
    for (const region of after.properties.publishingProfile.targetRegions) {
      expect(region.excludeFromLatest).toBe(true);
      delete region.excludeFromLatest;
    }
    for (const region of before.properties.publishingProfile.targetRegions) delete region.excludeFromLatest;
    for (const { properties, systemData } of [before, after]) {
      delete properties.publishingProfile.excludeFromLatest;
      delete systemData.lastModifiedAt;
    }
    expect(instants(after)).toEqual(instants(before));
  });

  test('a region that somebody added meanwhile stays, and stays out of latest', async () => {
    await makeVersion(running.arm, '1.0.0');

    await galleries().writeFlags(definition, '1.0.0', { excludeFromLatest: false, regions: { westeurope: false } });

    const { targetRegions } = (await read('1.0.0')).properties.publishingProfile;
    expect(targetRegions).toMatchObject([
      { name: 'West Europe', excludeFromLatest: false },
      { name: 'North Europe', excludeFromLatest: true },
    ]);
  });

  test('what somebody else had added and a third writer took back is written again as it was', async () => {
    await makeVersion(running.arm, '1.0.0');
    const found = await galleries().getVersion(definition, '1.0.0');
    const uksouth = { name: 'uksouth', replicaCount: 2, storageAccountType: 'Premium_LRS' };
    const endOfLifeDate = '2030-01-01T00:00:00.000Z';
    const restores = { regions: [uksouth], endOfLifeDate, blockDeletionBeforeEndOfLife: true };

    await galleries().writeFlags(definition, '1.0.0', { ...hidden, restores });
    await running.arm.clock.advance(60_000);

    const after = await galleries().getVersion(definition, '1.0.0');
    const regions = [...(found?.targetRegions ?? []), uksouth];
    expect(after?.targetRegions).toEqual(regions.map((region) => ({ ...region, excludeFromLatest: true })));
    expect(after).toMatchObject({ endOfLifeDate, safetyProfile: { blockDeletionBeforeEndOfLife: true } });
  });

  test('a version that is listed as it was is not parsed again, and one that somebody changed is', async () => {
    const { arm } = running;
    for (const name of ['1.0.0', '1.0.1']) await makeVersion(arm, name);
    const port = galleries();
    const list = async () => {
      const versions = await port.listVersions(definition);
      return (versions ?? []).toSorted((a, b) => compareVersions(a.version, b.version));
    };
    const [first, second] = await list();

    await port.writeFlags(definition, '1.0.1', hidden);
    await arm.clock.advance(60_000);

    const [firstAgain, changed] = await list();
    expect(firstAgain).toBe(first);
    expect(second).toMatchObject({ version: '1.0.1', excludeFromLatest: false });
    expect(changed).toMatchObject({ version: '1.0.1', excludeFromLatest: true });
  });

  test('a write is submitted and not awaited', async () => {
    await makeVersion(running.arm, '1.0.0');

    await galleries().writeFlags(definition, '1.0.0', hidden);

    expect((await read('1.0.0')).properties.provisioningState).toBe('Updating');
  });

  test('a missing gallery has no definitions, a missing resource group no gallery', async () => {
    expect(await galleries().listDefinitions({ ...definition, gallery: 'missing' })).toBeUndefined();
    expect(await galleries().listDefinitions({ ...definition, resourceGroup: 'missing' })).toBeUndefined();
    expect(await galleries().getVersion({ ...definition, resourceGroup: 'missing' }, '1.0.0')).toBeUndefined();
  });

  test('an unknown Azure subscription is an error and no empty gallery', async () => {
    const elsewhere = { ...definition, subscriptionId: '00000000-0000-0000-0000-0000000000ff' };

    await expect(galleries().listVersions(elsewhere)).rejects.toMatchObject({
      code: expect.stringMatching(/Subscription|AuthorizationFailed/),
      retryable: false,
    });
  });

  test('throttling passes, and says when', async () => {
    await running.arm.addFault({ effect: { kind: 'throttle', retryAfterSeconds: 120 } });

    await expect(galleries().getVersion(definition, '1.0.0')).rejects.toMatchObject({
      retryable: true,
      retryAfterMs: 120_000,
    });
  });

  test('a definition is read with all that it promises and recommends', async () => {
    const path = `${group}/providers/Microsoft.Compute/galleries/corp/images/special`;
    const properties = {
      osType: 'Windows',
      osState: 'Specialized',
      hyperVGeneration: 'V2',
      architecture: 'Arm64',
      identifier: { publisher: 'p', offer: 'o', sku: 'special' },
      features: [
        { name: 'SecurityType', value: 'TrustedLaunch', startsAtVersion: '1.2.0' },
        { name: 'DiskControllerTypes', value: 'SCSI, NVMe' },
      ],
      recommended: { vCPUs: { min: 2, max: 8 }, memory: { min: 4 } },
      disallowed: { diskTypes: ['Standard_LRS'] },
      purchasePlan: { name: 'n', publisher: 'p', product: 'q' },
    };
    expect((await running.arm.call('PUT', path, { location: 'westeurope', properties })).status).toBe(201);

    expect(await galleries().getDefinition({ ...definition, image: 'special' })).toEqual({
      osType: 'Windows',
      osState: 'Specialized',
      generation: 'V2',
      architecture: 'Arm64',
      features: properties.features,
      recommended: properties.recommended,
      disallowedDiskTypes: ['Standard_LRS'],
      purchasePlan: properties.purchasePlan,
    });
  });

  test('a gallery without definitions lists none', async () => {
    const empty = `${group}/providers/Microsoft.Compute/galleries/empty`;
    await running.arm.call('PUT', empty, { location: 'westeurope', properties: {} });
    await running.arm.clock.advance(60_000);

    expect(await galleries().listDefinitions({ ...definition, gallery: 'empty' })).toEqual([]);
  });
});

/** A date is the same instant however many digits it is written with. */
function instants(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, member) =>
    typeof member === 'string' && /^\d{4}-\d\d-\d\dT/.test(member) ? Date.parse(member) : member,
  );
}
