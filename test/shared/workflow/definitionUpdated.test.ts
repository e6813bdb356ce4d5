import { beforeEach, describe, expect, it } from 'vitest';
import { definitionResourceId } from '../../../shared/domain/ids.ts';
import type { ImageDefinition } from '../../../shared/domain/imageDefinition.ts';
import { type ResourceEvent, receiveEvent } from '../../../shared/workflow/receiveEvent.ts';
import { linuxDefinition } from '../../fakes/linuxDefinition.ts';
import { ubuntu, World } from '../../fakes/world.ts';
import { fc } from '../../fastCheck.ts';

const endOfLifeDate = '2027-06-30T00:00:00.000Z';
const trusted = { name: 'SecurityType', value: 'TrustedLaunch' };
const accelerated = { name: 'IsAcceleratedNetworkSupported', value: 'True' };

describe('an image definition that is changed', () => {
  let world: World;
  let reads: number;
  beforeEach(async () => {
    world = new World();
    reads = 0;
    const { galleries } = world;
    const read = galleries.getDefinition.bind(galleries);
    galleries.getDefinition = (definition) => {
      reads += 1;
      return read(definition);
    };
    galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
  });
  const described = () => world.allEntries().filter(({ fact }) => fact.type === 'definitionDescribed');
  const announced = () =>
    [...world.announcements.onTopic.values()].filter(({ type }) => type === 'imprimatur.imageDefinition.updated.v1');

  it('is described at first sight, which is not announced', () => {
    expect(described().map(({ fact }) => fact)).toEqual([{ type: 'definitionDescribed', image: linuxDefinition }]);
    expect(announced()).toEqual([]);
  });

  it.each([
    ['event', true],
    ['sweep, as the event was lost', false],
  ])('is announced once, with what it was, found by %s', async (_, isSeen) => {
    if (!isSeen) world.route = () => [];
    world.galleries.updateDefinition(ubuntu, {
      endOfLifeDate,
      features: [trusted],
      recommended: { vCPUs: { min: 2 }, memory: { min: 4, max: 16 } },
    });
    await world.run({ sweeps: !isSeen });
    expect(announced()).toHaveLength(1);
    await world.run();

    expect(described()).toHaveLength(2);
    expect(announced().map(({ data }) => data)).toEqual([
      expect.objectContaining({
        summary: expect.stringContaining(
          'was updated: end of life 2027-06-30T00:00:00.000Z (was none), recommended vCPUs 2- (was any), ' +
            'recommended memory 4-16 GiB (was any GiB), features SecurityType=TrustedLaunch (was none)',
        ),
        image: expect.objectContaining({ endOfLifeDate, features: [trusted] }),
        before: linuxDefinition,
      }),
    ]);
    expect(world.openMarkers()).toEqual([]);
  });

  it('is announced with who changed it, where the event says so; a version is told without', async () => {
    const { ports, settings } = world;
    const subject = definitionResourceId(ubuntu);
    const by = '00000000-0000-0000-0000-00000000000a';
    const told = async (change: Partial<ImageDefinition>, event: Partial<ResourceEvent>) => {
      world.route = () => [];
      world.galleries.updateDefinition(ubuntu, change);
      await receiveEvent(ports, settings, { id: `e${reads}`, type: 'w', subject, ...event });
      await world.run({ sweeps: false });
      const data = announced().at(-1)?.data;
      const isInSummary = data?.summary.includes(' was updated by ');
      return { actor: data?.actor, cause: data?.cause, by: data?.by, isInSummary };
    };
    const [appOnly, both] = [{ appId: by.replace('a', 'b') }, { appId: by.replace('a', 'b'), objectId: by }];

    expect(await told({ endOfLifeDate }, { id: 'e1', caller: both })).toMatchObject({
      actor: 'service',
      cause: 'event e1',
      by,
      isInSummary: true,
    });
    expect(await told({ features: [trusted] }, { id: 'e2', caller: appOnly })).toMatchObject({ by: appOnly.appId });
    expect(await told({ features: [] }, { id: 'e3' })).toEqual({
      actor: 'service',
      cause: 'event e3',
      by: undefined,
      isInSummary: false,
    });
    const version = `${subject}/versions/1.0.0`;
    await receiveEvent(ports, settings, { id: 'e4', type: 'w', subject: version, caller: both });
    expect(world.wakeUps.messages.at(-1)?.body).not.toHaveProperty('by');
  });

  it('is read at its own events, and not for those of its versions', async () => {
    reads = 0;
    world.galleries.edit(ubuntu, '1.0.0', (version) => {
      version.tags = { team: 'web' };
    });
    await world.run();
    expect(reads).toBe(0);

    world.galleries.updateDefinition(ubuntu, { endOfLifeDate });
    await world.run();
    expect(reads).toBe(1);
  });

  it('begins anew when it is deleted and created again', async () => {
    const { listVersions } = world.galleries;
    world.galleries.listVersions = async () => undefined;
    await world.run();
    world.galleries.listVersions = listVersions;
    world.galleries.updateDefinition(ubuntu, { endOfLifeDate });
    await world.run();

    expect(described().at(-1)?.fact).toEqual({
      type: 'definitionDescribed',
      image: { ...linuxDefinition, endOfLifeDate },
    });
    expect(announced()).toEqual([]);
  });

  it('is announced for each change that was seen and for nothing else, and then all is quiet', async () => {
    const descriptions: fc.Arbitrary<Partial<ImageDefinition>> = fc.record({
      features: fc.constantFrom([], [trusted], [trusted, accelerated], [accelerated, trusted]),
      disallowedDiskTypes: fc.constantFrom(['Standard_LRS', 'Premium_LRS'], ['Premium_LRS', 'Standard_LRS']),
      recommended: fc.constantFrom({ vCPUs: {}, memory: {} }, { vCPUs: { max: 8 }, memory: {} }),
    });
    const sorted = ({ features = [], disallowedDiskTypes = [], recommended }: Partial<ImageDefinition>) =>
      JSON.stringify([features.map(({ name }) => name).sort(), disallowedDiskTypes.toSorted(), recommended]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(descriptions, fc.constantFrom(0, 1, 3)), { maxLength: 6 }),
        async (changes) => {
          const world = new World();
          await world.run();
          let last: Partial<ImageDefinition> = linuxDefinition;
          let expected = 0;
          for (const [change, copies] of changes) {
            world.route = () => Array.from({ length: copies }, (_, index) => index * 700);
            world.galleries.updateDefinition(ubuntu, change);
            await world.run();
            if (sorted(change) !== sorted(last)) expected += 1;
            last = change;
          }
          const updates = [...world.announcements.onTopic.values()].filter(({ type }) => type.includes('.updated.'));
          expect(updates).toHaveLength(expected);
          expect(world.galleries.writes).toEqual([]);
          expect(world.wakeUps.messages).toEqual([]);
          expect(world.openMarkers()).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });
});
