import { decideIncarnation } from '../domain/decideIncarnation.ts';
import { type DefinitionState, foldDefinition } from '../domain/definitionState.ts';
import type { Effect } from '../domain/effects.ts';
import type { Identity } from '../domain/incarnation.ts';
import { earliest, type Instant, msBetween } from '../domain/instant.ts';
import type { IncarnationLook } from '../domain/look.ts';
import { AdapterError } from '../errors.ts';
import { lookAtIncarnation } from './lookAtIncarnation.ts';
import { performEffect } from './performEffect.ts';
import { append, incarnationOf, nowOf, type Run, stateOf } from './run.ts';

/** A step starts no effect after this, well below the five minutes of the session lock. */
const budgetMs = 90_000;
const mostRounds = 12;

/**
 * Decides and acts for every open incarnation. A problem with one does not hold up the others: it is kept in the run.
 * Returns the earliest instant at which time alone can bring a change.
 */
export async function advanceIncarnations(run: Run): Promise<Instant | undefined> {
  const state = foldDefinition(run.log.entries);
  const wakeAts: (Instant | undefined)[] = [];
  for (const incarnation of Object.keys(state.open)) {
    try {
      wakeAts.push(await advance(run, state, incarnation));
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      await noteProblem(run, incarnation, error);
    }
  }
  return earliest(wakeAts);
}

/** Decides and acts for one incarnation until only time or Azure can bring the next change. */
async function advance(run: Run, definitionState: DefinitionState, incarnation: string): Promise<Instant | undefined> {
  const { ports, definition, key } = run;
  const log = await incarnationOf(run, incarnation);
  let look: IncarnationLook | undefined;
  for (let round = 0; round < mostRounds; round += 1) {
    const state = stateOf(log);
    const known = definitionState.versions[state.version];
    const isCurrent = known?.kind === 'examined' && known.incarnation === incarnation;
    look ??= await lookAtIncarnation(ports, definition, state, isCurrent);
    const now = nowOf(run);
    const decision = decideIncarnation(state, look, run.revision.policy, { definition: key, incarnation }, now);
    await append(run, log, decision.facts);
    if (decision.facts.length + decision.effects.length === 0) return decision.wakeAt;
    let progressed = decision.facts.length > 0;
    for (const effect of decision.effects) {
      if (msBetween(run.startedAt, ports.clock.now()) > budgetMs) return now;
      progressed = (await perform(run, effect, incarnation, known?.identity ?? {})) || progressed;
      look = undefined;
    }
    if (!progressed) return decision.wakeAt ?? now;
  }
  return nowOf(run);
}

async function perform(run: Run, effect: Effect, incarnation: string, identity: Identity): Promise<boolean> {
  const { definition, key, revision } = run;
  const log = await incarnationOf(run, incarnation);
  const slotsPerRegion = revision.policy.slots.perRegion;
  const target = { definition, key, incarnation, identity, state: stateOf(log), slotsPerRegion };
  const outcome = await performEffect(run.ports, effect, target);
  await append(run, log, outcome);
  return outcome.length > 0;
}

/** What a retry can mend is left to it; anything else needs a person, and says so once. */
async function noteProblem(run: Run, incarnation: string, problem: AdapterError): Promise<void> {
  const log = await incarnationOf(run, incarnation);
  run.ports.log.warn(`${stateOf(log).imageVersionId}: ${problem.message}`, {
    code: problem.code,
    retryable: problem.retryable,
  });
  if (problem.retryable) {
    run.problem = problem;
    return;
  }
  if (stateOf(log).needsAttention) return;
  const reason = problem.message.slice(0, 500);
  await append(run, log, [{ type: 'needsAttention', code: problem.code, reason }]);
}
