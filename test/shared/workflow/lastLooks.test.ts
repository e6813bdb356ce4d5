import { beforeEach, expect, it } from 'vitest';
import { type Instant, instantOf } from '../../../shared/domain/instant.ts';
import { parseWakeUp } from '../../../shared/domain/wakeUps.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { handleWakeUp } from '../../../shared/workflow/handleWakeUp.ts';
import { LastLooks } from '../../../shared/workflow/lastLooks.ts';
import { ubuntu, World } from '../../fakes/world.ts';

let world: World;
let looks: LastLooks;
let lookedAt: number;

/** One look at an image definition without versions, and then a version of which no event tells. */
beforeEach(async () => {
  world = new World();
  looks = new LastLooks();
  lookedAt = world.time.nowMs;
  await wake(instantOf(lookedAt - 1_000));
  appear();
});

function appear(): void {
  world.route = () => [];
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });
}

function wake(enqueuedAt: Instant, differs: object = {}): Promise<void> {
  const wakeUp = { schema: 1, key: world.key(), definition: ubuntu, cause: 'event', retry: 0, ...differs };
  return handleWakeUp(world.ports, world.settings, parseWakeUp(wakeUp), 1, { enqueuedAt, looks });
}

const isSeen = () => world.types('1.0.0').length > 0;

it('a wake-up that was in the queue well before the last look at its image definition began is answered by that', async () => {
  await wake(instantOf(lookedAt - 5_001));

  expect(isSeen()).toBe(false);
});

it.each([
  ['came later', 1, {}],
  ['came so shortly before that the clocks may differ by as much', -5_000, {}],
  ['may tell of another image definition than it was', -60_000, { readsDefinition: true }],
])('a wake-up that %s is a look of its own', async (_, afterMs, differs) => {
  await wake(instantOf(lookedAt + afterMs), differs);

  expect(isSeen()).toBe(true);
});

it('a timer that was not due when the last look began is a look of its own, whenever it was enqueued', async () => {
  await wake(instantOf(lookedAt - 60_000), { dueAt: instantOf(lookedAt) });

  expect(isSeen()).toBe(true);
});

it('another process, which has not looked, looks', async () => {
  looks = new LastLooks();

  await wake(instantOf(lookedAt - 60_000));

  expect(isSeen()).toBe(true);
});

it('a look that met a problem answers nothing', async () => {
  world = new World();
  looks = new LastLooks();
  appear();
  const { getVersion } = world.galleries;
  world.galleries.getVersion = async () => {
    throw new AdapterError('the network is down', { code: 'Unreachable', retryable: true });
  };
  await wake(instantOf(lookedAt));
  world.galleries.getVersion = getVersion;
  const before = world.types('1.0.0').length;

  await wake(instantOf(lookedAt - 60_000));

  expect(world.types('1.0.0').length).toBeGreaterThan(before);
});
