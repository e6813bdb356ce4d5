import { azurePace, type Pace } from '../fakes/fakeSmokeTestVms.ts';
import type { Random } from './random.ts';

const quick: Pace = { provisionedMs: 3_000, agentMs: 3_000, commandMs: 2_000, restartMs: 3_000, deletedMs: 3_000 };

/**
 * How long VMs take. In most seeds too short a time for looks that find nothing: a look costs as much as any step, and it
 * is the order of what happens that matters, not how long it takes.
 */
export function drawPace(random: Random): Pace {
  return random.chance(0.8) ? quick : azurePace;
}
