import type { Simulation } from './simulation.ts';

/** Nothing that is waited for takes longer: quota is asked for again every hour. */
const longestWaitMs = 2 * 3_600_000;
/** A slot is not freed by the sweep before. */
const slotGraceMs = 600_000;

/** Nothing is on its way, and the last sweep found nothing to do, or all that is open waits for somebody. */
export function isAtRest({ azure, scheduler, sessions, sweeps, checker, lastChangeMs }: Simulation): boolean {
  const { time, wakeUps, documents, smokeTestVms } = azure;
  if (sessions.isAnyHeld() || sweeps.isRunning() || scheduler.nextMs() < Number.POSITIVE_INFINITY) return false;
  // No step knows them: the sweep deletes them when they expire, and not before.
  if ([...checker.lateVms].some((vmName) => smokeTestVms.vms.has(vmName))) return false;
  const isAwaited = wakeUps.messages.length > 0 || time.nextTimerMs() !== undefined;
  const isOpen = [...documents.documents.keys()].some((name) => name.startsWith('open/'));
  return sweeps.lastBeganMs - lastChangeMs > (isAwaited || isOpen ? longestWaitMs : slotGraceMs);
}
