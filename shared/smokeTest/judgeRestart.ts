import type { Attempt, IncarnationState } from '../domain/incarnationState.ts';
import { type Instant, msBetween } from '../domain/instant.ts';
import type { PresentVm } from '../domain/look.ts';
import { type EvidenceDraft, inconclusive, suspected } from './evidenceDraft.ts';
import { limits } from './limits.ts';

const minutes = limits.restartMs / 60_000;

/** A deallocation or a start that Azure took and does not end; undefined while there is time, or nothing to wait for. */
export function judgeRestart({ restart }: Attempt, { power }: PresentVm, now: Instant): EvidenceDraft | undefined {
  const { stop, start } = restart?.startedAt ?? {};
  const [since, wanted] = start === undefined ? [stop, 'deallocated'] : [start, 'running'];
  if (since === undefined || power === wanted || msBetween(since, now) < limits.restartMs) return undefined;
  return inconclusive(
    'NotRestarted',
    `stopStart: the VM is not ${wanted} after ${minutes} minutes, but ${power ?? 'in no known state'}`,
  );
}

/**
 * The guest answers, with the boot that it had before. Azure that took a restart and did none is not the image's fault; a
 * guest that was told to reboot and did not may not have got the order, so that only the second time is proof.
 */
export function notRestarted(state: IncarnationState, attempt: Attempt): EvidenceDraft {
  const how = attempt.restart?.how ?? 'restart';
  const detail = `still the same boot ${minutes} minutes later`;
  if (how !== 'guestReboot') return inconclusive('NotRestarted', `${how}: ${detail}`);
  const check = `survives ${how}`;
  return suspected(state, attempt, 'NotRebooted', [{ check, outcome: 'failed', detail }], `${check}: ${detail}`);
}
