import type { Attempt, AttemptFact } from '../domain/incarnationState.ts';
import type { Instant } from '../domain/instant.ts';
import type { VmLook } from '../domain/look.ts';

interface Moment {
  at: Instant;
  what: string;
}

/** What a run went through, in order: every stage, every restart, and the checks after each, as they were recorded. */
export function timeline({ past, agentReadyAt }: Attempt, vm: VmLook | undefined): Moment[] {
  let after = 'launch';
  const moments = past.flatMap(({ at, fact }): Moment[] => {
    if (fact.type === 'restartIntended') after = fact.how;
    const what = wordsFor(fact, after);
    return what === undefined ? [] : [{ at, what }];
  });
  const provisionedAt = vm?.kind === 'present' ? vm.provisionedAt : undefined;
  // Azure names the last change: of a VM that was started again, that is not its first provisioning.
  if (provisionedAt !== undefined && provisionedAt <= (agentReadyAt ?? provisionedAt))
    moments.push({ at: provisionedAt, what: 'provisioned, as Azure says' });
  return moments.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function wordsFor(fact: AttemptFact, after: string): string | undefined {
  switch (fact.type) {
    case 'slotAwaited':
      return `waits for a slot in ${fact.region}`;
    case 'quotaReached':
      return `no quota in ${fact.region}: ${fact.code}`;
    case 'launchIntended':
      return 'launch intended';
    case 'launchAccepted':
      return 'launch accepted';
    case 'runRefused':
      return `refused: ${fact.code}`;
    case 'agentReady':
      return 'agent ready';
    case 'checksIntended':
      return `checks after ${after} intended`;
    case 'checksStarted':
      return `checks after ${after} started`;
    case 'checksAnswered':
      return `checks after ${after} answered: ${fact.passed} passed`;
    case 'restartIntended':
      return `${fact.how} intended`;
    case 'restartStarted':
      return fact.part === 'restart' ? `${after} started` : `${after}: ${fact.part} started`;
    default:
      return undefined;
  }
}
