import { type DefinitionDecision, decideDefinition } from '../domain/decideDefinition.ts';
import { foldDefinition } from '../domain/definitionState.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import { testPlan } from '../smokeTest/testPlan.ts';
import { append, incarnationOf, type Run, stateOf } from './run.ts';

/** Compares the versions that exist with those in the log: adopts, detects, notes what is gone. */
export async function meetVersions(run: Run): Promise<void> {
  const { ports, definition, key, takenInChargeAt, revision } = run;
  const state = foldDefinition(run.log.entries);
  const versions = await ports.galleries.listVersions(definition);
  const planTest = (version: ImageVersion) => testPlan(version, revision.policy, ports.smokeTestVms.regions);
  const writtenByUs = versionsWrittenByUs(run);
  const context = { definition, key, takenInChargeAt, revision, planTest, writtenByUs };
  const decision = decideDefinition(state, versions, context);
  await recordMeeting(run, decision);
}

/** Version logs first, the definition's log second: a crash in between is found again by the deterministic key. */
async function recordMeeting(run: Run, { detections, deletions, facts }: DefinitionDecision): Promise<void> {
  for (const incarnation of deletions) {
    const log = await incarnationOf(run, incarnation);
    if (log.entries.length > 0 && !stateOf(log).deleted) await append(run, log, [{ type: 'versionDeleted' }]);
  }
  for (const { incarnation, detected } of detections) {
    const log = await incarnationOf(run, incarnation);
    if (log.entries.length === 0) await append(run, log, [detected]);
  }
  await append(run, run.log, [...facts, ...detections.map((detection) => detection.opened)]);
}

/** Their publishedDate may have been reset by the write that is not yet seen to be settled. */
function versionsWrittenByUs(run: Run): Set<string> {
  const states = [...run.incarnations.values()].filter((log) => log.entries.length > 0).map(stateOf);
  return new Set(states.filter((state) => state.write?.acceptedAt !== undefined).map((state) => state.version));
}
