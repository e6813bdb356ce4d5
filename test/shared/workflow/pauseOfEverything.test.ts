import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageDefinitionId } from '../../../shared/domain/ids.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { type Asked, askInstance } from '../../../shared/workflow/askInstance.ts';
import { requestTest } from '../../../shared/workflow/requestTest.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const hour = 3_600_000;
const windows: ImageDefinitionId = { ...ubuntu, image: 'windows-2025' };

describe('a pause of everything', () => {
  let world: World;
  let asks: number;
  beforeEach(() => {
    world = new World();
    asks = 0;
    world.galleries.createDefinition(windows);
  });
  const ask = (kind: 'pause' | 'resume', requestId = `ask-${++asks}`): Promise<Asked> =>
    askInstance(world.wrap(world.ports), { kind, reason: 'outage' }, { actor: 'operator-1', requestId });
  const create = (version: string, of = ubuntu) => world.galleries.create(of, version, { sourceId: 'healthy' });
  const ofInstance = () => world.announced('').filter((each) => /^ (paused|resumed)$/.test(each));

  it('holds new versions of every image definition, launches nothing, and takes all of them up when it is over', async () => {
    expect(await ask('pause')).toEqual({ kind: 'done', reason: 'paused: all work waits' });
    create('1.0.0');
    create('2.0.0', windows);

    await world.run({ forMs: 2 * hour });

    expect(world.latest()).toEqual({});
    expect(world.latest(windows)).toEqual({});
    for (const version of ['1.0.0', '2.0.0']) {
      expect(world.types(version)).toContain('held');
      expect(world.types(version)).not.toContain('launchIntended');
    }

    expect(await ask('resume')).toEqual({ kind: 'done', reason: 'resumed: all work goes on' });
    await world.run({ sweeps: false });

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.latest(windows)).toEqual({ westeurope: '2.0.0' });
    expect(ofInstance()).toEqual([' paused', ' resumed']);
    expect(world.brokenChains()).toEqual([]);
  });

  it('sees a VM through that runs, deletes it, and publishes nothing on its verdict until it is over', async () => {
    create('1.0.0');
    await world.run({ forMs: 60_000 });
    expect(world.types('1.0.0')).toContain('launchAccepted');

    await ask('pause');
    await world.run({ forMs: 3 * hour });

    expect(world.types('1.0.0')).toContain('vmGone');
    expect(world.types('1.0.0')).toContain('verdictReached');
    expect(world.latest()).toEqual({});
    expect(world.entriesOf('1.0.0').map(({ fact }) => fact)).toContainEqual(
      expect.objectContaining({ type: 'releaseWaits', code: 'paused', reason: 'everything is paused: outage' }),
    );
  });

  it('is waited for by expedited versions and tests by hand too', async () => {
    create('1.0.0');
    await world.run();
    await ask('pause');
    create('1.0.1');
    await world.run({ forMs: hour });
    await world.ask({ type: 'expediteRequested', version: '1.0.1', reason: 'CVE', ticket: 'T-1' });
    const by = { actor: 'operator-1', requestId: 'test-1' };
    const test = await requestTest(world.ports, { definition: ubuntu, version: '1.0.0' }, {}, by);
    const launches = () => world.allEntries().filter(({ fact }) => fact.type === 'launchIntended').length;
    const before = launches();

    await world.run({ forMs: 2 * hour });

    expect(test.kind).toBe('accepted');
    expect(launches()).toBe(before);
    await ask('resume');
    await world.run();
    expect(world.latest()).toEqual({ westeurope: '1.0.1' });
    expect(world.allEntries().some(({ fact }) => fact.type === 'testClosed' && fact.verdict === 'passed')).toBe(true);
    expect(world.openMarkers()).toEqual([]);
  });

  it('keeps versions from being retired until it is over, and does not keep one from being taken back', async () => {
    world.policyFile.text = `${enforce}lifecycle: { endOfLife: { afterDays: 30 } }\n`;
    for (const version of ['1.0.0', '1.0.1']) {
      create(version);
      await world.run();
    }
    await ask('pause');
    world.time.moveTo(world.time.nowMs + 400 * 24 * hour);
    await world.run({ forMs: hour });
    expect(world.types('1.0.0')).not.toContain('retirementIntended');

    await world.ask({ type: 'quarantineRequested', version: '1.0.1', reason: 'CVE' });

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });

  it('says what is so already, and does a repeated request once', async () => {
    await ask('pause', 'one');

    expect(await ask('pause', 'one')).toMatchObject({ kind: 'done' });
    expect(await ask('resume', 'one')).toEqual({ kind: 'otherRequest' });
    expect(await ask('pause', 'two')).toMatchObject({ kind: 'refused' });
    expect(world.allEntries().filter(({ log }) => log === 'instance')).toHaveLength(1);
  });

  it('goes on although the worker died after the entry: the sweep announces it under the same id, and wakes all', async () => {
    await ask('pause');
    create('1.0.0');
    await world.run({ forMs: hour });
    const crash = async (): Promise<never> => {
      throw new Error('crash');
    };
    world.wrap = (ports) => ({ ...ports, announcements: withMethods(ports.announcements, { send: crash }) });
    await expect(ask('resume')).rejects.toThrow('crash');
    world.wrap = (ports) => ports;

    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(ofInstance()).toEqual([' paused', ' resumed']);
  });

  it('is assumed where the log of the instance is damaged: versions are held, and nothing is begun', async () => {
    create('1.0.0');
    await world.run();
    await ask('pause');
    await ask('resume');
    const text = world.auditLogs.blobs.get('instance') ?? '';
    world.auditLogs.blobs.set('instance', text.replace('outage', 'outtake'));
    // Longer than the ownership of a gallery is remembered.
    world.time.moveTo(world.time.nowMs + 600_000);
    create('1.0.1');

    await world.run({ forMs: hour });

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.types('1.0.1')).toContain('held');
    expect(world.types('1.0.1')).not.toContain('launchIntended');
    expect(world.logged.some((line) => line.includes('everything is paused until it can be read'))).toBe(true);
  });

  it('is not assumed where storage is only out of reach: the step is tried again', async () => {
    let failures = 1;
    const failOnce = (ports: World['ports']) =>
      withMethods(ports.auditLogs, {
        read: async (log) => {
          if (log === 'instance' && failures-- > 0)
            throw new AdapterError('busy', { code: 'ServerBusy', retryable: true });
          return ports.auditLogs.read(log);
        },
      });
    world.wrap = (ports) => ({ ...ports, auditLogs: failOnce(ports) });
    create('1.0.0');

    await world.run({ sweeps: false });

    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });
});
