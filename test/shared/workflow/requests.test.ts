import { beforeEach, describe, expect, it } from 'vitest';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const hour = 3_600_000;
const two = ['westeurope', 'northeurope'];
const reason = 'CVE-2026-1234';

let world: World;
beforeEach(() => {
  world = new World();
});

async function publish(version: string, regions = two, forMs?: number): Promise<void> {
  world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true, regions });
  await world.run(forMs === undefined ? {} : { forMs });
}
const factsOf = (version: string, type: string) =>
  world.entriesOf(version).flatMap(({ fact }) => (fact.type === type ? [fact] : []));

describe('a rollback', () => {
  it('names its target, takes out what is above it, and pins the image definition until it is resumed', async () => {
    await publish('1.0.0');
    await publish('1.0.1');

    const done = await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason });
    await world.run();

    expect(done).toEqual({ outcome: 'accepted', reason: '1.0.1 is taken out of latest; pinned to 1.0.0' });
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    expect(world.announced()).toContain('1.0.1 withdrawn');
    await publish('1.0.2');
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    expect(factsOf('1.0.2', 'releaseWaits')).toMatchObject([{ code: 'pinned' }]);

    await world.ask({ type: 'resumeRequested', reason: 'mended' });
    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.2', northeurope: '1.0.2' });
    expect(world.openMarkers()).toEqual([]);
  });

  it('concerns the regions that are named', async () => {
    await publish('1.0.0');
    await publish('1.0.1');

    await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason, regions: ['northeurope'] });
    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.1', northeurope: '1.0.0' });
  });

  it('of one region is taken back by publishing the version again, which is refused where it is published everywhere', async () => {
    await publish('1.0.0');
    await publish('1.0.1');
    const again = { type: 'publishRequested' as const, version: '1.0.1', reason: 'it was not the image' };
    expect(await world.ask(again)).toEqual({ outcome: 'refused', reason: '1.0.1 is published' });
    await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason, regions: ['northeurope'] });
    await world.ask({ type: 'resumeRequested', reason: 'mended' });
    await world.run();
    expect(world.latest()).toEqual({ westeurope: '1.0.1', northeurope: '1.0.0' });

    expect((await world.ask(again)).outcome).toBe('accepted');
    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.1', northeurope: '1.0.1' });
    expect(world.openMarkers()).toEqual([]);
  });

  it('is refused where nothing would be latest (terraform-provider-hcp#526)', async () => {
    await publish('1.0.0', ['westeurope']);
    await publish('1.0.1');

    const done = await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason });

    expect(done.outcome).toBe('refused');
    expect(done.reason).toContain('1.0.0 is not published and replicated in northeurope');
    expect(world.latest()).toEqual({ westeurope: '1.0.1', northeurope: '1.0.1' });
  });

  it('is refused to a version that does not exist, or has not passed', async () => {
    await publish('1.0.1');
    world.guests.broken = { exitStatus: 1 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true, regions: two });
    await world.run();

    expect(await world.ask({ type: 'rollbackRequested', version: '0.9.0', reason })).toMatchObject({
      outcome: 'refused',
      reason: '0.9.0 does not exist: nothing can be rolled back to it',
    });
    expect(await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason })).toMatchObject({
      outcome: 'refused',
      reason: '1.0.0 has no passed verdict: nothing is rolled back to it',
    });
  });

  it('takes out adopted versions too, and leads back to one', async () => {
    for (const version of ['0.8.0', '0.9.0']) {
      world.galleries.create(ubuntu, version, { sourceId: 'old', regions: two, createdAt: '2026-01-01T00:00:00.000Z' });
    }
    await world.run();
    expect(world.latest()).toEqual({ westeurope: '0.9.0', northeurope: '0.9.0' });

    await world.ask({ type: 'rollbackRequested', version: '0.8.0', reason });
    await world.run();

    expect(world.latest()).toEqual({ westeurope: '0.8.0', northeurope: '0.8.0' });
    expect(world.types('0.9.0')).not.toContain('launchIntended');
  });

  it('leaves what was rolled back where it is, until an operator publishes it again', async () => {
    await publish('1.0.0');
    await publish('1.0.1');
    await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason });
    await world.ask({ type: 'resumeRequested', reason: 'it was not the image' });
    await world.run();
    expect(world.latest()).toMatchObject({ westeurope: '1.0.0' });

    await world.ask({ type: 'publishRequested', version: '1.0.1', reason: 'it was not the image' });
    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.1', northeurope: '1.0.1' });
  });
});

describe('a quarantine by hand', () => {
  it('takes a published version out everywhere, keeps it out when shown by hand, and is lifted', async () => {
    await publish('1.0.0');
    await publish('1.0.1');
    await world.ask({ type: 'quarantineRequested', version: '1.0.1', reason });
    await world.run();
    expect(world.latest()).toMatchObject({ westeurope: '1.0.0' });
    world.galleries.edit(ubuntu, '1.0.1', (version) => {
      version.excludeFromLatest = false;
      for (const region of version.targetRegions) region.excludeFromLatest = false;
    });
    await world.run();
    expect(world.latest()).toMatchObject({ westeurope: '1.0.0' });
    expect(world.types('1.0.1')).toContain('driftFound');

    await world.ask({ type: 'liftRequested', version: '1.0.1', reason: 'a false alarm' });
    await world.run();

    expect(world.latest()).toMatchObject({ westeurope: '1.0.1' });
  });

  it('ends the test of a version that is not judged yet, and deletes its VM', async () => {
    await publish('1.0.0', two, 90_000);

    await world.ask({ type: 'quarantineRequested', version: '1.0.0', reason });
    await world.run();

    expect(world.types('1.0.0')).not.toContain('verdictReached');
    expect(world.latest()).toEqual({});
    expect(await world.smokeTestVms.listResources()).toEqual([]);
    expect(world.openMarkers()).toEqual([]);
  });

  it('cannot be lifted from a version that failed', async () => {
    world.guests.broken = { exitStatus: 1 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });
    await world.run();

    expect((await world.ask({ type: 'liftRequested', version: '1.0.0', reason })).reason).toContain(
      'failed its smoke test',
    );
    expect((await world.ask({ type: 'publishRequested', version: '1.0.0', reason })).reason).toContain(
      'nothing is published untested',
    );
    expect(world.latest()).toEqual({});
  });
});

describe('gates', () => {
  it('wait for the approval of an operator', async () => {
    world.policyFile.text = `${enforce}release: { gates: { approval: required } }\n`;
    await publish('1.0.0', two, 24 * hour);
    expect(world.latest()).toEqual({});
    expect(world.announced()).toContain('1.0.0 waiting');

    await world.ask({ type: 'answerRequested', version: '1.0.0', answer: 'approve', reason: 'looks good' });
    await world.run();

    expect(world.latest()).toMatchObject({ westeurope: '1.0.0' });
  });

  it('wait for every team; silence means no, and a late answer still counts', async () => {
    world.policyFile.text = `${enforce}release: { gates: { teams: [web, data], answerHours: 4 } }\n`;
    await publish('1.0.0', two, hour);
    await world.ask({ type: 'answerRequested', version: '1.0.0', team: 'web', answer: 'approve', reason: 'ok' });
    await world.run({ forMs: 6 * hour });
    expect(world.latest()).toEqual({});
    expect(factsOf('1.0.0', 'releaseWaits').at(-1)).toMatchObject({ code: 'silence' });

    await world.ask({ type: 'answerRequested', version: '1.0.0', team: 'data', answer: 'abstain', reason: 'not ours' });
    await world.run();

    expect(world.latest()).toMatchObject({ westeurope: '1.0.0' });
  });

  it('a veto halts a release between its rings, until the team thinks better of it', async () => {
    const rings = '[{ regions: [westeurope], soakHours: 4 }, {}]';
    world.policyFile.text = `${enforce}release: { rings: ${rings}, gates: { teams: [web] } }\n`;
    await publish('1.0.0', two, hour);
    await world.ask({ type: 'answerRequested', version: '1.0.0', team: 'web', answer: 'approve', reason: 'ok' });
    await world.ask({ type: 'answerRequested', version: '1.0.0', team: 'web', answer: 'veto', reason: 'it leaks' });
    await world.run({ forMs: 24 * hour });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });

    await world.ask({ type: 'answerRequested', version: '1.0.0', team: 'web', answer: 'approve', reason: 'our bug' });
    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
  });
});

describe('an expedited version', () => {
  it('skips soak, windows and deadlines, never the smoke test', async () => {
    world.policyFile.text = `${enforce}release:
  rings: [{ regions: [westeurope], soakHours: 48 }, {}]
  windows: [{ days: [thu], from: '06:00', to: '07:00' }]
  gates: { teams: [web], answerHours: 24 }
`;
    await publish('1.0.0', two, 20_000);
    await world.ask({ type: 'expediteRequested', version: '1.0.0', reason, ticket: 'INC-1' });
    expect(world.latest()).toEqual({});
    await world.run({ forMs: hour });

    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    expect(world.types('1.0.0')).toContain('verdictReached');
  });

  it('is not published where it fails its smoke test, or a team vetoes it', async () => {
    world.policyFile.text = `${enforce}release: { gates: { teams: [web] } }\n`;
    world.guests.broken = { exitStatus: 1 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });
    await world.ask({ type: 'expediteRequested', version: '1.0.0', reason, ticket: 'INC-1' });
    await publish('1.0.1', two, 1_000);
    await world.ask({ type: 'expediteRequested', version: '1.0.1', reason, ticket: 'INC-1' });
    await world.ask({ type: 'answerRequested', version: '1.0.1', answer: 'veto', team: 'web', reason }, 'team-web');
    await world.run({ forMs: hour });

    expect(world.latest()).toEqual({});
    expect(world.types('1.0.0')).toContain('quarantined');
    expect(factsOf('1.0.1', 'releaseWaits').at(-1)).toMatchObject({ code: 'veto' });
  });
});

describe('a retest', () => {
  it.each([
    ['taken out where another good version stands', ['1.0.0'], { westeurope: '1.0.0', northeurope: '1.0.0' }],
    ['a person is asked where it is the last good one', [], { westeurope: '1.0.1' }],
  ])('that fails halts a release between its rings: %s', async (_, before, latest) => {
    world.policyFile.text = `${enforce}release: { rings: [{ regions: [westeurope], soakHours: 24 }, {}] }\n`;
    for (const version of before) await publish(version, two, 48 * hour);
    await publish('1.0.1', two, hour);
    expect(world.latest()).toMatchObject({ westeurope: '1.0.1' });
    world.guests.healthy = { exitStatus: 3 };

    expect((await world.ask({ type: 'retestRequested', version: '1.0.1', reason })).outcome).toBe('accepted');
    await world.run({ forMs: 48 * hour });

    expect(world.latest()).toEqual(latest);
    expect(world.announced()).toContain('1.0.1 retested');
    expect(world.announced()).toContain(before.length > 0 ? '1.0.1 quarantined' : '1.0.1 needsAttention');
    expect(world.smokeTestVms.vms.size).toBe(0);
  });

  it('that fails halts a release between its rings at once, and not when a sweep comes by', async () => {
    world.policyFile.text = `${enforce}release: { rings: [{ regions: [westeurope], soakHours: 24 }, {}] }\n`;
    for (const version of ['1.0.0', '1.0.1']) await publish(version, two, version === '1.0.0' ? 48 * hour : hour);
    world.guests.healthy = { exitStatus: 3 };
    world.route = () => [];

    await world.ask({ type: 'retestRequested', version: '1.0.1', reason });
    await world.run({ forMs: hour, sweeps: false });

    const at = (type: string) => world.entriesOf('1.0.1').find(({ fact }) => fact.type === type)?.at ?? '';
    expect(Date.parse(at('quarantined')) - Date.parse(at('retested'))).toBeLessThan(30_000);
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
  });

  it('that passes lets the release go on, and is refused before there is a verdict', async () => {
    world.policyFile.text = `${enforce}release: { rings: [{ regions: [westeurope], soakHours: 24 }, {}] }\n`;
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, regions: two });
    await world.run({ forMs: 40_000 });
    const asked = { type: 'retestRequested' as const, version: '1.0.0', reason };
    expect(await world.ask(asked)).toEqual({ outcome: 'refused', reason: '1.0.0 is under way' });
    await world.run({ forMs: hour });

    expect((await world.ask(asked)).outcome).toBe('accepted');
    await world.run({ forMs: 48 * hour });

    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    expect(world.openMarkers()).toEqual([]);
  });

  it.each(['rolled back', 'hidden by hand'])(
    'that fails, and another that passes, put nothing back that was %s',
    async (how) => {
      for (const version of ['1.0.0', '1.0.1']) await publish(version);
      if (how === 'rolled back') await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason });
      else
        world.galleries.edit(ubuntu, '1.0.1', (version) => {
          version.excludeFromLatest = true;
        });
      await world.run({ forMs: hour });
      for (const exitStatus of [3, 0]) {
        world.guests.healthy = { exitStatus };
        await world.ask({ type: 'retestRequested', version: '1.0.1', reason });
        await world.run({ forMs: hour });
      }
      await world.ask({ type: 'resumeRequested', reason });
      await world.run({ forMs: hour });

      expect(factsOf('1.0.1', 'retested')).toMatchObject([{ verdict: 'failed' }, { verdict: 'passed' }]);
      expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
      expect(world.openMarkers()).toEqual([]);
    },
  );

  it('counts for the creation that was tested only: a number that is created anew meanwhile inherits nothing', async () => {
    world.guests.broken = { exitStatus: 3 };
    await publish('1.0.0');
    await world.ask({ type: 'retestRequested', version: '1.0.0', reason });
    await world.run({ forMs: 55_000 });
    world.galleries.remove(ubuntu, '1.0.0');
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true, regions: two });

    await world.run();

    const entries = world.entriesOf('1.0.0');
    const anew = entries.find(({ fact }) => fact.type === 'verdictReached' && fact.verdict === 'failed')?.log;
    expect(anew).toBeDefined();
    expect(entries.filter(({ log, fact }) => log === anew && fact.type === 'retested')).toEqual([]);
    expect([...world.exposed]).toEqual([]);
    expect(world.latest()).toEqual({});
  });
});

describe('a pause', () => {
  it('is waited for by a retest, whose verdict counts', async () => {
    await publish('1.0.0');
    await world.ask({ type: 'pauseRequested', reason });
    await world.ask({ type: 'retestRequested', version: '1.0.0', reason });
    await world.run({ forMs: hour });
    expect(factsOf('1.0.0', 'retested')).toEqual([]);

    await world.ask({ type: 'resumeRequested', reason });
    await world.run({ forMs: hour });

    expect(factsOf('1.0.0', 'retested')).toMatchObject([{ verdict: 'passed' }]);
  });

  it('keeps new versions held and loses nothing', async () => {
    await world.run({ forMs: 300_000 });
    await publish('1.0.0');
    await world.ask({ type: 'pauseRequested', reason: 'a migration' });
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy', regions: two });
    await world.run({ forMs: 24 * hour });
    expect(world.latest()).toMatchObject({ westeurope: '1.0.0' });
    expect(world.types('1.0.1')).not.toContain('launchIntended');

    await world.ask({ type: 'resumeRequested', reason: 'done' });
    await world.run();

    expect(world.latest()).toMatchObject({ westeurope: '1.0.1' });
  });
});
