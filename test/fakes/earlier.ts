import type { WakeUp } from '../../shared/domain/wakeUps.ts';
import { ubuntu, type World } from './world.ts';

/** A message that a worker took from the queue before: another one has it by now. */
export function earlier(world: World): WakeUp {
  return { schema: 1, key: world.key(), definition: ubuntu, cause: 'event of before', retry: 0 };
}
