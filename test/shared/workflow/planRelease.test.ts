import { beforeEach, describe, expect, it } from 'vitest';
import { describeRelease, type ReleasePlan } from '../../../shared/domain/releasePlan.ts';
import { askInstance } from '../../../shared/workflow/askInstance.ts';
import { planRelease } from '../../../shared/workflow/planRelease.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const hour = 3_600_000;
const two = ['westeurope', 'northeurope'];
const release = `release:
  rings: [{ regions: [westeurope], soakHours: 24 }, {}]
  timeZone: Europe/Berlin
  windows: [{ days: [tue], from: '06:00', to: '16:00' }, { days: [wed, thu], from: '06:00', to: '16:00' }]
  atMostOncePer: week
`;

let world: World;
beforeEach(() => {
  world = new World();
  world.policyFile.text = enforce;
});

async function create(version: string, forMs: number): Promise<void> {
  world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true, regions: two });
  await world.run({ forMs });
}
async function plan(version: string): Promise<ReleasePlan> {
  const found = await planRelease(world.ports, ubuntu, version);
  if (!found) throw new Error('no plan');
  return found;
}

describe('the plan of an automatic release', () => {
  // A Sunday, 08:00 UTC.
  it('says per ring from when, and what is latest then, before anything is written', async () => {
    await create('1.0.3', hour);
    world.policyFile.text = enforce + release;
    await create('1.0.4', hour);
    const writes = world.galleries.writes.length;

    expect(describeRelease(await plan('1.0.4'))).toEqual([
      'ring 1 of 2, from 2026-11-24T05:00:00.000Z: westeurope',
      '  latest in westeurope: 1.0.3 → 1.0.4',
      'ring 2 of 2, from 2026-11-25T05:00:00.000Z: northeurope',
      '  latest in northeurope: 1.0.3 → 1.0.4',
    ]);
    expect(world.galleries.writes).toHaveLength(writes);

    await world.run({ forMs: 5 * 24 * hour });
    const published = world.entriesOf('1.0.4').filter(({ fact }) => fact.type.endsWith('ublished'));
    expect(published.map(({ at }) => at.slice(0, 16))).toEqual(['2026-11-24T05:00', '2026-11-25T05:00']);
    expect(await plan('1.0.4')).toEqual({ waits: [], assumes: [], rings: [] });
  });

  it('says what it waits for, and shows what comes after that', async () => {
    world.policyFile.text = `${enforce}release: { gates: { approval: required } }\n`;
    await create('1.0.0', 40_000);
    expect(describeRelease(await plan('1.0.0'))).toEqual([
      'waits: for the verdict of its smoke test',
      'waits: waits for the approval of an operator',
      'ring 1 of 1, from 2026-11-22T08:00:40.000Z: westeurope, northeurope',
      '  latest in northeurope: none → 1.0.0',
      '  latest in westeurope: none → 1.0.0',
    ]);
  });

  it('knows how far it is: the ring that soaks is not planned again', async () => {
    world.policyFile.text = `${enforce}release: { rings: [{ regions: [westeurope], soakHours: 24 }, {}] }\n`;
    await create('1.0.0', hour);

    const [next, ...none] = (await plan('1.0.0')).rings;
    expect(none).toEqual([]);
    expect(next).toMatchObject({ ring: 2, of: 2, regions: ['northeurope'] });
    expect(next?.at?.slice(0, 13)).toBe('2026-11-23T08');
  });

  it('names a newer version that is under way, and has no rings once that one takes its place', async () => {
    world.policyFile.text = `${enforce}release: { windows: [{ days: [tue], from: '06:00', to: '16:00' }] }\n`;
    await create('1.0.0', hour);
    await create('1.0.1', 32_000);
    expect(describeRelease(await plan('1.0.0'))).toEqual([
      'assumes: 1.0.1, which is newer, is not ready before it: it would take its place',
      'ring 1 of 1, from 2026-11-24T06:00:00.000Z: westeurope, northeurope',
      '  latest in northeurope: none → 1.0.0',
      '  latest in westeurope: none → 1.0.0',
    ]);
    expect((await plan('1.0.1')).assumes).toEqual([]);

    // Until the newer one is judged, step by step: the older one has not been looked at since.
    while (!world.types('1.0.1').includes('verdictReached')) await world.run({ forMs: 1_000, sweeps: false });
    await world.run({ forMs: hour });
    expect(await plan('1.0.0')).toMatchObject({ waits: [], rings: [] });
  });

  it('has no rings for a version whose place a newer one takes when a pause is over', async () => {
    world.policyFile.text = `${enforce}release: { windows: [{ days: [tue], from: '06:00', to: '16:00' }] }\n`;
    await create('1.0.0', hour);
    await create('1.0.1', 40_000);
    await world.ask({ type: 'pauseRequested', reason: 'audit' });
    await world.run({ forMs: hour });

    expect(world.types('1.0.1')).toContain('verdictReached');
    expect(await plan('1.0.0')).toEqual({ waits: [], assumes: ['1.0.1 passed, and takes its place'], rings: [] });
  });

  it('knows how often the policy lets a release begin, and where a rollback pins the image', async () => {
    await create('1.0.0', hour);
    world.policyFile.text = `${enforce}release: { atMostOncePer: week }\n`;
    await create('1.0.1', hour);
    expect((await plan('1.0.1')).rings).toMatchObject([{ at: '2026-11-23T00:00:00.000Z' }]);

    await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason: 'CVE-2026-1234' });
    await create('1.0.2', hour);
    expect((await plan('1.0.2')).waits).toEqual(['pinned since a rollback: all to 1.0.0']);
  });

  it('lets an expedited version soak nowhere, and says that another mode publishes nothing', async () => {
    world.policyFile.text = `${enforce}release: { rings: [{ regions: [westeurope], soakHours: 24 }, {}] }\n`;
    await create('1.0.0', hour);
    await world.ask({ type: 'pauseRequested', reason: 'audit' });
    await world.ask({ type: 'expediteRequested', version: '1.0.0', reason: 'CVE-2026-1234', ticket: 'INC-1' });
    expect((await plan('1.0.0')).rings).toMatchObject([{ ring: 2, at: world.time.now() }]);

    world.policyFile.text = world.policyFile.text.replace('mode: enforce', 'mode: test');
    await world.run({ forMs: hour });
    expect((await plan('1.0.0')).waits).toEqual([
      'the mode is test, and nothing is published',
      'the image definition is paused: audit',
    ]);
  });

  it('names the members of its group that hold it, and a pause of everything', async () => {
    const gen1 = { ...ubuntu, image: 'ubuntu-2404-gen1' };
    world.galleries.createDefinition(gen1);
    world.policyFile.text = `${enforce}groups: [{ name: noble, images: [${ubuntu.image}, ${gen1.image}] }]\n`;
    await create('1.0.0', hour);
    expect((await plan('1.0.0')).waits).toEqual([
      'the group noble is published all or none: ubuntu-2404-gen1 is missing',
    ]);

    await askInstance(world.ports, { kind: 'pause', reason: 'outage' }, { actor: 'operator-1', requestId: 'pause' });
    world.galleries.create(gen1, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });
    await world.run({ forMs: hour });
    expect((await plan('1.0.0')).waits).toEqual([
      'everything is paused: outage',
      'the group noble is published all or none: ubuntu-2404-gen1 is not judged yet',
    ]);
  });

  it('says that a person is asked, and why', async () => {
    world.policyFile.text = `${enforce}release: { gates: { approval: required } }\n`;
    const writeFlags = world.galleries.writeFlags.bind(world.galleries);
    world.galleries.writeFlags = async () => undefined;
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });
    world.galleries.onChange = () => undefined;
    await world.run({ forMs: hour });
    const asked = world.entriesOf('1.0.0').flatMap(({ fact }) => (fact.type === 'needsAttention' ? [fact.reason] : []));
    expect(asked[0]).toContain('accepted writes of the exclude flags (hold) did not stay');
    expect((await plan('1.0.0')).waits).toContain(asked[0]);

    world.galleries.writeFlags = writeFlags;
    await world.run({ forMs: 2 * hour });
    expect((await plan('1.0.0')).waits).toEqual(['waits for the approval of an operator']);
  });

  it('says of an adopted version that nothing is done by itself, and how it is taken in', async () => {
    world.galleries.onChange = () => undefined;
    world.galleries.create(ubuntu, '0.9.0', { sourceId: 'old', createdAt: '2026-01-01T00:00:00.000Z' });
    await world.run();
    expect(describeRelease(await plan('0.9.0'))).toEqual([
      'waits: it was adopted, and nothing is done with it by itself: take it in to have it tested, and then published',
    ]);

    await world.ask({ type: 'takeInRequested', version: '0.9.0', reason: 'all of them' });
    await world.run();
    expect(describeRelease(await plan('0.9.0'))).toEqual([]);
  });

  it('is not there for a version that never existed', async () => {
    await create('1.0.0', hour);

    expect(await planRelease(world.ports, ubuntu, '9.9.9')).toBeUndefined();
  });
});
