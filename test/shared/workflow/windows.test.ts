import { describe, expect, it } from 'vitest';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const hour = 3_600_000;

describe('publish windows and cadence', () => {
  const weekly = `${enforce}release:
  timeZone: Europe/Berlin
  windows: [{ days: [tue], from: '06:00', to: '16:00' }]
  atMostOncePer: week
`;

  it('publish a version that passes on a Sunday on Tuesday morning, and the next one a week later', async () => {
    const world = new World();
    world.policyFile.text = weekly;
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 24 * hour, sweeps: false });
    expect(world.latest()).toEqual({});
    await world.run({ forMs: 24 * hour, sweeps: false });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 100 * hour, sweeps: false });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });

    await world.run({ forMs: 70 * hour, sweeps: false });

    expect(world.latest()).toEqual({ westeurope: '1.0.1' });
    const published = world.allEntries().filter(({ fact }) => fact.type === 'published');
    expect(published.map(({ at }) => at.slice(0, 13))).toEqual(['2026-11-24T05', '2026-12-01T05']);
  });

  it('say once why a version waits, and until when', async () => {
    const world = new World();
    world.policyFile.text = weekly;
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 24 * hour });

    expect(world.entriesOf('1.0.0').flatMap(({ fact }) => (fact.type === 'releaseWaits' ? [fact] : []))).toEqual([
      { type: 'releaseWaits', code: 'window', reason: 'ready for westeurope', until: '2026-11-24T05:00:00.000Z' },
    ]);
  });
});

describe('a freeze', () => {
  const regions = ['westeurope', 'northeurope'];
  const create = (world: World, version: string) =>
    world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true, regions });
  const rules = 'rings: [{ regions: [westeurope], soakHours: 24 }, {}], timeZone: Europe/Berlin';
  const soaking = `${enforce}release: { ${rules} }\n`;
  const frozen = `${enforce}release: { ${rules}, freezes: [{ from: 2026-11-23, to: 2026-11-25, reason: year end }] }\n`;
  const publishedAt = (world: World, version: string) =>
    world
      .entriesOf(version)
      .flatMap(({ fact, at }) =>
        fact.type === 'published' || fact.type === 'regionsPublished' ? [`${at.slice(5, 16)} ${fact.regions}`] : [],
      );

  // 1.0.0 soaks since Sunday 08:00 UTC; the freeze is of Monday and Tuesday in Berlin.
  it('that is declared while the first ring soaks holds the second, says why, and lets it go when it ends', async () => {
    const world = new World();
    world.policyFile.text = soaking;
    create(world, '1.0.0');
    await world.run({ forMs: hour });
    world.policyFile.text = frozen;

    await world.run({ forMs: 61 * hour, sweeps: false });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    const waits = world.entriesOf('1.0.0').flatMap(({ fact }) => (fact.type === 'releaseWaits' ? [fact] : []));
    expect(waits.at(-1)).toEqual({
      type: 'releaseWaits',
      code: 'window',
      reason: 'ready for northeurope, frozen: year end',
      until: '2026-11-24T23:00:00.000Z',
    });

    await world.run({ forMs: 2 * hour, sweeps: false });
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    expect(publishedAt(world, '1.0.0')).toEqual([
      expect.stringMatching(/^11-22T08:0\d westeurope$/),
      '11-24T23:00 westeurope,northeurope',
    ]);
    expect(world.openMarkers()).toEqual([]);
  });

  it('keeps no version from its test, and what is expedited goes through all rings meanwhile', async () => {
    const world = new World();
    world.policyFile.text = frozen;
    await world.run({ forMs: 24 * hour });
    create(world, '1.0.0');
    await world.run({ forMs: hour });
    expect(world.latest()).toEqual({});
    expect(world.types('1.0.0')).toContain('verdictReached');

    await world.ask({ type: 'expediteRequested', version: '1.0.0', reason: 'CVE-2026-1234', ticket: 'INC-1' });
    await world.run({ forMs: hour });

    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
  });

  it('that ends outside a publish window is followed by the next one', async () => {
    const world = new World();
    world.policyFile.text = frozen.replace(
      'freezes:',
      "windows: [{ days: [tue, thu], from: '06:00', to: '16:00' }], freezes:",
    );
    create(world, '1.0.0');
    await world.run({ forMs: 5 * 24 * hour, sweeps: false });

    expect(publishedAt(world, '1.0.0')).toEqual(['11-26T05:00 westeurope']);
  });
});
