import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageVersion } from '../../../shared/domain/imageVersion.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { editOnIntent } from '../../fakes/editOnIntent.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const day = 24 * 3_600_000;

let world: World;
beforeEach(() => {
  world = new World();
  world.guests.broken = { exitStatus: 1 };
});

/** Everything is old enough after a day, and may go a day after its end of life. */
const retain = (retention: string) => {
  world.policyFile.text = `${enforce}lifecycle:
  endOfLife: { supersededAfterDays: 1, warnDays: [] }
  retention: { minAgeDays: 1, graceDays: 1, ${retention} }
`;
};
async function publish(version: string, sourceId = 'healthy'): Promise<void> {
  world.galleries.create(ubuntu, version, { sourceId, excludeFromLatest: true });
  await world.run({ forMs: 600_000 });
}
/** Two sweeps a day are enough here. */
async function pass(days: number): Promise<void> {
  for (let half = 0; half < days * 2; half += 1) {
    await world.run({ forMs: day / 2 - 700_000, sweeps: false });
    await world.run({ forMs: 700_000 });
  }
}
const existing = () => world.galleries.all().map(({ version }) => version.version);
const told = (type: string) =>
  [...world.announcements.onTopic.values()]
    .filter((each) => each.type === `imprimatur.imageVersion.${type}.v1`)
    .map(({ properties, data }) => `${properties.version} ${data.summary.split(': ').slice(1).join(': ')}`);
const keptReasons = (version: string) =>
  world.entriesOf(version).flatMap(({ fact }) => (fact.type === 'retentionKept' ? [fact.reason] : []));

describe('retention', () => {
  it('is a preview until the policy says enforce; then it deletes one by one, reads back, and leaves the trail', async () => {
    retain('keepGood: 1');
    for (const version of ['1.0.0', '1.0.1', '1.0.2']) await publish(version);
    await pass(4);
    expect(existing()).toEqual(['1.0.0', '1.0.1', '1.0.2']);
    expect(told('wouldBeDeleted')).toEqual([
      '1.0.0 retired, 2 days old, its end of life was 2026-11-23, and not among the newest 1 good ones',
      '1.0.1 retired, 2 days old, its end of life was 2026-11-23, and not among the newest 1 good ones',
    ]);
    expect(world.galleries.deletions).toEqual([]);

    retain('keepGood: 1, mode: enforce');
    await pass(1);

    expect(existing()).toEqual(['1.0.2']);
    expect(world.galleries.deletions).toEqual(['1.0.0', '1.0.1']);
    expect(world.latest()).toEqual({ westeurope: '1.0.2' });
    expect(world.types('1.0.0').slice(-4)).toEqual([
      'lifecycleDue',
      'deletionIntended',
      'deletionAccepted',
      'versionDeleted',
    ]);
    expect(told('deleted')[0]).toContain('retired, ');
    expect(world.openMarkers()).toEqual([]);
    expect(world.brokenChains()).toEqual([]);
  });

  it.each([
    [
      'its end of life is extended',
      'its end of life is 2028-01-01T00:00:00.000Z',
      (version: ImageVersion) => {
        version.endOfLifeDate = '2028-01-01T00:00:00.000Z';
      },
    ],
    [
      'it is shown',
      'it is offered in westeurope',
      (version: ImageVersion) => {
        version.excludeFromLatest = false;
        for (const target of version.targetRegions) target.excludeFromLatest = false;
      },
    ],
  ])('keeps a version where %s after its deletion was intended', async (_, why, edit) => {
    retain('keepGood: 1, mode: enforce');
    editOnIntent(world, 'deletionIntended', '1.0.0', edit);
    for (const version of ['1.0.0', '1.0.1']) await publish(version);
    await pass(5);

    expect(existing()).toEqual(['1.0.0', '1.0.1']);
    expect(world.galleries.deletions).toEqual([]);
    expect(keptReasons('1.0.0')[0]).toBe(why);
    expect(world.openMarkers()).toEqual([]);
  });

  it('counts good versions only: three that failed do not drive out the last good one (azuredevops-buildagents#103)', async () => {
    retain('keepGood: 1, mode: enforce');
    await publish('1.0.0');
    for (const version of ['1.0.1', '1.0.2', '1.0.3']) await publish(version, 'broken');

    await pass(3);

    expect(existing()).toEqual(['1.0.0']);
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });

  it('counts no version that was rolled back, or hidden by hand: they do not drive out a good one', async () => {
    retain('keepGood: 2, mode: enforce');
    for (const version of ['1.0.0', '1.0.1', '1.0.2']) await publish(version);
    await world.ask({ type: 'rollbackRequested', version: '1.0.1', reason: 'it leaks memory' });
    await world.ask({ type: 'resumeRequested', reason: 'mended' });
    await publish('1.0.3');
    world.galleries.edit(ubuntu, '1.0.3', (version) => {
      version.excludeFromLatest = true;
    });

    await pass(4);

    expect(world.latest()).toEqual({ westeurope: '1.0.1' });
    expect(existing()).toContain('1.0.0');
  });

  it('deletes nothing whose age or verdict is not known (AgentBaker#9397)', async () => {
    retain('keepGood: 1, mode: enforce');
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, withoutCreatedAt: true });
    await world.run({ forMs: 600_000 });
    world.guests.mute = { answer: '' };
    await publish('1.0.1', 'mute');
    world.galleries.create(ubuntu, '0.9.0', { sourceId: 'old', createdAt: '2026-01-01T00:00:00.000Z' });
    await publish('1.0.2');

    await pass(4);

    expect(existing()).toEqual(['1.0.0', '1.0.1', '0.9.0', '1.0.2']);
    expect(world.galleries.deletions).toEqual([]);
  });

  it('keeps what is in use, or whose use cannot be told, and says why', async () => {
    retain('keepGood: 1, mode: enforce');
    const vm = '/subscriptions/s/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/web-1';
    world.imageUses.uses.set('1.0.0', { kind: 'used', by: [vm] });
    world.imageUses.uses.set('1.0.1', { kind: 'unknown', reason: 'VMs of s2 cannot be seen' });
    for (const version of ['1.0.0', '1.0.1', '1.0.2']) await publish(version);

    await pass(4);

    expect(existing()).toEqual(['1.0.0', '1.0.1', '1.0.2']);
    expect(keptReasons('1.0.0')).toEqual([`in use by ${vm}`]);
    expect(keptReasons('1.0.1')[0]).toBe('who uses it is not known: VMs of s2 cannot be seen');
    world.imageUses.uses.clear();
    await pass(6);
    expect(existing()).toEqual(['1.0.2']);
  });

  it('deletes no more in a day than the cap of the instance', async () => {
    retain('keepGood: 1, mode: enforce, mostPerDay: 1');
    for (const version of ['1.0.0', '1.0.1', '1.0.2', '1.0.3']) await publish(version);
    const gone: number[] = [];
    for (let days = 0; days < 7; days += 1) {
      await pass(1);
      gone.push(4 - existing().length);
    }

    expect(gone.every((count, index) => index === 0 || count - (gone[index - 1] ?? 0) <= 1)).toBe(true);
    expect(existing()).toEqual(['1.0.3']);
  });

  it('leaves a number alone that is created anew before it is deleted', async () => {
    retain('keepGood: 1, mode: enforce');
    for (const version of ['1.0.0', '1.0.1']) await publish(version);
    const deleteVersion = world.galleries.deleteVersion.bind(world.galleries);
    world.galleries.deleteVersion = async () => {
      throw new AdapterError('Azure is busy', { code: 'ServerBusy', retryable: true });
    };
    await pass(3);
    expect(world.types('1.0.0')).toContain('deletionIntended');
    world.galleries.deleteVersion = deleteVersion;
    world.galleries.remove(ubuntu, '1.0.0');
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run({ forMs: 3_600_000 });

    expect(existing()).toContain('1.0.0');
    expect(world.galleries.deletions).toEqual([]);
  });

  it('deletes nothing on a read that took longer than a step may take', async () => {
    retain('keepGood: 1');
    for (const version of ['1.0.0', '1.0.1']) await publish(version);
    await pass(4);
    const { getVersion, deleteVersion } = world.galleries;
    let slowReads = 0;
    const slowAtDeletion: boolean[] = [];
    world.galleries.getVersion = async (...args) => {
      const seen = await getVersion.apply(world.galleries, args);
      const isAboutToGo = world.types(args[1]).at(-1) === 'deletionIntended';
      if (isAboutToGo && ++slowReads === 2) world.time.moveTo(world.time.nowMs + 100_000);
      return seen;
    };
    world.galleries.deleteVersion = (...args) => {
      slowAtDeletion.push(slowReads === 2);
      return deleteVersion.apply(world.galleries, args);
    };

    retain('keepGood: 1, mode: enforce');
    await pass(1);

    expect(slowAtDeletion).toEqual([false]);
    expect(existing()).toEqual(['1.0.1']);
  });

  it('stops where the mode or the retention is taken back', async () => {
    retain('keepGood: 1, mode: enforce');
    for (const version of ['1.0.0', '1.0.1']) await publish(version);
    await pass(1);
    retain('keepGood: 2, mode: enforce');

    await pass(3);

    expect(existing()).toEqual(['1.0.0', '1.0.1']);
  });
});
