import { expect, it, vi } from 'vitest';
import { takeCharge } from '../../../shared/workflow/takeCharge.ts';
import { ubuntu, World } from '../../fakes/world.ts';

it('says when it took charge of a gallery, and asks storage for it once in a process', async () => {
  const world = new World();
  world.settings.takeChargeAt = '2026-11-22T08:00:00.000Z';
  const first = await takeCharge(world.ports, world.settings, ubuntu);
  const read = vi.spyOn(world.documents, 'read');
  world.settings.takeChargeAt = '2026-11-22T09:00:00.000Z';

  const again = await takeCharge(world.ports, world.settings, ubuntu);
  const inAnotherProcess = await takeCharge(new World().ports, world.settings, ubuntu);

  expect([first, again]).toEqual(['2026-11-22T08:00:00.000Z', '2026-11-22T08:00:00.000Z']);
  expect(inAnotherProcess).toBe('2026-11-22T09:00:00.000Z');
  expect(read).not.toHaveBeenCalled();
});
