import { latestChanges } from '../domain/decideDefinition.ts';
import { isFinished } from '../domain/decideIncarnation.ts';
import { foldDefinition } from '../domain/definitionState.ts';
import { effectiveLatest } from '../domain/effectiveLatest.ts';
import type { DefinitionFact, Measured } from '../domain/facts.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import { addMs, type Instant, instantOf, nextLook } from '../domain/instant.ts';
import { timer, type WakeUp, wakeUpId } from '../domain/wakeUps.ts';
import type { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { advanceIncarnations } from './advanceIncarnations.ts';
import { incarnationLog } from './log.ts';
import { meetVersions } from './meetVersions.ts';
import { closeMarker, forgetCursors, writeMarker } from './openMarker.ts';
import { sendOutbox } from './outbox.ts';
import { append, begin, incarnationOf, nowOf, type Run, stateOf } from './run.ts';
import type { Settings } from './settings.ts';

const retryEveryMs = 15_000;

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
  if (run.problem && wakeAt === undefined) return { kind: 'again', problem: run.problem };
  if (wakeAt !== undefined) await schedule(run, wakeAt);
  if (run.defect !== undefined) throw run.defect;
  return { kind: 'done' };
}

/** Second writes, into the definition's log: what is finished, and what Azure picks as latest now. */
async function recordChanges(run: Run): Promise<void> {
  const state = foldDefinition(run.log.entries);
  const facts: DefinitionFact[] = [];
  for (const [incarnation, { version, test }] of Object.entries(state.open)) {
    if (run.setAside.has(incarnation)) continue;
    const finished = stateOf(await incarnationOf(run, incarnation));
    if (!isFinished(finished)) continue;
    if (test) {
      const { verdict, reason } = finished.verdict ?? { verdict: null, reason: endOf(finished) };
      facts.push({ type: 'testClosed', test: incarnation, version, verdict, reason });
      continue;
    }
    facts.push({
      type: 'incarnationClosed',
      version,
      incarnation,
      outcome: finished.deleted ? 'deleted' : (finished.outcome ?? 'deleted'),
      ...measuredOf(finished),
      ...(finished.heldAt !== undefined && finished.verdict?.verdict !== 'passed' && { keptHidden: true }),
    });
  }
  facts.push(...latestChanges(state.latest, effectiveLatest(await replicatedVersions(run))));
  await append(run, run.log, facts);
}

/** Why a smoke test by hand has no verdict. */
function endOf({ deleted, needsAttention }: IncarnationState): string {
  return deleted ? 'the version was deleted meanwhile' : (needsAttention?.reason ?? 'ended without a verdict');
}

/** What the next version is compared with. */
function measuredOf({ outcome, smokeTest, checkFile, attempts }: IncarnationState): { measured?: Measured } {
  const passed = attempts.findLast(
    ({ result, launch }) => result?.verdict === 'passed' && launch?.controlOf === undefined,
  );
  if (outcome !== 'published' || !passed?.launch || !passed.result) return {};
  const { bootMs, checksMs } = passed.result;
  return {
    measured: {
      smokeTest,
      ...(checkFile && { checkFile }),
      vmSize: passed.launch.vmSize,
      ...(bootMs !== undefined && { bootMs }),
      ...(checksMs !== undefined && { checksMs }),
    },
  };
}

/** The versions as they are now; those that Azure may pick are read with their replication status. */
async function replicatedVersions({ ports, definition }: Run): Promise<ImageVersion[]> {
  let versions = (await ports.galleries.listVersions(definition)) ?? [];
  const asked = new Set<string>();
  for (;;) {
    const picked = new Set(Object.values(effectiveLatest(versions)));
    const unread = versions.find(({ version }) => picked.has(version) && !asked.has(version));
    if (!unread) return versions;
    asked.add(unread.version);
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
