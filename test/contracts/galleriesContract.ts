import { describe, expect, test } from 'vitest';
import type { ImageDefinitionId } from '../../shared/domain/ids.ts';
import type { Galleries } from '../../shared/ports.ts';

/** A gallery with one definition that a test can fill. */
export interface GalleryUnderTest {
  galleries: Galleries;
  definition: ImageDefinitionId;
  /** Creates a version in West Europe and North Europe, and returns when it is replicated. */
  createVersion(version: string, sourceId: string): Promise<void>;
  removeVersion(version: string): Promise<void>;
  tagGallery(tags: Record<string, string>): Promise<void>;
  /** Shares the gallery with another subscription, or with everybody. */
  share(how: 'direct' | 'community'): Promise<void>;
  /** Lets a write that was accepted come to its end. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

/** What every Galleries does, in memory or in Azure. */
export function galleriesContract(name: string, make: () => Promise<GalleryUnderTest>): void {
  describe(`galleries: ${name}`, () => {
    const withGallery = (body: (gallery: GalleryUnderTest) => Promise<void>) => async () => {
      const gallery = await make();
      try {
        await body(gallery);
      } finally {
        await gallery.stop();
      }
    };
    const source = '/subscriptions/s/resourceGroups/images/providers/Microsoft.Compute/images/healthy';

    test(
      'lists the definitions of a gallery, each described as when it is read by itself',
      withGallery(async ({ galleries, definition }) => {
        const image = await galleries.getDefinition(definition);

        expect(await galleries.listDefinitions(definition)).toEqual([{ id: definition, image }]);
      }),
    );

    test(
      'reads the tags of a gallery, and knows of none where there is no gallery',
      withGallery(async ({ galleries, definition, tagGallery }) => {
        await tagGallery({ team: 'images' });

        expect(await galleries.getTags(definition)).toEqual({ team: 'images' });
        expect(await galleries.getTags({ ...definition, gallery: 'missing' })).toBeUndefined();
      }),
    );

    test(
      'reads a version with its regions, dates, source and replication',
      withGallery(async ({ galleries, definition, createVersion }) => {
        await createVersion('1.0.0', source);

        const version = await galleries.getVersion(definition, '1.0.0');

        const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(version).toMatchObject({
          version: '1.0.0',
          location: 'westeurope',
          provisioningState: 'Succeeded',
          createdAt: instant,
          publishedDate: instant,
          sourceId: expect.stringContaining('/images/healthy'),
          excludeFromLatest: false,
          replication: { westeurope: 'Completed', northeurope: 'Completed' },
        });
        expect(version?.targetRegions.map((region) => region.name)).toEqual(['westeurope', 'northeurope']);
      }),
    );

    test(
      'reads that a gallery is shared with nobody, or under which name it is shared directly',
      withGallery(async ({ galleries, definition, share }) => {
        expect(await galleries.getSharing(definition)).toEqual({});

        await share('direct');
        const { subscriptionId, gallery } = definition;
        expect(await galleries.getSharing(definition)).toEqual({
          direct: `${subscriptionId}-${gallery.toUpperCase()}`,
        });
        expect(await galleries.getSharing({ ...definition, gallery: 'missing' })).toBeUndefined();
      }),
    );

    test(
      'reads under which names a gallery is shared with the community',
      withGallery(async ({ galleries, definition, share }) => {
        await share('community');

        expect(await galleries.getSharing(definition)).toEqual({
          community: [expect.stringMatching(/^corp-[0-9a-f-]{36}$/)],
        });
      }),
    );

    test(
      'lists versions without their replication',
      withGallery(async ({ galleries, definition, createVersion }) => {
        await createVersion('1.0.0', source);
        await createVersion('1.1.0', source);

        const versions = (await galleries.listVersions(definition)) ?? [];

        expect(versions.map(({ version }) => version).sort()).toEqual(['1.0.0', '1.1.0']);
        expect(versions.every((version) => version.replication === undefined)).toBe(true);
      }),
    );

    test(
      'knows no version that is not there',
      withGallery(async ({ galleries, definition, createVersion, removeVersion }) => {
        await createVersion('1.0.0', source);
        await removeVersion('1.0.0');

        expect(await galleries.getVersion(definition, '1.0.0')).toBeUndefined();
        expect(await galleries.listVersions(definition)).toEqual([]);
      }),
    );

    test(
      'knows nothing of a definition that is not there',
      withGallery(async ({ galleries, definition }) => {
        const missing = { ...definition, image: 'missing' };

        expect(await galleries.listVersions(missing)).toBeUndefined();
        expect(await galleries.getVersion(missing, '1.0.0')).toBeUndefined();
        expect(await galleries.getDefinition(missing)).toBeUndefined();
      }),
    );

    test(
      'reads how VMs are made from a definition',
      withGallery(async ({ galleries, definition }) => {
        expect(await galleries.getDefinition(definition)).toEqual({
          osType: 'Linux',
          osState: 'Generalized',
          generation: 'V2',
          architecture: 'x64',
          features: expect.any(Array),
          recommended: { vCPUs: {}, memory: {} },
          disallowedDiskTypes: [],
        });
      }),
    );

    test(
      'writes the exclude flags of all regions at once, and leaves nothing to a default',
      withGallery(async ({ galleries, definition, createVersion, settle }) => {
        await createVersion('1.0.0', source);
        const before = await galleries.getVersion(definition, '1.0.0');

        const plan = { excludeFromLatest: false, regions: { westeurope: false, northeurope: true } };
        await galleries.writeFlags(definition, '1.0.0', plan);
        await settle();

        expect(await galleries.getVersion(definition, '1.0.0')).toEqual({
          ...before,
          targetRegions: before?.targetRegions.map((region) => ({
            ...region,
            excludeFromLatest: region.name === 'northeurope',
          })),
          // Azure/azure-cli#32375: from API version 2026-03-03 what is not said would be true.
          safetyProfile: { ...before?.safetyProfile, blockDeletionBeforeEndOfLife: false },
        });
      }),
    );

    test(
      'writes an end of life with the flags, and leaves it where a later plan does not name one',
      withGallery(async ({ galleries, definition, createVersion, settle }) => {
        await createVersion('1.0.0', source);
        const regions = { westeurope: true, northeurope: true };
        const setEndOfLife = '2099-01-31T00:00:00.000Z';
        await galleries.writeFlags(definition, '1.0.0', { excludeFromLatest: true, regions, setEndOfLife });
        await settle();

        await galleries.writeFlags(definition, '1.0.0', { excludeFromLatest: true, regions });
        await settle();

        expect(await galleries.getVersion(definition, '1.0.0')).toMatchObject({ endOfLifeDate: setEndOfLife });
      }),
    );

    test(
      'deletes a version; one that is gone is no error',
      withGallery(async ({ galleries, definition, createVersion, settle }) => {
        await createVersion('1.0.0', source);
        await galleries.deleteVersion(definition, '1.0.0');
        expect(await galleries.getVersion(definition, '1.0.0')).toMatchObject({ provisioningState: 'Deleting' });
        await settle();

        await galleries.deleteVersion(definition, '1.0.0');

        expect(await galleries.getVersion(definition, '1.0.0')).toBeUndefined();
      }),
    );

    test(
      'refuses to write while another write is under way, and says that it passes',
      withGallery(async ({ galleries, definition, createVersion }) => {
        await createVersion('1.0.0', source);
        const plan = { excludeFromLatest: true, regions: { westeurope: true, northeurope: true } };
        await galleries.writeFlags(definition, '1.0.0', plan);

        const second = galleries.writeFlags(definition, '1.0.0', plan);

        await expect(second).rejects.toMatchObject({ name: 'AdapterError', retryable: true });
      }),
    );

    test(
      'refuses to write what is not there',
      withGallery(async ({ galleries, definition }) => {
        const plan = { excludeFromLatest: true, regions: {} };

        await expect(galleries.writeFlags(definition, '9.9.9', plan)).rejects.toMatchObject({
          name: 'AdapterError',
          code: 'ResourceNotFound',
          retryable: false,
        });
      }),
    );
  });
}
