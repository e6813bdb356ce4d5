import type { Simulation } from './simulation.ts';

/** Nothing that is waited for takes longer: quota is asked for again every hour. */
const longestWaitMs = 2 * 3_600_000;
/** A slot is not freed by the sweep before. */
const slotGraceMs = 600_000;

const midnight = 'T00:00:00.000Z';

/** Everything is paused, or the breaker is open: one command ends both. */
export function isHeld({ checker }: Simulation): boolean {
  const types = checker.trail.logs.get('instance')?.map(({ fact }) => fact.type) ?? [];
  return (
    types.findLastIndex((type) => type === 'everythingPaused' || type === 'breakerTripped') >
    types.lastIndexOf('everythingResumed')
  );
}

/** Nothing is on its way, and the last sweep found nothing to do, or all that is open waits for somebody. */
export function isAtRest({ azure, scheduler, sessions, sweeps, checker, lastChangeMs }: Simulation): boolean {
  const { time, wakeUps, documents, smokeTestVms } = azure;
  if (sessions.isAnyHeld() || sweeps.isRunning() || scheduler.nextMs() < Number.POSITIVE_INFINITY) return false;
  // No step knows them: the sweep deletes them when they expire, and not before.
  if ([...checker.lateVms.keys()].some((vmName) => smokeTestVms.vms.has(vmName))) return false;
  const isAwaited = wakeUps.messages.length > 0 || time.nextTimerMs() !== undefined;
  // What waits for the next period of the budget waits for midnight.
  if (wakeUps.messages.some(({ body }) => String(body.dueAt).endsWith(midnight))) return false;
  const isOpen = [...documents.documents.keys()].some((name) => name.startsWith('open/'));
  return sweeps.lastBeganMs - lastChangeMs > (isAwaited || isOpen ? longestWaitMs : slotGraceMs);
}
