import { rebootScript } from '../smokeTest/rebootScript.ts';
import { act, type Decision, record, wait } from './decision.ts';
import type { Restart } from './facts.ts';
import type { Attempt } from './incarnationState.ts';
import { type Instant, instantOf, msBetween, nextLook } from './instant.ts';
import { lastAskedAt } from './lastAskedAt.ts';
import type { PresentVm } from './look.ts';

/** Until the guest has had time to go down: what is asked before that is answered by the old boot. */
const firstLookAfterMs = 20_000;

/** Starts the VM again in the way that is asked for; undefined when the checks can be sent. */
export function decideRestart(
  attempt: Attempt,
  launch: NonNullable<Attempt['launch']>,
  vm: PresentVm,
  how: Restart,
  osType: 'Linux' | 'Windows',
  now: Instant,
): Decision | undefined {
  const { number, restart } = attempt;
  if (!restart) return record({ type: 'restartIntended', attempt: number, how });
  const { startedAt } = restart;
  const { vmName, region } = launch;
  if (how === 'stopStart') {
    const part = (name: 'stop' | 'start') => act({ kind: 'restartVm', attempt: number, vmName, part: name });
    if (startedAt.stop === undefined) return part('stop');
    if (startedAt.start === undefined)
      return vm.power === 'deallocated' ? part('start') : wait(nextLook(startedAt.stop, now, firstLookAfterMs));
    return vm.power === 'running'
      ? untilDown(startedAt.start, now)
      : wait(nextLook(startedAt.start, now, firstLookAfterMs));
  }
  if (startedAt.restart !== undefined) return untilDown(startedAt.restart, now);
  if (how === 'platformRestart') return act({ kind: 'restartVm', attempt: number, vmName, part: 'restart' });
  const runCommand = `reboot-${number}-${attempt.rounds.length}`;
  return act({ kind: 'rebootGuest', attempt: number, vmName, region, runCommand, script: rebootScript[osType] });
}

/** Just restarted: whatever the VM shows is waited out. */
export function isGoingDown({ restart }: Pick<Attempt, 'restart'>, now: Instant): boolean {
  const startedAt = restart?.startedAt.restart;
  return startedAt !== undefined && msBetween(startedAt, now) < firstLookAfterMs;
}

/**
 * Asked for its last thing a moment ago: a timer that fires now is from before that, and has nothing to look for. Of an
 * agent that is awaited the looks come sooner.
 */
export function isJustAsked(attempt: Pick<Attempt, 'restart' | 'checks'>, now: Instant): boolean {
  return msBetween(lastAskedAt(attempt, instantOf(0)), now) < firstLookAfterMs;
}

function untilDown(startedAt: Instant, now: Instant): Decision | undefined {
  return msBetween(startedAt, now) < firstLookAfterMs ? wait(nextLook(startedAt, now, firstLookAfterMs)) : undefined;
}
