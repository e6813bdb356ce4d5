import { type DefinitionDecision, decideDefinition } from '../domain/decideDefinition.ts';
import { foldDefinition } from '../domain/definitionState.ts';
import type { DefinitionFact, FactOf } from '../domain/facts.ts';
import { definitionResourceId } from '../domain/ids.ts';
import type { ImageDefinition } from '../domain/imageDefinition.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import { AdapterError } from '../errors.ts';
import { testPlan } from '../smokeTest/testPlan.ts';
import { append, incarnationOf, type Run, stateOf, unlessUnreadable } from './run.ts';

/** Compares the versions that exist with those in the log: adopts, detects, notes what is gone. */
export async function meetVersions(run: Run): Promise<void> {
  const { ports, definition, key, takenInChargeAt, revision } = run;
  const state = foldDefinition(run.log.entries);
  const versions = await ports.galleries.listVersions(definition);
  const writtenByUs = versionsWrittenByUs(run);
  const context = { definition, key, takenInChargeAt, revision, writtenByUs };
  const decision = decideDefinition(state, versions, context);
  await recordMeeting(run, decision);
}

/** Version logs first, the definition's log second: a crash in between is found again by the deterministic key. */
async function recordMeeting(run: Run, decision: DefinitionDecision): Promise<void> {
  for (const { incarnation, version } of decision.deletions) {
    await unlessUnreadable(run, incarnation, version, async () => {
      const log = await incarnationOf(run, incarnation);
      if (log.entries.length > 0 && !stateOf(log).deleted) await append(run, log, [{ type: 'versionDeleted' }]);
    });
  }
  const opened: DefinitionFact[] = [];
  const image = decision.detections.length > 0 ? await readDefinition(run) : undefined;
  for (const detection of image ? decision.detections : []) {
    await unlessUnreadable(run, detection.incarnation, detection.detected.version, async () => {
      const log = await incarnationOf(run, detection.incarnation);
      if (log.entries.length === 0)
        await append(run, log, [{ ...detection.detected, ...planOf(run, image, detection.version) }]);
      opened.push(detection.opened);
    });
  }
  for (const reopening of decision.reopenings) {
    await unlessUnreadable(run, reopening.incarnation, reopening.opened.version, async () => {
      const log = await incarnationOf(run, reopening.incarnation);
      if (stateOf(log).outcome !== undefined) await append(run, log, [reopening.reason]);
      opened.push(reopening.opened);
    });
  }
  await append(run, run.log, [...decision.facts, ...opened]);
}

/** As it is, or why it cannot be read; undefined to try again later. */
async function readDefinition(run: Run): Promise<ImageDefinition | AdapterError | undefined> {
  const { ports, definition } = run;
  try {
    const image = await ports.galleries.getDefinition(definition);
    if (image) return image;
    // Deleted since its versions were listed, or not yet seen by every part of Azure: the next step knows.
    const message = `${definitionResourceId(definition)} has versions, and is not found`;
    ports.log.warn(message);
    run.problem = new AdapterError(message, { code: 'ResourceNotFound', retryable: true });
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    if (!error.retryable) return error;
    run.problem = error;
  }
  return undefined;
}

/** A version whose definition cannot be understood is detected all the same: it has to be held. */
function planOf(
  { revision, ports }: Run,
  image: ImageDefinition | AdapterError | undefined,
  version: ImageVersion,
): Pick<FactOf<'versionDetected'>, 'osType' | 'testPlan' | 'leftOut' | 'planProblem'> {
  if (image === undefined || image instanceof AdapterError)
    return { testPlan: [], planProblem: `the image definition cannot be read: ${image?.message ?? 'not found'}` };
  const plan = testPlan(image, version, revision.policy, ports.smokeTestVms.regions);
  return {
    osType: image.osType,
    testPlan: plan.configurations,
    ...(plan.leftOut.length > 0 && { leftOut: plan.leftOut }),
    ...(plan.problem !== undefined && { planProblem: plan.problem }),
  };
}

/** An intended write may have reset their publishedDate, even where the answer to it was lost. */
function versionsWrittenByUs(run: Run): Set<string> {
  const states = [...run.incarnations.values()].filter((log) => log.entries.length > 0).map(stateOf);
  return new Set(states.filter((state) => state.write !== undefined).map((state) => state.version));
}
