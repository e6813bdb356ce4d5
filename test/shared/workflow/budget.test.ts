import { beforeEach, describe, expect, it } from 'vitest';
import { type VmLives, vmLives } from '../../../shared/domain/vmLives.ts';
import { requestTest } from '../../../shared/workflow/requestTest.ts';
import { releaseSlot, takeSlot } from '../../../shared/workflow/slots.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const hour = 3_600_000;
const day = 24 * hour;

let world: World;
beforeEach(() => {
  world = new World();
  grant(5);
});

/** A healthy VM lives for two minutes here. */
function grant(vmMinutes: number): void {
  world.policyFile.text = `${enforce}budget: { vmMinutes: ${vmMinutes}, per: day }\n`;
}
const create = (version: string) =>
  world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true });
async function spendAll(): Promise<void> {
  for (const version of ['1.0.0', '1.0.1', '1.0.2']) {
    create(version);
    await world.run({ forMs: hour });
  }
}
const launches = (version: string) =>
  world.entriesOf(version).flatMap(({ at, fact }) => (fact.type === 'launchIntended' ? [at] : []));
const told = () => world.announced('').filter((each) => each.startsWith(' budget'));
const counted = (): VmLives => vmLives.parse(JSON.parse(world.documents.documents.get('budget/vms')?.text ?? '{}'));
/** What the logs say: by intent of a launch, its instant, and that at which the VM was gone. */
function recorded(): Record<string, { from: string; to?: string }> {
  const lives: Record<string, { from: string; to?: string }> = {};
  for (const { id, at, log, fact } of world.allEntries()) {
    if (fact.type !== 'launchIntended') continue;
    const gone = world
      .allEntries()
      .find((e) => e.log === log && e.fact.type === 'vmGone' && e.fact.vmName === fact.vmName);
    lives[id] = { from: at, ...(gone && { to: gone.at }) };
  }
  return lives;
}

describe('the budget of VM minutes', () => {
  it('is told of once when it is nearly spent, and once when it is; a VM that runs is seen through', async () => {
    await spendAll();

    expect(told()).toEqual([' budgetNear', ' budgetSpent']);
    expect(world.logged).toContain('the budget is nearly spent: 4 of the 5 VM minutes of 2026-11-22');
    expect(world.logged).toContain('the budget is spent: 5 of the 5 VM minutes of 2026-11-22');
    expect(world.latest()).toEqual({ westeurope: '1.0.2' });
    expect(world.smokeTestVms.vms.size).toBe(0);
  });

  it('lets what waits for a VM wait for the next period, which its timer alone finds, and loses nothing', async () => {
    await spendAll();
    create('1.0.3');
    await world.run({ forMs: hour });
    expect(world.types('1.0.3')).toContain('held');
    expect(launches('1.0.3')).toEqual([]);

    await world.run({ forMs: day, sweeps: false });

    expect(launches('1.0.3')).toEqual(['2026-11-23T00:00:00.000Z']);
    expect(world.latest()).toEqual({ westeurope: '1.0.3' });
    expect(told()).toHaveLength(2);
    expect(world.openMarkers()).toEqual([]);
    expect(world.brokenChains()).toEqual([]);
  });

  it('is not waited for by what is expedited, nor by a test by hand; a retest waits', async () => {
    await spendAll();
    create('1.0.3');
    await world.run({ forMs: hour });
    const by = { actor: 'operator-1', requestId: 'look' };
    await requestTest(world.ports, { definition: ubuntu, version: '1.0.1' }, {}, by);
    await world.ask({ type: 'retestRequested', version: '1.0.0', reason: 'a doubt' });
    await world.run({ forMs: hour });
    const closed = () => world.allEntries().flatMap(({ fact }) => (fact.type === 'testClosed' ? [fact.version] : []));
    expect(closed()).toEqual(['1.0.1']);

    await world.ask({ type: 'expediteRequested', version: '1.0.3', reason: 'CVE', ticket: 'T-1' });
    await world.run({ forMs: hour });

    expect(launches('1.0.3')).toHaveLength(1);
    expect(world.latest()).toEqual({ westeurope: '1.0.3' });
    await world.run({ forMs: day });
    expect(closed()).toEqual(['1.0.1', '1.0.0']);
  });

  it('is waited for no longer when it is raised, and told of again when that is spent too', async () => {
    await spendAll();
    create('1.0.3');
    await world.run({ forMs: hour });
    grant(9);
    await world.run({ forMs: hour });
    expect(launches('1.0.3')).toHaveLength(1);
    expect(told()).toEqual([' budgetNear', ' budgetSpent', ' budgetNear']);

    create('1.0.4');
    await world.run({ forMs: hour });
    expect(told()).toEqual([' budgetNear', ' budgetSpent', ' budgetNear', ' budgetSpent']);
    grant(6);
    await world.run({ forMs: hour });
    expect(told()).toHaveLength(4);

    world.policyFile.text = enforce;
    create('1.0.5');
    await world.run({ forMs: hour });
    expect(world.latest()).toEqual({ westeurope: '1.0.5' });
  });

  it('is told of by the sweep where the policy grants less than is spent, and nothing is under way', async () => {
    grant(100);
    create('1.0.0');
    await world.run();
    expect(told()).toEqual([]);
    grant(1);
    await world.run({ forMs: hour });

    expect(told()).toEqual([' budgetSpent']);
  });

  it.each(['before', 'after'])(
    'counts what the logs say, though the worker dies %s any write of a document',
    async (when) => {
      for (let dying = 0, writes = 0; dying <= writes; dying += 1) {
        world = new World();
        grant(5);
        writes = 0;
        const mayDie = async <T>(write: () => Promise<T>): Promise<T> => {
          const isLast = writes++ === dying;
          const result = isLast && when === 'before' ? undefined : await write();
          if (isLast || result === undefined) throw new Error('crash');
          return result;
        };
        world.wrap = (ports) => ({
          ...ports,
          documents: withMethods(ports.documents, { write: (...all) => mayDie(() => ports.documents.write(...all)) }),
        });
        create('1.0.0');
        await world.run({ forMs: 600_000 });

        const lives = Object.entries(counted().vms).map(([id, { from, to }]) => [id, { from, to }]);
        expect(Object.fromEntries(lives), `write ${dying}`).toEqual(recorded());
        expect(lives).toHaveLength(1);
      }
    },
  );

  it('is counted by nobody where the count is damaged: what waits goes on waiting, and nothing else is held up', async () => {
    create('1.0.0');
    await world.run({ forMs: hour });
    const found = world.documents.documents.get('budget/vms');
    await world.documents.write('budget/vms', { schema: 1, vms: 'none' }, found?.etag);
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy' });
    create('1.0.2');
    await world.run({ forMs: 60_000 });
    await world.ask({ type: 'expediteRequested', version: '1.0.2', reason: 'CVE', ticket: 'T-1' });
    await world.run({ forMs: hour });

    expect(world.types('1.0.1')).toContain('held');
    expect(launches('1.0.1')).toEqual([]);
    expect(world.latest()).toEqual({ westeurope: '1.0.2' });
    expect(world.logged.some((line) => line.startsWith('the budget is unknown: document budget/vms is damaged'))).toBe(
      true,
    );
  });
});

it('a free slot goes to what is expedited, then to new versions, then to tests of what is there already', async () => {
  const take = (vmName: string, rank: 0 | 1 | 2) =>
    takeSlot(world.ports, 'westeurope', { vmName, key: `key of ${vmName}`, limit: 1, rank });
  expect(await take('running', 1)).toBe(true);
  for (const [vmName, rank] of [
    ['retest', 2],
    ['new', 1],
    ['expedited', 0],
  ] as const)
    expect(await take(vmName, rank)).toBe(false);
  await releaseSlot(world.ports, 'westeurope', 'running');

  expect(world.wakeUps.messages.map(({ body }) => body)).toMatchObject([{ key: 'key of expedited' }]);
  expect(await take('new', 1)).toBe(false);
  expect(await take('expedited', 0)).toBe(true);
  await releaseSlot(world.ports, 'westeurope', 'expedited');
  expect(await take('retest', 2)).toBe(false);
  expect(await take('new', 1)).toBe(true);
});

it('of two that begin to wait in the same instant the first gets the slot that becomes free', async () => {
  const take = (vmName: string) =>
    takeSlot(world.ports, 'westeurope', { vmName, key: `key of ${vmName}`, limit: 1, rank: 1 });
  expect(await take('running')).toBe(true);
  for (const vmName of ['first', 'second', 'first', 'second']) expect(await take(vmName)).toBe(false);
  await releaseSlot(world.ports, 'westeurope', 'running');

  expect(await take('second')).toBe(false);
  expect(await take('first')).toBe(true);
});
