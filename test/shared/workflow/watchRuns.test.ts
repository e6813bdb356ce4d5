import { expect, it, vi } from 'vitest';
import { AdapterError } from '../../../shared/errors.ts';
import { receiveEvent } from '../../../shared/workflow/receiveEvent.ts';
import { ubuntu, World } from '../../fakes/world.ts';

/** A hidden version that is fine, with something done to it when its checks are sent; no event of a version arrives. */
async function testWhile(act: (world: World) => void, { sweeps }: { sweeps: boolean }) {
  const world = new World();
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
  const { smokeTestVms, galleries } = world;
  const start = smokeTestVms.startRunCommand.bind(smokeTestVms);
  const list = vi.spyOn(galleries, 'listVersions');
  const read = vi.spyOn(galleries, 'getVersion');
  let asked = 0;
  smokeTestVms.startRunCommand = async (...of) => {
    galleries.onChange = () => undefined;
    asked += 1;
    if (asked === 1) act(world);
    return start(...of);
  };
  const save = world.evidence.save.bind(world.evidence);
  let calls = { lists: 0, reads: 0 };
  world.evidence.save = async (...of) => {
    calls = { lists: list.mock.calls.length, reads: read.mock.calls.length };
    return save(...of);
  };
  await world.run({ sweeps });
  const logs = await world.auditLogs.list(`incarnations/${world.key()}/`);
  const lives = await Promise.all(logs.map(async (log) => (await world.auditLogs.read(log)).entries));
  const [first = []] = lives.sort(([a], [b]) => (a?.at ?? '').localeCompare(b?.at ?? ''));
  return { world, calls, types: first.map(({ fact }) => fact.type) };
}

it('what a VM is asked, and whether it has answered, needs no look at the versions', async () => {
  let before = { lists: 0, reads: 0 };
  const { calls, types } = await testWhile(
    ({ galleries }) => {
      const { listVersions, getVersion } = galleries;
      before = { lists: vi.mocked(listVersions).mock.calls.length, reads: vi.mocked(getVersion).mock.calls.length };
    },
    { sweeps: false },
  );

  expect(types.filter((type) => type === 'checksAnswered')).toHaveLength(2);
  expect(calls).toEqual(before);
});

it('a version that is deleted under test, unannounced, gets no verdict, and its VM is deleted', async () => {
  const { world, types } = await testWhile(({ galleries }) => galleries.remove(ubuntu, '1.0.0'), { sweeps: false });

  expect(types).not.toContain('verdictReached');
  expect(types.filter((type) => type === 'versionDeleted')).toHaveLength(1);
  expect(types.at(-1)).toBe('vmGone');
  expect(world.smokeTestVms.vms.size).toBe(0);
});

it('a version that is created anew under test, unannounced, inherits nothing: it is held and tested itself', async () => {
  const { world, types } = await testWhile(
    ({ galleries, guests }) => {
      guests.broken = { exitStatus: 3 };
      galleries.remove(ubuntu, '1.0.0');
      galleries.create(ubuntu, '1.0.0', { sourceId: 'broken', excludeFromLatest: true });
    },
    { sweeps: true },
  );

  expect(types).not.toContain('verdictReached');
  expect(world.latest()).toEqual({});
  expect(world.announced()).toContain('1.0.0 quarantined');
});

it('a version that is shown by hand under test, unannounced, is seen by the next sweep', async () => {
  const { types } = await testWhile(
    ({ galleries }) =>
      galleries.edit(ubuntu, '1.0.0', (version) => {
        version.excludeFromLatest = false;
      }),
    { sweeps: true },
  );

  expect(types).toContain('driftFound');
  expect(types.indexOf('driftFound')).toBeLessThan(types.indexOf('verdictReached'));
});

it('what Azure still tells of a VM whose run is over needs no look at Azure', async () => {
  const world = new World();
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
  await world.run({ sweeps: false });
  const [launch] = world.entriesOf('1.0.0').flatMap(({ fact }) => (fact.type === 'launchIntended' ? [fact] : []));
  const calls = [
    vi.spyOn(world.galleries, 'listVersions'),
    vi.spyOn(world.galleries, 'getVersion'),
    vi.spyOn(world.smokeTestVms, 'look'),
  ];
  const subject = `/subscriptions/s/resourceGroups/smoke/providers/Microsoft.Compute/virtualMachines/${launch?.vmName}`;

  const event = { id: 'late', type: 'Microsoft.Resources.ResourceDeleteSuccess', subject };
  expect(await receiveEvent(world.ports, world.settings, event)).toEqual({ kind: 'woken', key: world.key() });
  await world.run({ sweeps: false, forMs: 60_000 });

  expect(world.wakeUps.messages).toEqual([]);
  for (const call of calls) expect(call).not.toHaveBeenCalled();
});

it('what is found while VMs are watched waits for company in the audit index, and for minutes only', async () => {
  const world = new World();
  world.guests.mute = { answerNever: true };
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'mute', excludeFromLatest: true });
  const unindexed = () =>
    world.entriesOf('1.0.0').flatMap(({ id, fact }) => (world.auditIndex.records.has(id) ? [] : [fact.type]));

  await world.run({ forMs: 110_000, sweeps: false });
  const atFirst = unindexed();
  await world.run({ forMs: 180_000, sweeps: false });

  expect(atFirst).toEqual(['agentReady', 'checksIntended', 'checksStarted']);
  expect(unindexed()).toEqual([]);
  expect(world.types('1.0.0').at(-1)).toBe('checksStarted');
});

it('what a guest has answered is recorded although the versions cannot be listed then', async () => {
  const world = new World();
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
  const save = vi.spyOn(world.evidence, 'save');
  const list = world.galleries.listVersions.bind(world.galleries);
  const recorded: boolean[] = [];
  world.galleries.listVersions = async (...of) => {
    const isSaved = save.mock.calls.length > 0;
    if (isSaved) recorded.push(world.types('1.0.0').includes('smokeTestFinished'));
    if (isSaved && recorded.length === 1) throw new AdapterError('not now', { code: 'ServerTimeout', retryable: true });
    return list(...of);
  };
  await world.run({ sweeps: false });

  expect(recorded.slice(0, 2)).toEqual([false, true]);
  expect(new Set(save.mock.calls.map(([, { name }]) => name)).size).toBe(save.mock.calls.length);
  expect(world.announced()).toContain('1.0.0 published');
});
