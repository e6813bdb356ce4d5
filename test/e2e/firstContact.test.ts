import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { apiClient } from '../../local/stack/apiClient.ts';
import { computeClient } from '../../local/stack/deploy.ts';
import { gallery, galleryId, resourceGroup } from '../../local/stack/names.ts';
import { publishVersion } from '../../local/stack/publishVersion.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { addFault, clearFaults } from './faults.ts';
import { startTestStack } from './testStack.ts';

const patient = { timeout: 90_000, interval: 500 };
const known = 800;

describe('first contact with a gallery of 800 visible versions', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startTestStack('first-contact', {
      armSettings: { tokenBuckets: false, replicationMs: 1_000 },
      appSettings: { IMPRIMATUR_SWEEP_SCHEDULE: '*/20 * * * * *' },
      async before(endpoints) {
        await addFault({ endpoints }, {}, { kind: 'eventLost' });
        for (let patch = 0; patch < known; patch += 20) {
          const batch = Array.from({ length: 20 }, (_, offset) => `1.0.${patch + offset}`);
          await Promise.all(
            batch.map((version) =>
              publishVersion(endpoints, 'ubuntu-2404', version, 'healthy', { excludeFromLatest: false }),
            ),
          );
        }
        await clearFaults({ endpoints });
      },
    });
  }, 120_000);
  afterAll(() => stack.stop());

  it('changes nothing, launches nothing, and holds and tests the next version', async () => {
    const api = apiClient(stack.endpoints);
    const latest = async () => (await api.images()).find(({ id }) => id.endsWith('ubuntu-2404'))?.latest;
    await vi.waitFor(
      async () => expect(await latest()).toEqual({ westeurope: '1.0.799', northeurope: '1.0.799' }),
      patient,
    );
    expect(await api.versions()).toEqual([]);

    await publishVersion(stack.endpoints, 'ubuntu-2404', '1.0.800', 'broken-service');
    await vi.waitFor(async () => {
      const versions = await api.versions();
      expect(versions.map(({ id, outcome }) => [id, outcome])).toEqual([
        [`${galleryId}/images/ubuntu-2404/versions/1.0.800`, 'quarantined'],
      ]);
    }, patient);

    expect(await latest()).toEqual({ westeurope: '1.0.799', northeurope: '1.0.799' });
    let changed = 0;
    for await (const version of computeClient(stack.endpoints).galleryImageVersions.listByGalleryImage(
      resourceGroup,
      gallery,
      'ubuntu-2404',
    )) {
      if (version.publishingProfile?.excludeFromLatest && version.name !== '1.0.800') changed += 1;
    }
    expect(changed).toBe(0);
  }, 200_000);

  it('takes one of them in when it is asked to, and leaves the gallery as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'take-in-'));
    await mkdir(join(folder, '.local'));
    await writeFile(join(folder, '.local/endpoints.json'), JSON.stringify(stack.endpoints));
    const takeIn = (...more: string[]) =>
      promisify(execFile)(
        process.execPath,
        [resolve('cli/imprimatur.cjs'), 'take-in', 'ubuntu-2404', '--reason', 'all of them', '--json', ...more],
        { cwd: folder },
      ).then(({ stdout }): unknown => JSON.parse(stdout));
    const first = `${galleryId}/images/ubuntu-2404/versions/1.0.0`;

    expect(await takeIn()).toMatchObject({ versions: known, vmMinutes: 8_000, failed: 0 });
    expect(await takeIn('--at-most', '1', '--yes')).toEqual({ asked: [first], refused: [] });
    await vi.waitFor(async () => {
      const taken = (await apiClient(stack.endpoints).versions()).find(({ id }) => id === first);
      expect(taken?.outcome).toBe('published');
      expect(taken?.entries.filter(({ type }) => type.endsWith('Intended'))).toEqual([]);
    }, patient);
    await vi.waitFor(async () => expect(await takeIn()).toMatchObject({ versions: known - 1, failed: 0 }), patient);
    await rm(folder, { recursive: true });
  }, 200_000);
});
