import { type DefinitionDecision, decideDefinition } from '../domain/decideDefinition.ts';
import type { DefinitionFact } from '../domain/facts.ts';
import { describedAnew } from '../domain/imageDescription.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import { AdapterError } from '../errors.ts';
import { beginTests } from './beginTests.ts';
import { keepCheckFile } from './checkFiles.ts';
import { foldDefinitionLog } from './foldLog.ts';
import { forConsumers, newSharing, recentSharing } from './forConsumers.ts';
import { listExisting } from './listExisting.ts';
import { planOf, readDefinition } from './planTest.ts';
import { append, incarnationOf, nowOf, type Run, stateOf, unlessUnreadable } from './run.ts';

type Reopening = DefinitionDecision['reopenings'][number];

/** Compares the versions that exist with those in the log: adopts, detects, notes what is gone. */
export async function meetVersions(run: Run): Promise<void> {
  const { ports, definition, key, takenInChargeAt, revision, instance } = run;
  const state = foldDefinitionLog(run.log);
  const versions = await listExisting(ports, definition, state);
  run.versions = versions ?? [];
  const writtenByUs = versionsWrittenByUs(run);
  const context = { definition, key, takenInChargeAt, revision, instance, writtenByUs, now: nowOf(run) };
  const decision = decideDefinition(state, versions, context);
  await recordMeeting(run, decision, versions !== undefined && run.readsDefinition);
  await beginTests(run, versions ?? []);
}

/** Version logs first, the definition's log second: a crash in between is found again by the deterministic key. */
async function recordMeeting(run: Run, decision: DefinitionDecision, readsDefinition: boolean): Promise<void> {
  for (const { incarnation, version } of decision.deletions) {
    await unlessUnreadable(run, incarnation, version, async () => {
      const log = await incarnationOf(run, incarnation);
      if (log.entries.length > 0 && !stateOf(log).deleted)
        await append(run, log, await forConsumers(run, log, version, [{ type: 'versionDeleted' }]));
    });
  }
  const opened: DefinitionFact[] = [];
  const isNew = decision.facts.some(({ type }) => type === 'definitionDetected');
  const isMet = isNew || decision.detections.length > 0;
  const [image, sharing] = await Promise.all([
    isMet || readsDefinition ? readDefinition(run) : undefined,
    isMet ? recentSharing(run) : undefined,
  ]);
  const checkFile = image && (await keepCheckFile(run.ports, run.revision.policy.smokeTest.checkFile));
  for (const detection of image ? decision.detections : []) {
    await unlessUnreadable(run, detection.incarnation, detection.detected.version, async () => {
      const log = await incarnationOf(run, detection.incarnation);
      const plan = planOf(run, image, detection.version, run.revision.policy);
      if (log.entries.length === 0) {
        const found = { ...plan, ...newSharing(log, sharing), ...(checkFile && { checkFile }) };
        await append(run, log, [{ ...detection.detected, ...found }]);
      }
      opened.push({ ...detection.opened, ...newSharing(run.log, sharing) });
    });
  }
  for (const reopening of decision.reopenings) {
    await unlessUnreadable(run, reopening.incarnation, reopening.opened.version, async () => {
      const log = await incarnationOf(run, reopening.incarnation);
      if (!isReopened(stateOf(log), reopening.reason))
        await append(run, log, await forConsumers(run, log, reopening.opened.version, [reopening.reason]));
      opened.push(reopening.opened);
    });
  }
  const known = isNew ? undefined : foldDefinitionLog(run.log).image;
  const read = image instanceof AdapterError ? undefined : image;
  const described = read ? describedAnew(known, read, run.changedBy) : [];
  // Teams filter by operating system, and name the image by the ids of its gallery, from the first announcement on.
  const told = { ...(read && { osType: read.osType }), ...newSharing(run.log, sharing) };
  const facts = decision.facts.map((fact) => (fact.type === 'definitionDetected' ? { ...fact, ...told } : fact));
  await append(run, run.log, [...facts, ...described, ...opened]);
}

/** A crash came between the two logs. */
function isReopened({ outcome, lifecycle, release }: IncarnationState, reason: Reopening['reason']): boolean {
  const published = release?.published ?? {};
  if (reason.type === 'releaseStopped') return reason.hiddenIn.every((region) => !(region in published));
  if (reason.type === 'regionsShownByHand') return reason.regions.every((region) => region in published);
  if (reason.type === 'lifecycleDue') return lifecycle?.due !== undefined;
  if (reason.type !== 'endOfLifeNear') return outcome === undefined;
  return lifecycle?.warned?.endOfLife === reason.endOfLife && lifecycle.warned.days <= reason.days;
}

/** An intended write may have reset their publishedDate, even where the answer to it was lost. */
function versionsWrittenByUs(run: Run): Set<string> {
  const states = [...run.incarnations.values()].filter((log) => log.entries.length > 0).map(stateOf);
  return new Set(states.filter((state) => state.write !== undefined).map((state) => state.version));
}
