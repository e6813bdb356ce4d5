import { decideIncarnation } from '../domain/decideIncarnation.ts';
import { decideWatched } from '../domain/decideWatched.ts';
import type { Decision } from '../domain/decision.ts';
import { type Identity, identityOf, isSameIdentity, learned } from '../domain/incarnation.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import type { IncarnationLook } from '../domain/look.ts';
import { surroundingsOf, toBeRead } from '../domain/surroundings.ts';
import { foldDefinitionLog } from './foldLog.ts';
import { sceneOf } from './forConsumers.ts';
import { forgetUnfit, forgetVersion, isOfSmokeTest, type KeptLook, keep } from './keptLook.ts';
import { type LookedAt, lookAtIncarnation, lookAtRun } from './lookAtIncarnation.ts';
import { append, nowOf, type Run } from './run.ts';

/**
 * What comes next for one incarnation. Smoke tests go by what the step has seen; anything else, above all the intent to
 * write to the gallery, is decided on a version that is read for it: what somebody changed by hand since the step began
 * is not overwritten.
 */
export async function decideNext(
  run: Run,
  incarnation: string,
  state: IncarnationState,
  kept: KeptLook,
): Promise<Decision> {
  forgetUnfit(kept, state);
  const decision = await decideOn(run, incarnation, state, kept);
  if (kept.isFresh || isOfSmokeTest(decision)) return decision;
  forgetVersion(kept);
  return decideOn(run, incarnation, state, kept);
}

async function decideOn(run: Run, incarnation: string, state: IncarnationState, kept: KeptLook): Promise<Decision> {
  const look = kept.look ?? (await lookAt(run, incarnation, state, kept));
  const { policy } = run.revision;
  const test = foldDefinitionLog(run.log).open[incarnation]?.test;
  await readOthers(run, state);
  const surroundings = surroundingsOf(sceneOf(run), state.version, test);
  const keys = { definition: run.key, incarnation };
  return decideIncarnation(state, look, policy, surroundings, keys, nowOf(run));
}

/** Usually one, and only where this one may be taken out of latest because another stands in its place. */
async function readOthers(run: Run, state: IncarnationState): Promise<void> {
  const asked = new Set<string>();
  for (;;) {
    const number = toBeRead(sceneOf(run), state, asked);
    if (number === undefined) return;
    asked.add(number);
    const read = await run.ports.galleries.getVersion(run.definition, number);
    run.versions = run.versions.flatMap((version) => (version.version === number ? (read ?? []) : version));
  }
}

/** What comes next for one that is under test, by its VM alone; undefined where that does not suffice to know it. */
export async function decideOnRun(
  run: Run,
  incarnation: string,
  state: IncarnationState,
  kept: KeptLook,
): Promise<Decision | undefined> {
  const target = lookedAt(run, incarnation, state, kept);
  const look = await lookAtRun(run.ports, target);
  Object.assign(kept.vms, look.vms);
  return decideWatched({ state, look, keys: target.keys, now: target.now });
}

function lookedAt(run: Run, incarnation: string, state: IncarnationState, kept: KeptLook): LookedAt {
  const { definition, key, revision } = run;
  const { lifecycle } = revision.policy;
  return {
    definition,
    keys: { definition: key, incarnation },
    state,
    identity: identityKnown(run, incarnation, state),
    definitionState: foldDefinitionLog(run.log),
    mayEnd: lifecycle !== undefined,
    usedIn: lifecycle?.retention?.usedIn ?? [],
    kept,
    isTimer: run.isTimer,
    now: nowOf(run),
  };
}

async function lookAt(
  run: Run,
  incarnation: string,
  state: IncarnationState,
  kept: KeptLook,
): Promise<IncarnationLook> {
  const target = lookedAt(run, incarnation, state, kept);
  const { identity } = target;
  const look = await lookAtIncarnation(run.ports, target);
  keep(kept, look);
  if (kept.isFresh) noteRead(run, look);
  if (identity && !state.byHand) await learn(run, state, identity, look);
  return look;
}

/** Undefined where the number is known to belong to another incarnation. */
export function identityKnown(
  run: Run,
  incarnation: string,
  { byHand, version }: IncarnationState,
): Identity | undefined {
  if (byHand) return byHand.identity;
  const known = foldDefinitionLog(run.log).versions[version];
  return known?.kind === 'examined' && known.incarnation === incarnation ? known.identity : undefined;
}

/** What was written for one version in this step is not forgotten when the next one is decided on. */
function noteRead(run: Run, { version: seen }: IncarnationLook): void {
  if (seen === 'gone') return;
  run.written.delete(seen.version);
  run.versions = run.versions.map((version) => (version.version === seen.version ? seen : version));
}

/**
 * A write of ours may have reset publishedDate. That is written down while the log still says that we wrote: once the
 * write is seen to be done, the version would be taken for another creation of its number.
 */
async function learn(
  run: Run,
  { version, write }: IncarnationState,
  identity: Identity,
  look: IncarnationLook,
): Promise<void> {
  if (look.version === 'gone' || !write) return;
  const known = learned(identity, identityOf(look.version), true);
  if (!isSameIdentity(known, identity))
    await append(run, run.log, [{ type: 'identityLearned', version, identity: known }]);
}
