import { AdapterError } from '../../shared/errors.ts';
import { withMethods } from '../fakes/withMethods.ts';
import { ubuntu, type World } from '../fakes/world.ts';

/** What happens in the fake world while the golden logs of a schema are recorded. Together they make every fact. */
export const stories: Record<string, (world: World) => Promise<void>> = {
  good: async (world) => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
  },
  bornVisible: async (world) => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', regions: ['westeurope', 'northeurope'] });
    await world.run();
  },
  onlyPublishedDate: async (world) => {
    world.galleries.resetsPublishedDate = true;
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', withoutCreatedAt: true });
    await world.run();
  },
  quarantined: async (world) => {
    world.guests.broken = { exitStatus: 3 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'broken', excludeFromLatest: true });
    await world.run();
  },
  panic: async (world) => {
    world.guests.panic = { serialLog: '[ 1.0] Kernel panic - not syncing: VFS: Unable to mount root fs\r\n' };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'panic', excludeFromLatest: true });
    await world.run();
  },
  secondSize: async (world) => {
    world.guests.scarce = { launchErrors: [{ code: 'AllocationFailed' }] };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'scarce', excludeFromLatest: true });
    await world.run();
  },
  inconclusive: async (world) => {
    world.guests.mute = { answer: '' };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'mute', excludeFromLatest: true });
    await world.run();
  },
  waitsForSlot: async (world) => {
    world.policyFile.text += 'slots: { perRegion: 1 }\n';
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
  },
  drift: async (world) => {
    world.guests.broken = { exitStatus: 3 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });
    await world.run({ forMs: 50_000, sweeps: false });
    show(world);
    await world.run();
    show(world);
    await world.run();
  },
  writtenByOthersWhileJudged: async (world) => {
    world.guests.broken = { exitStatus: 3 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });
    const append = world.auditLogs.append.bind(world.auditLogs);
    world.auditLogs.append = async (log, entries, position) => {
      const isJudged = entries.some(({ fact }) => fact.type === 'verdictReached');
      if (isJudged) {
        const update = (state: 'Updating' | 'Succeeded') =>
          world.galleries.edit(ubuntu, '1.0.0', (version) => {
            version.provisioningState = state;
          });
        update('Updating');
        world.time.after(60_000, () => update('Succeeded'));
      }
      return append(log, entries, position);
    };
    await world.run();
  },
  recreation: async (world) => {
    world.guests.broken = { exitStatus: 3 };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    world.galleries.remove(ubuntu, '1.0.0');
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'broken' });
    await world.run();
  },
  deletedUnderTest: async (world) => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 50_000, sweeps: false });
    world.galleries.remove(ubuntu, '1.0.0');
    await world.run();
  },
  creationRepeated: async (world) => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, replicationMs: 60_000 });
    world.galleries.edit(ubuntu, '1.0.0', () => undefined);
    await world.run({ forMs: 30_000, sweeps: false });
    settle(world, 'Failed');
    await world.run({ forMs: 29_000, sweeps: false });
    await world.run({ forMs: 600_000, sweeps: false });
  },
  forbidden: async (world) => {
    const writeFlags = async () => {
      throw new AdapterError('not allowed', { code: 'AuthorizationFailed', retryable: false });
    };
    world.wrap = (ports) => ({ ...ports, galleries: withMethods(ports.galleries, { writeFlags }) });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });
    await world.run({ forMs: 600_000 });
  },
  writeLost: async (world) => {
    const writeFlags = async () => undefined;
    world.wrap = (ports) => ({ ...ports, galleries: withMethods(ports.galleries, { writeFlags }) });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 1_800_000 });
  },
  adopted: async (world) => {
    world.settings.takeChargeAt = '2026-11-22T08:01:00.000Z';
    world.galleries.onChange = () => undefined;
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'anything', replicationMs: 0 });
    await world.run();
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
  },
  modeTest: async (world) => {
    world.policyFile.text = 'version: 1\nmode: test\n';
    world.guests.silent = { agentNever: true };
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'silent' });
    await world.run();
  },
  modeObserve: async (world) => {
    world.policyFile.text = 'version: 1\nmode: observe\n';
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });
    await world.run();
  },
  policyRefused: async (world) => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 50_000, sweeps: false });
    const good = world.policyFile.text;
    world.policyFile.text = 'version: 1\nmode: enforced\n';
    await world.run();
    world.policyFile.text = good;
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
  },
  definitionDeleted: async (world) => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run();
    world.galleries.remove(ubuntu, '1.0.0');
    world.galleries.listVersions = async () => undefined;
    await world.run();
  },
  underTest: async (world) => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 80_000, sweeps: false });
  },
};

function show(world: World): void {
  world.galleries.edit(ubuntu, '1.0.0', (version) => {
    version.excludeFromLatest = false;
    for (const region of version.targetRegions) region.excludeFromLatest = false;
  });
}

function settle(world: World, replication: 'Failed' | 'Completed'): void {
  world.galleries.edit(ubuntu, '1.0.0', (version) => {
    version.provisioningState = replication === 'Failed' ? 'Failed' : 'Succeeded';
    version.replication = { westeurope: replication };
  });
}
