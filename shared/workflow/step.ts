import { latestChanges } from '../domain/decideDefinition.ts';
import { isFinished } from '../domain/decideIncarnation.ts';
import { foldDefinition } from '../domain/definitionState.ts';
import { effectiveLatest } from '../domain/effectiveLatest.ts';
import type { DefinitionFact } from '../domain/facts.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import type { Instant } from '../domain/instant.ts';
import { timer, type WakeUp, wakeUpId } from '../domain/wakeUps.ts';
import type { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { advanceIncarnations } from './advanceIncarnations.ts';
import { incarnationLog } from './log.ts';
import { meetVersions } from './meetVersions.ts';
import { closeMarker, forgetCursors, writeMarker } from './openMarker.ts';
import { sendOutbox } from './outbox.ts';
import { append, begin, incarnationOf, type Run, stateOf } from './run.ts';
import type { Settings } from './settings.ts';

export type StepOutcome = { kind: 'done' } | { kind: 'unknown' } | { kind: 'again'; problem: AdapterError };

/**
 * One step of an image definition, by the holder of its session: look, decide, append, act, append, send, schedule.
 * A problem with one incarnation does not hold up the others; the whole step is then asked for again.
 */
export async function step(ports: Ports, settings: Settings, wakeUp: WakeUp): Promise<StepOutcome> {
  const run = await begin(ports, settings, wakeUp);
  if (!run) return { kind: 'unknown' };
  await meetVersions(run);
  const wakeAt = await advanceIncarnations(run);
  await recordChanges(run);
  await send(run);
  if (wakeAt !== undefined && run.problem === undefined) await schedule(run, wakeAt);
  return run.problem ? { kind: 'again', problem: run.problem } : { kind: 'done' };
}

/** Second writes, into the definition's log: what is finished, and what Azure picks as latest now. */
async function recordChanges(run: Run): Promise<void> {
  const state = foldDefinition(run.log.entries);
  const facts: DefinitionFact[] = [];
  for (const [incarnation, { version }] of Object.entries(state.open)) {
    const finished = stateOf(await incarnationOf(run, incarnation));
    if (!isFinished(finished)) continue;
    facts.push({
      type: 'incarnationClosed',
      version,
      incarnation,
      outcome: finished.deleted ? 'deleted' : (finished.outcome ?? 'deleted'),
    });
  }
  facts.push(...latestChanges(state.latest, effectiveLatest(await replicatedVersions(run))));
  await append(run, run.log, facts);
}

/** The versions as they are now; those that Azure may pick are read with their replication status. */
async function replicatedVersions({ ports, definition }: Run): Promise<ImageVersion[]> {
  let versions = (await ports.galleries.listVersions(definition)) ?? [];
  for (;;) {
    const picked = new Set(Object.values(effectiveLatest(versions)));
    const unread = versions.find((version) => picked.has(version.version) && version.replication === undefined);
    if (!unread) return versions;
    const read = await ports.galleries.getVersion(definition, unread.version);
    versions = versions.flatMap((version) => (version === unread ? (read ?? []) : version));
  }
}

/** Sends what is new; deletes the marker when nothing is open, else keeps it with the cursors where they are now. */
async function send(run: Run): Promise<void> {
  const { ports, marker, log, incarnations } = run;
  const sent = await sendOutbox(ports, marker, [log, ...incarnations.values()]);
  const open = Object.keys(foldDefinition(log.entries).open).map((incarnation) => incarnationLog(run.key, incarnation));
  if (open.length === 0) return closeMarker(ports.documents, marker);
  forgetCursors(marker, (name) => name === log.name || open.includes(name));
  if (sent) await writeMarker(ports.documents, marker);
}

/** The one timer message of this definition for this instant: the queue drops the copies. */
async function schedule({ ports, key, definition }: Run, wakeAt: Instant): Promise<void> {
  const wakeUp = timer({ key, definition }, wakeAt);
  await ports.wakeUps.send(wakeUp, wakeUpId(wakeUp), wakeAt);
}
