import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { countLeftovers } from '../../local/demo/report.ts';
import { apiClient } from '../../local/stack/apiClient.ts';
import { computeClient } from '../../local/stack/deploy.ts';
import { gallery, galleryId, resourceGroup } from '../../local/stack/names.ts';
import { publishVersion } from '../../local/stack/publishVersion.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { addFault, clearFaults } from './faults.ts';
import { publishUnder } from './publishUnder.ts';
import { startTestStack } from './testStack.ts';

const versions = 'Microsoft.Compute/galleries/images/versions';
const patient = { timeout: 90_000, interval: 500 };

describe('events that do not arrive as they should', () => {
  let stack: Stack;
  const executed: string[] = [];
  beforeAll(async () => {
    stack = await startTestStack('events', {
      appSettings: { IMPRIMATUR_SWEEP_SCHEDULE: '0 * * * * *' },
      log: (_, line) => executed.push(...(/Executed 'Functions\.(\w+)' \(Succeeded/.exec(line)?.slice(1) ?? [])),
    });
  }, 180_000);
  afterEach(() => clearFaults(stack));
  afterAll(() => stack.stop());

  const outcomes = async (id: string) => {
    const all = await apiClient(stack.endpoints).versions();
    return all.filter((version) => version.id === id).map(({ outcome }) => outcome);
  };

  it('doubled, behind one another and a minute late, they lead to the same end', async () => {
    await addFault(stack, { type: versions }, { kind: 'eventDoubled' });
    await addFault(stack, { type: 'Microsoft.Compute/virtualMachines/runCommands' }, { kind: 'eventReversed' });
    await addFault(stack, { type: 'Microsoft.Compute/virtualMachines' }, { kind: 'eventDelayed', ms: 60_000 });

    await publishUnder(stack, [], { patch: 1 });
  }, 420_000);

  it('all lost, the sweep finds the versions and the polling the rest', async () => {
    await addFault(stack, {}, { kind: 'eventLost' });

    await publishUnder(stack, [], { patch: 2 });
  }, 420_000);

  it('quarantines a published version that was created anew with a broken guest while its deletion went unheard', async () => {
    const id = `${galleryId}/images/debian-12/versions/9.0.0`;
    await publishVersion(stack.endpoints, 'debian-12', '9.0.0', 'healthy');
    await vi.waitFor(async () => expect(await outcomes(id)).toEqual(['published']), patient);
    await addFault(stack, { type: versions, method: 'DELETE' }, { kind: 'eventLost' });
    const client = computeClient(stack.endpoints);
    await client.galleryImageVersions.delete(resourceGroup, gallery, 'debian-12', '9.0.0');
    await publishVersion(stack.endpoints, 'debian-12', '9.0.0', 'broken-service', { excludeFromLatest: false });

    await vi.waitFor(async () => expect((await outcomes(id)).toSorted()).toEqual(['deleted', 'quarantined']), patient);

    const images = await apiClient(stack.endpoints).images();
    expect(Object.values(images.find(({ id: image }) => image.endsWith('debian-12'))?.latest ?? {})).not.toContain(
      '9.0.0',
    );
    await vi.waitFor(async () => {
      expect(await countLeftovers(stack.endpoints)).toEqual({ virtualMachines: 0, networkInterfaces: 0, disks: 0 });
    }, patient);
  }, 420_000);

  it('neither writes nor says anything when a write that changes nothing of its own comes back as an event', async () => {
    const api = apiClient(stack.endpoints);
    const id = `${galleryId}/images/ubuntu-2404/versions/1.1.0`;
    const readEntries = async () => (await api.versions()).find((version) => version.id === id)?.entries;
    const before = await readEntries();
    executed.length = 0;
    const client = computeClient(stack.endpoints);
    await client.galleryImageVersions.update(resourceGroup, gallery, 'ubuntu-2404', '1.1.0', {
      tags: { seen: 'yes' },
      storageProfile: {},
    });
    await vi.waitFor(() => {
      expect(executed).toEqual(expect.arrayContaining(['imageEvents', 'publicationSteps']));
    }, patient);

    expect(before).not.toHaveLength(0);
    expect(await readEntries()).toEqual(before);
    expect(await api.audit()).toMatchObject({ chain: 'intact' });
  }, 180_000);
});
