import { beforeEach, describe, expect, it } from 'vitest';
import { definitionKey, type ImageDefinitionId } from '../../../shared/domain/ids.ts';
import { acceptRequest } from '../../../shared/workflow/acceptRequest.ts';
import { askInstance } from '../../../shared/workflow/askInstance.ts';
import { definitionLog } from '../../../shared/workflow/log.ts';
import { requestTest } from '../../../shared/workflow/requestTest.ts';
import { findFailed, retestFailed } from '../../../shared/workflow/retestFailed.ts';
import { whyForeign } from '../../../shared/workflow/whyForeign.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const hour = 3_600_000;
const named = (image: string): ImageDefinitionId => ({ ...ubuntu, image });
const images = ['a', 'b', 'c'].map(named);

describe('the circuit breaker', () => {
  let world: World;
  let since: string;
  beforeEach(() => {
    world = new World();
    world.policyFile.text = `${enforce}breaker: { definitions: 3 }\n`;
    world.guests.flawed = { exitStatus: 1 };
    for (const image of [...images, named('d')]) world.galleries.createDefinition(image);
    since = world.time.now();
  });
  const create = async (version: string, of: ImageDefinitionId, sourceId = 'flawed') => {
    world.galleries.create(of, version, { sourceId, excludeFromLatest: true });
    await world.run({ forMs: hour });
  };
  const trip = async () => {
    for (const [index, image] of images.entries()) await create(`1.0.${index}`, image);
  };
  const resume = () =>
    askInstance(world.ports, { kind: 'resume', reason: 'mended' }, { actor: 'operator-1', requestId: 'resume' });
  const trips = () => world.allEntries().filter(({ fact }) => fact.type === 'breakerTripped');
  const lastVerdicts = async () =>
    (await findFailed(world.ports, whyForeign(world.ports, world.settings), since)).map(({ verdict }) => verdict);

  it('opens when as many image definitions fail in a row, and takes the failures back as inconclusive, saying so', async () => {
    await trip();

    expect(trips()).toHaveLength(1);
    for (const version of ['1.0.0', '1.0.1', '1.0.2']) {
      const after = world.types(version).slice(world.types(version).indexOf('failureReopened'));
      expect(after.filter((type) => !type.startsWith('vm'))).toEqual(['failureReopened', 'leftInconclusive']);
      expect(world.announced()).toContain(`${version} inconclusive`);
    }
    expect(await lastVerdicts()).toEqual(['inconclusive', 'inconclusive', 'inconclusive']);
    expect(world.announced('')).toContain(' breakerTripped');
    expect(world.logged.some((line) => line.startsWith('the circuit breaker is open: 3 different'))).toBe(true);
    for (const image of images) expect(world.latest(image)).toEqual({});
    expect(world.openMarkers()).toEqual([]);
    expect(world.brokenChains()).toEqual([]);
  });

  it('holds the tests that wait, save those by hand, until everything is resumed', async () => {
    await trip();
    await create('2.0.0', named('d'), 'healthy');
    expect(world.types('2.0.0')).toContain('held');
    expect(world.types('2.0.0')).not.toContain('launchIntended');
    const by = { actor: 'operator-1', requestId: 'probe' };
    await requestTest(world.ports, { definition: named('d'), version: '2.0.0' }, {}, by);
    await world.run({ forMs: hour });
    expect(world.allEntries().some(({ fact }) => fact.type === 'testClosed' && fact.verdict === 'passed')).toBe(true);

    await resume();
    await world.run({ forMs: hour });

    expect(world.latest(named('d'))).toEqual({ westeurope: '2.0.0' });
  });

  it('lets what failed be tested again when it is closed, and does not open on the failures of before', async () => {
    await trip();
    await resume();
    world.guests.flawed = {};
    await retestFailed(
      world.ports,
      whyForeign(world.ports, world.settings),
      { since, reason: 'mended' },
      { actor: 'operator-1', requestId: 'again' },
    );
    await world.run();
    expect(images.map((image) => world.latest(image).westeurope)).toEqual(['1.0.0', '1.0.1', '1.0.2']);

    world.guests.flawed = { exitStatus: 1 };
    await create('2.0.0', named('d'));

    expect(trips()).toHaveLength(1);
    expect(world.types('2.0.0')).toContain('quarantined');
    expect(world.types('2.0.0')).not.toContain('failureReopened');
  });

  it('stays closed where one passes in between, and where the policy does not ask for it', async () => {
    const [a, b, c] = images as [ImageDefinitionId, ImageDefinitionId, ImageDefinitionId];
    await create('1.0.0', a);
    await create('1.0.1', b);
    await create('1.1.0', named('d'), 'healthy');
    await create('1.0.2', c);
    expect(trips()).toEqual([]);

    world.policyFile.text = enforce;
    for (const [index, image] of images.entries()) await create(`2.0.${index}`, image);

    expect(trips()).toEqual([]);
    expect(world.types('2.0.2')).toContain('quarantined');
  });

  it('takes the failures back that it can, where the log of another image definition is damaged', async () => {
    const log = definitionLog(definitionKey(images[0] as ImageDefinitionId));
    await create('1.0.0', images[0] as ImageDefinitionId);
    const text = world.auditLogs.blobs.get(log) ?? '';
    world.auditLogs.blobs.set(log, text.replace('"version":"', '"version":"9'));
    for (const [index, image] of images.slice(1).entries()) await create(`1.0.${index + 1}`, image);

    for (const version of ['1.0.1', '1.0.2']) expect(world.types(version)).toContain('failureReopened');
    expect(world.announced()).toContain('1.0.2 inconclusive');
  });

  it('takes every failure back once, although the worker dies at any of the writes in between', async () => {
    let crashes = 0;
    world.wrap = (ports) => ({
      ...ports,
      wakeUps: withMethods(ports.wakeUps, {
        send: async (...sent) => {
          if (trips().length > 0 && crashes++ < 3) throw new Error('crash');
          return ports.wakeUps.send(...sent);
        },
      }),
      announcements: withMethods(ports.announcements, {
        send: async (announcements) => {
          if (trips().length > 0 && crashes++ < 3) throw new Error('crash');
          return ports.announcements.send(announcements);
        },
      }),
    });
    await trip();
    await world.run();

    expect(crashes).toBeGreaterThan(2);
    expect(trips()).toHaveLength(1);
    const reopened = world.allEntries().filter(({ fact }) => fact.type === 'failureReopened');
    expect(reopened).toHaveLength(3);
    expect(world.announced('').filter((each) => each === ' breakerTripped')).toHaveLength(1);
  });

  describe('and tests of what is there already', () => {
    const old = '2026-01-01T00:00:00.000Z';
    const retested = () =>
      world.allEntries().flatMap(({ fact }) => (fact.type === 'retested' || fact.type === 'takenIn' ? [fact] : []));
    const adopt = async (of: ImageDefinitionId) => {
      world.galleries.onChange = () => undefined;
      world.galleries.create(of, '0.9.0', { sourceId: 'flawed', createdAt: old });
      await world.run({ forMs: 600_000 });
    };
    const takeIn = (of: ImageDefinitionId) =>
      world.ask({ type: 'takeInRequested', version: '0.9.0', reason: 'all of them' }, 'operator-1', of);

    it('does not open on old bad versions that are taken in, nor do true failures of new ones get lost in them', async () => {
      for (const image of images) await adopt(image);
      await create('1.0.0', named('d'));
      for (const image of images) await takeIn(image);
      await world.run({ forMs: hour });

      expect(retested().map(({ verdict }) => verdict)).toEqual(['failed', 'failed', 'failed']);
      expect(trips()).toEqual([]);
      expect(world.types('1.0.0').filter((type) => type === 'quarantined' || type === 'failureReopened')).toEqual([
        'quarantined',
      ]);
      await create('2.0.0', named('d'), 'healthy');
      expect(world.latest(named('d'))).toEqual({ westeurope: '2.0.0' });
    });

    it('holds take-ins and retests while it is open, for their verdict counts', async () => {
      await adopt(named('d'));
      await trip();
      await takeIn(named('d'));
      await world.ask({ type: 'retestRequested', version: '1.0.0', reason: 'a doubt' }, 'operator-1', images[0]);
      await world.run({ forMs: hour });
      expect(retested()).toEqual([]);

      world.guests.flawed = {};
      await resume();
      await world.run({ forMs: hour });

      expect(retested().map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
    });

    it('takes no published version out of latest for a retest that fails while it is open, and fails no take-in', async () => {
      const [a, b, c] = images as [ImageDefinitionId, ImageDefinitionId, ImageDefinitionId];
      world.guests.turned = {};
      await create('1.0.0', named('d'), 'healthy');
      await create('1.1.0', named('d'), 'turned');
      await adopt(c);
      await create('2.0.0', a);
      await create('2.0.1', b);
      world.guests.turned = { exitStatus: 1 };
      world.galleries.create(c, '2.0.2', { sourceId: 'flawed', excludeFromLatest: true });
      await world.run({ forMs: 45_000 });
      const reason = 'a doubt';
      const retest = { type: 'retestRequested', version: '1.1.0', reason } as const;
      await acceptRequest(world.ports, { definition: named('d'), id: 'retest', actor: 'operator-1', fact: retest });
      const take = { type: 'takeInRequested', version: '0.9.0', reason } as const;
      await acceptRequest(world.ports, { definition: c, id: 'take-in', actor: 'operator-1', fact: take });
      await world.run({ forMs: hour });

      expect(trips()).toHaveLength(1);
      expect(retested()).toMatchObject([
        { verdict: 'inconclusive', reason: expect.stringMatching(/^the circuit breaker is open, .*: .*web is up/) },
        { verdict: 'inconclusive', reason: expect.stringMatching(/^the circuit breaker is open, .*: .*web is up/) },
      ]);
      expect(world.latest(named('d'))).toEqual({ westeurope: '1.1.0' });
      const closed = world.allEntries().flatMap(({ fact }) => (fact.type === 'testClosed' ? [fact.verdict] : []));
      expect(closed).toEqual(['inconclusive', 'inconclusive']);
    });
  });
});
