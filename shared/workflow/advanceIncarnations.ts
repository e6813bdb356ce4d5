import { awaitsHold } from '../domain/decideIncarnation.ts';
import { isUnderTest } from '../domain/decideWatched.ts';
import type { Decision } from '../domain/decision.ts';
import type { Effect } from '../domain/effects.ts';
import type { IncarnationFact } from '../domain/facts.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import { earliest, type Instant, lookUnlessTold, msBetween } from '../domain/instant.ts';
import { AdapterError } from '../errors.ts';
import { decideNext, decideOnRun, identityKnown } from './decideNext.ts';
import { foldDefinitionLog } from './foldLog.ts';
import { forConsumers } from './forConsumers.ts';
import { forgetTouched, type KeptLook, newKeptLook, noteAsked } from './keptLook.ts';
import { isHiddenAgain, lateWriteUntil, mayIntendFrom } from './lateWrite.ts';
import { incarnationLog, type LoadedLog, LogConflict } from './log.ts';
import { noteDefect } from './noteDefect.ts';
import { performEffect } from './performEffect.ts';
import { append, confirm, incarnationOf, nowOf, type Run, save, stage, stateOf } from './run.ts';

/** A step starts nothing after this, well below the five minutes of the session lock. */
const budgetMs = 90_000;
const mostRounds = 12;
/**
 * What is no intent's effect: done again where the append that follows is lost, it changes nothing. A slot that is given back
 * is none of it: as long as the log does not say that its run has ended, the VM is launched again.
 */
const withoutIntent = new Set<Effect['kind']>(['takeSlot', 'saveEvidence']);

/**
 * Decides and acts for every open incarnation. A problem with one does not hold up the others: it is kept in the run.
 * Returns the earliest instant at which time alone can bring a change.
 */
export async function advanceIncarnations(run: Run): Promise<Instant | undefined> {
  const open = Object.keys(foldDefinitionLog(run.log).open).filter((incarnation) => !run.setAside.has(incarnation));
  const wakeAts: (Instant | undefined)[] = [];
  const held = open.length === 1 ? open : await holdAll(run, open, wakeAts);
  for (const incarnation of inTurn(run, held))
    wakeAts.push(await guarded(run, incarnation, { until: () => false, decide: decideNext }));
  return earliest(wakeAts);
}

/** All new versions are taken out of latest before anything slow is begun for one of them; returns those that are. */
async function holdAll(run: Run, open: string[], wakeAts: (Instant | undefined)[]): Promise<string[]> {
  const isHeld = (incarnation: IncarnationState) => !awaitsHold(incarnation, run.revision.policy);
  const held: string[] = [];
  for (const incarnation of open) {
    wakeAts.push(await guarded(run, incarnation, { until: isHeld, decide: decideNext }));
    if (isHeld(stateOf(await incarnationOf(run, incarnation)))) held.push(incarnation);
  }
  return held;
}

/**
 * Goes on with the runs of incarnations that are all under test: only their VMs are looked at. Returns undefined as soon
 * as there is more to be decided for one of them than what its VM is asked next.
 */
export async function advanceRuns(run: Run, open: string[]): Promise<{ wakeAt: Instant | undefined } | undefined> {
  const wakeAts: (Instant | undefined)[] = [];
  let suffices = true;
  const way: Way = {
    until: (state) => !isUnderTest(state, run.revision.policy),
    decide: async (...of) => {
      const decision = await decideOnRun(...of);
      suffices &&= decision !== undefined;
      return decision;
    },
    // Appended with what the look at everything adds.
    leavesStaged: (state) => !suffices || way.until(state),
  };
  for (const incarnation of inTurn(run, open)) {
    wakeAts.push(await guarded(run, incarnation, way));
    if (!suffices || way.until(stateOf(await incarnationOf(run, incarnation)))) return undefined;
  }
  return { wakeAt: earliest(wakeAts) };
}

/** Begins elsewhere in each step: where the budget does not suffice for all, none is always the last. */
function inTurn(run: Run, incarnations: string[]): string[] {
  const first = Math.floor(Date.parse(run.startedAt) / 1_000) % Math.max(1, incarnations.length);
  return [...incarnations.slice(first), ...incarnations.slice(0, first)];
}

interface Way {
  /** Where it has come to its end. */
  until(state: IncarnationState): boolean;
  /** Undefined where it does not lead on. */
  decide(run: Run, incarnation: string, state: IncarnationState, kept: KeptLook): Promise<Decision | undefined>;
  /** Whether somebody else goes on with this state, and appends what is staged. */
  leavesStaged?(state: IncarnationState): boolean;
}

async function guarded(run: Run, incarnation: string, way: Way): Promise<Instant | undefined> {
  try {
    const log = incarnationLog(run.key, incarnation);
    return await run.ports.tracing.within(log, () => advance(run, incarnation, way));
  } catch (error) {
    if (error instanceof LogConflict) throw error;
    if (error instanceof AdapterError) await noteProblem(run, incarnation, error);
    else await noteDefect(run, incarnation, error);
    return undefined;
  }
}

/**
 * Decides and acts for one incarnation until only time or Azure can bring the next change. What was decided is appended
 * before anything is done that needs an intent, and at the end: an append is what a step spends most of its time on.
 */
async function advance(run: Run, incarnation: string, way: Way): Promise<Instant | undefined> {
  const log = await incarnationOf(run, incarnation);
  try {
    return await advanceLog(run, incarnation, log, way);
  } finally {
    if (!way.leavesStaged?.(stateOf(log))) await save(run, log);
  }
}

async function advanceLog(run: Run, incarnation: string, log: LoadedLog, way: Way): Promise<Instant | undefined> {
  const refused = new Set<Effect['kind']>();
  const listed = run.versions.find(({ version }) => version === stateOf(log).version);
  const kept = newKeptLook(listed, run.vms.get(incarnation));
  run.vms.set(incarnation, kept.vms);
  for (let round = 0; round < mostRounds; round += 1) {
    const state = stateOf(log);
    if (way.until(state)) return undefined;
    if (isOverBudget(run)) return nowOf(run);
    const decision = await way.decide(run, incarnation, state, kept);
    if (!decision) return undefined;
    const now = nowOf(run);
    const notBefore = mayIntendFrom(log, state, decision.facts, now);
    if (notBefore !== undefined) return notBefore;
    const length = log.entries.length;
    await stage(run, log, await forConsumers(run, log, state.version, decision.facts));
    if (decision.facts.length + decision.effects.length === 0) return decision.wakeAt;
    const late = lateWriteUntil(log, state, now);
    const mayStart = ({ kind }: Effect) => !refused.has(kind) && (kind !== 'writeFlags' || late === undefined);
    for (const effect of decision.effects.filter(mayStart)) {
      if (isOverBudget(run)) return now;
      if (!withoutIntent.has(effect.kind)) await save(run, log);
      forgetTouched(kept, effect);
      try {
        noteAsked(kept, effect, await perform(run, effect, incarnation, kept));
      } catch (error) {
        if (!(error instanceof AdapterError)) throw error;
        refused.add(effect.kind);
        await noteProblem(run, incarnation, error, effect);
      }
    }
    const readBackAt = onlyBegun(run, stateOf(log));
    if (readBackAt !== undefined) return readBackAt;
    if (log.entries.length > length) continue;
    const wakeAt = earliest([decision.wakeAt, late]);
    return wakeAt ?? (refused.size > 0 ? undefined : now);
  }
  return nowOf(run);
}

/**
 * When a publication is read back that Azure has accepted in this step: it has only begun, and tells of the end. Where other
 * versions are still decided on in this step, it is read again at once for their sake.
 */
function onlyBegun(run: Run, state: IncarnationState): Instant | undefined {
  const { version, write } = state;
  const isAlone = Object.keys(foldDefinitionLog(run.log).open).length === 1;
  if (!isAlone || write?.purpose !== 'publish' || write.acceptedAt === undefined) return undefined;
  if (!run.written.delete(version)) return undefined;
  return lookUnlessTold(state, write.acceptedAt, write.acceptedAt);
}

function isOverBudget({ startedAt, ports }: Run): boolean {
  return msBetween(startedAt, ports.clock.now()) > budgetMs;
}

async function perform(run: Run, effect: Effect, incarnation: string, kept: KeptLook): Promise<IncarnationFact[]> {
  const { definition, key, revision } = run;
  const log = await incarnationOf(run, incarnation);
  const slotsPerRegion = revision.policy.slots.perRegion;
  const { open, image: described } = foldDefinitionLog(run.log);
  const image = run.image ?? described;
  const test = open[incarnation]?.test;
  const state = stateOf(log);
  const target = {
    definition,
    keys: { definition: key, incarnation },
    identity: identityKnown(run, incarnation, state) ?? {},
    state,
    ...(image && { image }),
    ...(kept.version && { seen: kept.version }),
    slotsPerRegion,
    ...(test && { test }),
    isHiddenAgain: isHiddenAgain(log, state),
    mayStart: () => !isOverBudget(run),
    confirm: () => confirm(run, log),
  };
  // Before it is tried: a write whose answer is lost may have been done.
  if (effect.kind === 'writeFlags' || effect.kind === 'deleteVersion') run.written.add(target.state.version);
  const facts = await performEffect(run.ports, effect, target);
  await stage(run, log, facts);
  return facts;
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
