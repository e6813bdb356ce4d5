import { isUnderTest } from '../domain/decideWatched.ts';
import type { Instant } from '../domain/instant.ts';
import type { WakeUp } from '../domain/wakeUps.ts';
import { advanceRuns } from './advanceIncarnations.ts';
import { foldDefinitionLog } from './foldLog.ts';
import { incarnationOf, type Run, stateOf } from './run.ts';

/**
 * A timer, or an event of a VM, where smoke tests are under way and nothing else is: no version is listed or read, since
 * none has changed as far as anybody said. What is done to one comes as an event of its own, and with the next sweep
 * where that is lost. Undefined where the step has to look at everything, or finds that it has to.
 */
export async function watchRuns(run: Run, wakeUp: WakeUp): Promise<{ wakeAt: Instant | undefined } | undefined> {
  const isOfVm = wakeUp.definition === undefined && wakeUp.cause.startsWith('event ');
  if (!isOfVm && wakeUp.dueAt === undefined) return undefined;
  const { open, requests, deleted } = foldDefinitionLog(run.log);
  if (requests.length > 0 || deleted || run.setAside.size > 0 || run.revision.group) return undefined;
  const incarnations = Object.keys(open);
  for (const incarnation of incarnations) {
    const log = await incarnationOf(run, incarnation);
    if (log.entries.length === 0 || !isUnderTest(stateOf(log), run.revision.policy)) return undefined;
  }
  // Azure goes on telling of a VM, its disk and its interface when the run is over.
  if (incarnations.length === 0) return isOfVm ? { wakeAt: undefined } : undefined;
  return advanceRuns(run, incarnations);
}
