import { latestChanges } from '../domain/decideDefinition.ts';
import { definitionChanges } from '../domain/definitionChanges.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import { addMs, type Instant, instantOf, msBetween, nextLook } from '../domain/instant.ts';
import { isSuperseded } from '../domain/lifecycleDue.ts';
import { timer, type WakeUp, wakeUpId } from '../domain/wakeUps.ts';
import type { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { advanceIncarnations } from './advanceIncarnations.ts';
import { countRetests } from './countRetests.ts';
import { foldDefinitionLog } from './foldLog.ts';
import { followGroup } from './followGroup.ts';
import { incarnationLog } from './log.ts';
import { lookAtGroup } from './lookAtGroup.ts';
import { meetVersions } from './meetVersions.ts';
import { noteVerdicts } from './noteVerdicts.ts';
import { noteVmLives } from './noteVmLives.ts';
import { closeMarker, forgetCursors, isAwaited, noteBegun, writeMarker } from './openMarker.ts';
import { sendOutbox } from './outbox.ts';
import { readLatest } from './readLatest.ts';
import { append, begin, incarnationOf, nowOf, type Run, save, stateOf } from './run.ts';
import type { Settings } from './settings.ts';
import { takeRequests } from './takeRequests.ts';
import { wakeGroup } from './wakeGroup.ts';
import { watchRuns } from './watchRuns.ts';

const retryEveryMs = 15_000;

/** `lookedAt`: when a step began that looked at everything, and left no problem. */
export type StepOutcome =
  | { kind: 'done'; lookedAt?: Instant }
  | { kind: 'unknown' }
  | { kind: 'again'; problem: AdapterError };

/**
 * One step of an image definition, by the holder of its session: look, decide, append, act, append, send, schedule.
 * A problem with one incarnation does not hold up the others; the whole step is then asked for again.
 */
export async function step(
  ports: Ports,
  settings: Settings,
  wakeUp: WakeUp,
  deliveryCount: number,
): Promise<StepOutcome> {
  const begunAt = ports.clock.now();
  const run = await begin(ports, settings, wakeUp, deliveryCount);
  if (!run) return { kind: 'unknown' };
  if (wakeUp.dueAt !== undefined) {
    const lateMs = Math.max(0, msBetween(wakeUp.dueAt, run.startedAt));
    ports.metrics.note([{ name: 'imprimatur.lateness', value: lateMs / 1_000 }]);
  }
  const watched = await watchRuns(run, wakeUp);
  const wakeAt = watched ? watched.wakeAt : await lookAtEverything(run);
  const isWatching = watched !== undefined && wakeAt !== undefined;
  await Promise.all([send(run, isWatching), wakeAt !== undefined && schedule(run, wakeAt)]);
  if (run.problem && wakeAt === undefined) return { kind: 'again', problem: run.problem };
  if (run.defect !== undefined) throw run.defect;
  const isWhole = !watched && !run.problem && run.setAside.size === 0;
  return { kind: 'done', ...(isWhole && { lookedAt: begunAt }) };
}

/** Returns the earliest instant at which time alone can bring a change. */
async function lookAtEverything(run: Run): Promise<Instant | undefined> {
  try {
    await meetVersions(run);
    await takeRequests(run);
    const group = await lookAtGroup(run);
    if (group) run.group = group;
    await followGroup(run, group);
    const advanced = await advanceIncarnations(run);
    const { isWorkLeft } = await recordChanges(run);
    return isWorkLeft ? nowOf(run) : advanced;
  } finally {
    // What a look at the VMs alone has left, where the other could not be taken.
    for (const log of run.incarnations.values()) await save(run, log);
  }
}

/** Second writes, into the definition's log: what became of the incarnations, and what Azure picks as latest now. */
async function recordChanges(run: Run): Promise<{ isWorkLeft: boolean }> {
  const { ports, definition } = run;
  const { opened, isVerdictNew } = await countRetests(run);
  const state = foldDefinitionLog(run.log);
  const open = new Map<string, IncarnationState>();
  for (const incarnation of Object.keys(state.open).filter((key) => !run.setAside.has(key)))
    open.set(incarnation, stateOf(await incarnationOf(run, incarnation)));
  const facts = definitionChanges(state, open, run.instance, run.revision.policy);
  // What others did since they were read comes as an event of its own, and is no step's to wait for.
  const versions = run.written.size > 0 ? ((await ports.galleries.listVersions(definition)) ?? []) : run.versions;
  facts.push(...latestChanges(state.latest, await readLatest(ports, definition, versions, state.latest)));
  await append(run, run.log, [...facts, ...opened]);
  const isClosed = facts.some(({ type }) => type === 'incarnationClosed');
  return { isWorkLeft: opened.length > 0 || isVerdictNew || (isClosed && leavesSuperseded(run, versions)) };
}

/** One that a newer version has just taken the place of waits for its end of life, and nothing else may come to tell of it. */
function leavesSuperseded(run: Run, versions: ImageVersion[]): boolean {
  const { lifecycle, mode } = run.revision.policy;
  if (!lifecycle || mode !== 'enforce') return false;
  const state = foldDefinitionLog(run.log);
  return versions.some((version) => isSuperseded(state, version, lifecycle, nowOf(run)));
}

/**
 * Sends what is new; deletes the marker when nothing is open, else keeps it with the cursors where they are now. While the
 * step only watches VMs, what nobody is told of may wait for the next one.
 */
async function send(run: Run, isWatching: boolean): Promise<void> {
  const { ports, marker, log, incarnations } = run;
  await noteVerdicts(run);
  await noteVmLives(run);
  await wakeGroup(run);
  const mayWait = isWatching ? { now: nowOf(run) } : undefined;
  const sent = await sendOutbox(ports, marker, [log, ...incarnations.values()], mayWait);
  const open = Object.keys(foldDefinitionLog(log).open).map((incarnation) => incarnationLog(run.key, incarnation));
  const isNew = noteBegun(marker, incarnations.values(), nowOf(run));
  if (!isAwaited(marker, log, incarnations, nowOf(run)) && open.length === 0)
    return closeMarker(ports.documents, marker);
  forgetCursors(marker, (name) => name === log.name || open.includes(name) || name in marker.awaited);
  if (sent || isNew) await writeMarker(ports.documents, marker);
}

/**
 * The one timer message of this definition for this instant: the queue drops the copies. The instant of a timer that
 * fired is used up. A problem is tried again by the timer, so that the other incarnations keep their pace.
 */
async function schedule(run: Run, wakeAt: Instant): Promise<void> {
  const { ports, key, definition, dueAt, problem } = run;
  const mayRetryAt = addMs(nowOf(run), problem?.retryAfterMs ?? 0);
  const wanted = problem ? nextLook(instantOf(0), mayRetryAt, retryEveryMs) : wakeAt;
  const at = wanted > dueAt ? wanted : addMs(dueAt, 1_000);
  const wakeUp = timer({ key, definition }, at);
  await ports.wakeUps.send(wakeUp, wakeUpId(wakeUp), at);
}
