import { beforeEach, describe, expect, it } from 'vitest';
import { definitionKey } from '../../../shared/domain/ids.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const debian = { ...ubuntu, image: 'debian-12' };

describe('what cannot be read', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  const tamper = (log: string | undefined) => {
    const text = world.auditLogs.blobs.get(log ?? '') ?? '';
    world.auditLogs.blobs.set(log ?? '', text.replace('"version":"', '"version":"9'));
  };

  it('a broken log of one version holds up no other version, and is named', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 50_000, sweeps: false });
    tamper(world.entriesOf('1.0.0')[0]?.log);
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy' });

    await world.run({ forMs: 900_000 });

    expect(world.latest()).toEqual({ westeurope: '1.0.1' });
    expect(world.announced()).not.toContain('1.0.0 published');
    expect(world.logged.join('\n')).toMatch(/ubuntu-2404\/versions\/1\.0\.0: .*broken at entry 1/);
    expect(world.openMarkers()).toHaveLength(1);
  });

  it('a log of one version that a newer deployment has written is left to it', async () => {
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 50_000, sweeps: false });
    const log = world.entriesOf('1.0.1')[0]?.log;
    const read = world.auditLogs.read.bind(world.auditLogs);
    world.auditLogs.read = async (name) => {
      if (name === log) throw new AdapterError(`${name}: schema 2`, { code: 'NewerSchema', retryable: true });
      return read(name);
    };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 600_000 });
    expect(world.announced()).toContain('1.0.0 published');
    world.auditLogs.read = read;

    await world.run();

    expect(world.announced()).toContain('1.0.1 published');
    expect(world.openMarkers()).toEqual([]);
  });

  it('a broken log of one image definition does not hide the changes of another from the sweep', async () => {
    world.galleries.createDefinition(debian);
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    tamper(`definitions/${definitionKey(ubuntu)}`);
    world.route = () => [];
    world.galleries.create(debian, '2.0.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run({ forMs: 1_800_000 });

    expect(world.announced()).toContain('2.0.0 published');
  });

  it('a damaged document of the service dead-letters nothing and is named', async () => {
    world.documents.documents.set('slots/westeurope', { text: '{"slots":1}', etag: '"0"' });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 120_000 });
    expect(world.logged.join('\n')).toContain('slots/westeurope');
    world.documents.documents.delete('slots/westeurope');

    await world.run();

    expect(world.announced()).toContain('1.0.0 published');
  });

  it('a damaged copy of the last good policy dead-letters nothing and is replaced', async () => {
    world.documents.documents.set('policy/lastGood', { text: '{}', etag: '"0"' });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run();

    expect(world.announced()).toContain('1.0.0 published');
    expect(world.documents.documents.get('policy/lastGood')?.text).toContain('enforce');
  });

  it('a damaged log of the instance lets a new version be held, also under a policy that nobody was told of yet', async () => {
    world.policyFile.text = enforce;
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    const intact = world.auditLogs.blobs.get('instance') ?? '';
    world.auditLogs.blobs.set('instance', intact.replace('"content":"', '"content":"9'));
    world.policyFile.text += 'replicationLimitHours: 5\n';
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy', excludeFromLatest: false });
    await world.run({ forMs: 3_600_000 });

    expect(world.types('1.0.1')).toContain('held');
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });

    world.auditLogs.blobs.set('instance', intact);
    await world.run();
    expect(world.latest()).toEqual({ westeurope: '1.0.1' });
    expect(world.allEntries().filter(({ fact }) => fact.type === 'policyAccepted')).toHaveLength(2);
  });

  it.each(['instance', 'breaker/verdicts'])(
    'a damaged %s keeps no verdict from being told, where the policy has a circuit breaker',
    async (name) => {
      world.policyFile.text = `${enforce}breaker: { definitions: 2 }\n`;
      world.guests.broken = { exitStatus: 1 };
      world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });
      await world.run({ forMs: 40_000, sweeps: false });
      const intact = world.auditLogs.blobs.get('instance') ?? '';
      if (name === 'instance') world.auditLogs.blobs.set(name, intact.replace('"content":"', '"content":"9'));
      else world.documents.documents.set(name, { text: '{"schema":1}', etag: '"0"' });
      await world.run({ forMs: 3_600_000 });

      expect(world.announced()).toContain('1.0.0 quarantined');
      expect(world.openMarkers()).toEqual([]);
      expect(world.logged.join('\n')).toContain('the circuit breaker does not count');
    },
  );

  it('a marker that a newer deployment has written is left to it', async () => {
    const name = `open/${definitionKey(ubuntu)}`;
    world.documents.documents.set(name, { text: '{"schema":2}', etag: '"0"' });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run({ forMs: 120_000 });

    expect(world.logged.join('\n')).toContain(name);
  });

  it('a policy file that is too large leaves the last good one in force', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    world.policyFile.read = async () => {
      throw new AdapterError('2 MB', { code: 'PolicyTooLarge', retryable: false });
    };
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run();

    expect(world.latest()).toEqual({ westeurope: '1.0.1' });
  });

  describe('a defect with one version', () => {
    let mended = false;
    beforeEach(() => {
      mended = false;
      const getVersion = world.galleries.getVersion.bind(world.galleries);
      world.galleries.getVersion = async (definition, version) => {
        if (version === '1.0.0' && !mended) throw new TypeError('sig=secret is not a function');
        return getVersion(definition, version);
      };
      world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
      world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy', excludeFromLatest: true });
    });

    it('holds up no other version', async () => {
      await world.run({ forMs: 900_000 });

      expect(world.announced()).toContain('1.0.1 published');
    });

    it('is left to a person before its messages are dead letters, and says nothing of its message', async () => {
      await world.run({ forMs: 3_600_000 });

      const needed = world.entriesOf('1.0.0').flatMap(({ fact }) => (fact.type === 'needsAttention' ? [fact] : []));
      expect(needed).toMatchObject([{ code: 'Defect', reason: expect.stringContaining('TypeError') }]);
      expect(JSON.stringify(needed)).not.toContain('secret');
    });

    it('is thrown again until then, so that its exception is seen', async () => {
      await world.run({ forMs: 900_000 });

      expect(world.failedDeliveries).toBe(4 * 2); // two events, one message each
      expect(world.logged.join('\n')).toContain('1.0.0: a defect');
    });

    it('is over when it is mended and the version is tested again', async () => {
      await world.run({ forMs: 900_000 });
      mended = true;

      const asked = await world.ask({ type: 'retestRequested', version: '1.0.0', reason: 'upgraded' });
      await world.run();

      expect(asked.outcome).toBe('accepted');
      expect(world.announced()).toContain('1.0.0 published');
      expect(world.openMarkers()).toEqual([]);
    });
  });
});

describe('what never comes to an end', () => {
  it('looks once at a version whose replication Azure does not tell', async () => {
    const world = new World();
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: false, replicationMs: 0 });
    world.settings.takeChargeAt = '2026-11-22T09:00:00.000Z';
    let looks = 0;
    const getVersion = world.galleries.getVersion.bind(world.galleries);
    world.galleries.getVersion = async (definition, version) => {
      looks += 1;
      if (looks > 100) throw new Error('looks for ever');
      const { replication: _, ...seen } = (await getVersion(definition, version)) ?? {};
      return seen as Awaited<ReturnType<typeof getVersion>>;
    };

    await world.run({ forMs: 1_000, sweeps: false });

    expect(looks).toBe(1);
  });

  it('notices an image definition that is deleted when the event is lost', async () => {
    const world = new World();
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    world.route = () => [];
    world.galleries.listDefinitions = async () => [];
    world.galleries.listVersions = async () => undefined;

    await world.run();

    expect(world.allEntries().map(({ fact }) => fact.type)).toContain('definitionDeleted');
    expect(world.announced()).toContain('1.0.0 deleted');
  });
});
