import { galleriesContract } from '../contracts/galleriesContract.ts';
import { FakeGalleries } from './fakeGalleries.ts';
import { FakeTime } from './fakeTime.ts';
import { ubuntu } from './world.ts';

galleriesContract('in memory', async () => {
  const time = new FakeTime('2026-11-22T08:00:00.000Z');
  const galleries = new FakeGalleries(time, () => {});
  galleries.createDefinition(ubuntu);
  return {
    galleries,
    definition: ubuntu,
    async createVersion(version, sourceId) {
      galleries.create(ubuntu, version, { sourceId, regions: ['westeurope', 'northeurope'] });
      time.moveTo(time.nowMs + 60_000);
    },
    async removeVersion(version) {
      galleries.remove(ubuntu, version);
    },
    async tagGallery(tags) {
      galleries.tags = tags;
    },
    async share(how) {
      galleries.sharing =
        how === 'direct'
          ? { direct: `${ubuntu.subscriptionId}-${ubuntu.gallery.toUpperCase()}` }
          : { community: ['corp-11111111-2222-3333-4444-555555555555'] };
    },
    async settle() {
      time.moveTo(time.nowMs + 60_000);
    },
    async stop() {},
  };
});
