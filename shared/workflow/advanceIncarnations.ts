import { awaitsHold, decideIncarnation } from '../domain/decideIncarnation.ts';
import type { Effect } from '../domain/effects.ts';
import { type Identity, identityOf, isSameIdentity, learned } from '../domain/incarnation.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import { earliest, type Instant, msBetween } from '../domain/instant.ts';
import type { IncarnationLook } from '../domain/look.ts';
import { surroundingsOf } from '../domain/surroundings.ts';
import { AdapterError } from '../errors.ts';
import { foldDefinitionLog } from './foldLog.ts';
import { forConsumers, sceneOf } from './forConsumers.ts';
import { incarnationLog, LogConflict } from './log.ts';
import { lookAtIncarnation } from './lookAtIncarnation.ts';
import { performEffect } from './performEffect.ts';
import { append, incarnationOf, nowOf, type Run, stateOf } from './run.ts';

/** A step starts nothing after this, well below the five minutes of the session lock. */
const budgetMs = 90_000;
const mostRounds = 12;

/**
 * Decides and acts for every open incarnation. A problem with one does not hold up the others: it is kept in the run.
 * Returns the earliest instant at which time alone can bring a change.
 */
export async function advanceIncarnations(run: Run): Promise<Instant | undefined> {
  const open = Object.keys(foldDefinitionLog(run.log).open).filter((incarnation) => !run.setAside.has(incarnation));
  const wakeAts: (Instant | undefined)[] = [];
  // All new versions are taken out of latest before anything slow is begun for one of them.
  const isHeld = (incarnation: IncarnationState) => !awaitsHold(incarnation, run.revision.policy);
  const held: string[] = [];
  for (const incarnation of open) {
    wakeAts.push(await guarded(run, incarnation, isHeld));
    if (isHeld(stateOf(await incarnationOf(run, incarnation)))) held.push(incarnation);
  }
  for (const incarnation of inTurn(run, held)) wakeAts.push(await guarded(run, incarnation, () => false));
  return earliest(wakeAts);
}

/** Begins elsewhere in each step: where the budget does not suffice for all, none is always the last. */
function inTurn(run: Run, incarnations: string[]): string[] {
  const first = Math.floor(Date.parse(run.startedAt) / 1_000) % Math.max(1, incarnations.length);
  return [...incarnations.slice(first), ...incarnations.slice(0, first)];
}

type Until = (state: IncarnationState) => boolean;

async function guarded(run: Run, incarnation: string, until: Until): Promise<Instant | undefined> {
  try {
    const log = incarnationLog(run.key, incarnation);
    return await run.ports.tracing.within(log, () => advance(run, incarnation, until));
  } catch (error) {
    if (error instanceof LogConflict) throw error;
    if (error instanceof AdapterError) await noteProblem(run, incarnation, error);
    else run.defect ??= error;
    return undefined;
  }
}

/** Decides and acts for one incarnation until only time or Azure can bring the next change. */
async function advance(run: Run, incarnation: string, until: Until): Promise<Instant | undefined> {
  const { ports, definition, key } = run;
  const keys = { definition: key, incarnation };
  const log = await incarnationOf(run, incarnation);
  const refused = new Set<Effect['kind']>();
  let look: IncarnationLook | undefined;
  let definitionState = foldDefinitionLog(run.log);
  for (let round = 0; round < mostRounds; round += 1) {
    const state = stateOf(log);
    if (until(state)) return undefined;
    if (isOverBudget(run)) return nowOf(run);
    const known = definitionState.versions[state.version];
    const examined = known?.kind === 'examined' && known.incarnation === incarnation ? known.identity : undefined;
    const identity = state.byHand?.identity ?? examined;
    const { policy } = run.revision;
    const mayEnd = policy.lifecycle !== undefined;
    const usedIn = policy.lifecycle?.retention?.usedIn ?? [];
    look ??= await lookAtIncarnation(ports, { definition, keys, state, identity, definitionState, mayEnd, usedIn });
    noteSeen(run, look);
    if (examined && (await hasLearned(run, state, examined, look))) definitionState = foldDefinitionLog(run.log);
    const now = nowOf(run);
    const decision = decideIncarnation(
      state,
      look,
      policy,
      surroundingsOf(sceneOf(run), state.version, definitionState.open[incarnation]?.test),
      keys,
      now,
    );
    const length = log.entries.length;
    await append(run, log, await forConsumers(run, log, state.version, decision.facts));
    if (decision.facts.length + decision.effects.length === 0) return decision.wakeAt;
    for (const effect of decision.effects.filter(({ kind }) => !refused.has(kind))) {
      if (isOverBudget(run)) return now;
      look = undefined;
      try {
        await perform(run, effect, incarnation, identity ?? {});
      } catch (error) {
        if (!(error instanceof AdapterError)) throw error;
        refused.add(effect.kind);
        await noteProblem(run, incarnation, error, effect);
      }
    }
    if (log.entries.length === length) return decision.wakeAt ?? (refused.size > 0 ? undefined : now);
  }
  return nowOf(run);
}

/** What was written for one version in this step is not forgotten when the next one is decided on. */
function noteSeen(run: Run, { version: seen }: IncarnationLook): void {
  if (seen === 'gone') return;
  run.versions = run.versions.map((version) => (version.version === seen.version ? seen : version));
}

/**
 * A write of ours may have reset publishedDate. That is written down while the log still says that we wrote: once the
 * write is seen to be done, the version would be taken for another creation of its number.
 */
async function hasLearned(
  run: Run,
  { version, write }: IncarnationState,
  identity: Identity,
  look: IncarnationLook,
): Promise<boolean> {
  if (look.version === 'gone' || !write) return false;
  const known = learned(identity, identityOf(look.version), true);
  if (isSameIdentity(known, identity)) return false;
  await append(run, run.log, [{ type: 'identityLearned', version, identity: known }]);
  return true;
}

function isOverBudget({ startedAt, ports }: Run): boolean {
  return msBetween(startedAt, ports.clock.now()) > budgetMs;
}

async function perform(
  run: Run,
  effect: Effect,
  incarnation: string,
  identity: Parameters<typeof performEffect>[2]['identity'],
): Promise<void> {
  const { definition, key, revision } = run;
  const log = await incarnationOf(run, incarnation);
  const slotsPerRegion = revision.policy.slots.perRegion;
  const test = foldDefinitionLog(run.log).open[incarnation]?.test;
  const target = {
    definition,
    keys: { definition: key, incarnation },
    identity,
    state: stateOf(log),
    slotsPerRegion,
    ...(test && { test }),
    mayStart: () => !isOverBudget(run),
  };
  // Before it is tried: a write whose answer is lost may have been done.
  if (effect.kind === 'writeFlags' || effect.kind === 'deleteVersion') run.hasWritten = true;
  await append(run, log, await performEffect(run.ports, effect, target));
}

/** What a retry can mend is left to it; anything else needs a person, and says so once. */
async function noteProblem(run: Run, incarnation: string, problem: AdapterError, effect?: Effect): Promise<void> {
  const log = await incarnationOf(run, incarnation);
  const { imageVersionId, version, attempts, outcome, needsAttention } = stateOf(log);
  const { code, retryable } = problem;
  const attempt = attempts.at(-1)?.number;
  run.ports.log.warn(`${imageVersionId}: ${problem.message}`, {
    code,
    retryable,
    version,
    ...(attempt && { attempt }),
  });
  // A VM that stays must not keep its version from being published or quarantined.
  const isTearDown = effect?.kind === 'deleteVm' || effect?.kind === 'releaseSlot';
  if (retryable || (isTearDown && outcome === undefined)) run.problem = problem;
  else if (!needsAttention)
    await append(run, log, [{ type: 'needsAttention', code, reason: problem.message.slice(0, 500) }]);
}
