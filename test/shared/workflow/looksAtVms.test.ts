import { beforeEach, expect, it } from 'vitest';
import { timer, wakeUpId } from '../../../shared/domain/wakeUps.ts';
import type { Guest } from '../../fakes/fakeSmokeTestVms.ts';
import { ubuntu, World } from '../../fakes/world.ts';

let world: World;
/** Of every look at a VM, how many seconds after the launch. */
let looks: number[];
beforeEach(() => {
  world = new World();
  looks = [];
  const { smokeTestVms, time } = world;
  const look = smokeTestVms.look.bind(smokeTestVms);
  let launchedAt = 0;
  smokeTestVms.look = async (vmName, wanted) => {
    launchedAt ||= smokeTestVms.vms.get(vmName)?.createdAtMs ?? 0;
    looks.push((time.nowMs - launchedAt) / 1_000);
    return look(vmName, wanted);
  };
});

async function test(guest: Guest, forMs?: number): Promise<void> {
  world.guests.guest = guest;
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'guest', excludeFromLatest: true });
  await world.run({ sweeps: false, ...(forMs !== undefined && { forMs }) });
}

it('looks for the agent 5 and 10 seconds after Azure tells that the VM is made, and then every 20', async () => {
  await test({ agentNever: true }, 180_000);

  // Of the two at one instant, the first is that of the timer for a VM whose event is lost.
  expect(looks.filter((at, index) => at !== looks[index - 1])).toEqual([35, 40, 50, 60, 70, 90, 110, 130, 150]);
});

it('asks a VM that goes on well for nothing but what Azure has told of', async () => {
  await test({});

  // The agent, three times; the answer; the restart, waited out; the answer; then with each look at the version.
  expect(looks).toEqual([35, 40, 50, 60, 80, 90, 92, 110]);
  expect(world.latest()).toEqual({ westeurope: '1.0.0' });
});

it('finds in a minute or two what Azure did not tell', async () => {
  world.route = (subject) => (subject.includes('virtualMachines') ? [] : [0]);

  await test({});

  // Made and ready; the answer; the restart; the answer; with the look at the version; gone.
  expect(looks).toEqual([60, 120, 140, 240, 242, 300]);
  expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  expect(world.smokeTestVms.vms.size).toBe(0);
});

it('asks again 20 seconds after it asked a boot that was on its way down', async () => {
  await test({ afterRestart: { sameBoot: true } }, 240_000);

  const asked = world
    .entriesOf('1.0.0')
    .flatMap(({ at, fact }) => (fact.type === 'checksIntended' ? [at.slice(11, 19)] : []));
  expect(asked.slice(1, 5)).toEqual(['08:01:50', '08:02:10', '08:02:30', '08:02:50']);
});

it('a timer from before the VM was asked for its last thing looks for nothing', async () => {
  const { smokeTestVms, time } = world;
  const start = smokeTestVms.startRunCommand.bind(smokeTestVms);
  smokeTestVms.startRunCommand = async (request) => {
    const { key } = world;
    for (const seconds of [3, 25])
      time.after(seconds * 1_000, () => {
        const dueAt = new Date(time.nowMs).toISOString();
        const wakeUp = timer({ key: key.call(world), definition: ubuntu }, dueAt);
        void world.wakeUps.send(wakeUp, wakeUpId(wakeUp));
      });
    return start(request);
  };
  smokeTestVms.pace = { ...smokeTestVms.pace, commandMs: 40_000 };

  await test({}, 120_000);

  // Asked after 50 seconds, and answered after 90: not looked at after 53, for the second timer it is after 75.
  expect(looks).toEqual([35, 40, 50, 75, 90]);
});
