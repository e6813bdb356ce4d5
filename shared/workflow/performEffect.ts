import { changedMeanwhile, isOvertaken } from '../domain/changedMeanwhile.ts';
import type { Effect } from '../domain/effects.ts';
import { evidenceFolder } from '../domain/evidencePaths.ts';
import { type FactOf, type IncarnationFact, settingsOf } from '../domain/facts.ts';
import { metBy } from '../domain/galleryWrite.ts';
import type { ImageDefinitionId } from '../domain/ids.ts';
import type { ImageDefinition } from '../domain/imageDefinition.ts';
import { type ImageVersion, offeredRegions } from '../domain/imageVersion.ts';
import { type Identity, type IncarnationKeys, identityOf, isSameIncarnation } from '../domain/incarnation.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import { type AskedTest, isExpedited } from '../domain/launchWait.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { classOfError, withAdvice } from '../smokeTest/errorClasses.ts';
import { featuresAt } from '../smokeTest/plan/imageFeatures.ts';
import { takeDeletion } from './deletionsOfDay.ts';
import { releaseSlot, takeSlot } from './slots.ts';

/** The VM may start the script, and write what it printed, some minutes later than asked. */
const minutesToReport = 15;

/** Whom an effect concerns. */
export interface EffectTarget {
  definition: ImageDefinitionId;
  keys: IncarnationKeys;
  identity: Identity;
  state: IncarnationState;
  /** As the step has read it, or the log describes it: what changed since comes as an event of its own. */
  image?: ImageDefinition;
  /** As the step has seen it last. */
  seen?: ImageVersion;
  slotsPerRegion: number;
  /** Where its smoke test was asked for by hand. */
  test?: AskedTest;
  /** Whether the gallery write hides the version, and another step that has intended it may have begun it before. */
  isHiddenAgain: boolean;
  /** Whether the step may still start something; false once what it read is too old to act on. */
  mayStart(): boolean;
  /** Throws where somebody else has gone on with the incarnation since the step read its log. */
  confirm(): Promise<void>;
}

/** Starts one effect and returns the facts of its outcome. Every effect may be repeated. */
export async function performEffect(ports: Ports, effect: Effect, target: EffectTarget): Promise<IncarnationFact[]> {
  switch (effect.kind) {
    case 'writeFlags':
      return writeFlags(ports, effect, target);
    case 'takeDeletion':
      return takeDeletion(ports, effect, target.state.imageVersionId);
    case 'deleteVersion':
      return deleteVersion(ports, target);
    case 'takeSlot': {
      const { region, vmName, attempt } = effect.launch;
      const wanted = { vmName, key: target.keys.definition, limit: target.slotsPerRegion, rank: rankOf(target) };
      if (await takeSlot(ports, region, wanted)) return [effect.launch];
      return effect.alreadyAwaited ? [] : [{ type: 'slotAwaited', attempt, region }];
    }
    case 'launch':
      return launch(ports, effect, target);
    case 'startChecks': {
      const { answerFile, timeoutSeconds, attempt, kind: _, ...request } = effect;
      const path = `${evidenceFolder(target.keys, target.state.version, attempt)}/${answerFile}`;
      const minutes = Math.ceil(timeoutSeconds / 60) + minutesToReport;
      return unlessRefused('checks', { type: 'checksStarted', attempt }, async () => {
        const outputBlobUri = await ports.evidence.grantAppend(path, minutes);
        await ports.smokeTestVms.startRunCommand({ ...request, timeoutSeconds, outputBlobUri });
      });
    }
    case 'rebootGuest': {
      const { attempt, kind: _, ...request } = effect;
      return unlessRefused('reboot', { type: 'restartStarted', attempt, part: 'restart' }, () =>
        ports.smokeTestVms.startRunCommand({ ...request, timeoutSeconds: 60 }),
      );
    }
    case 'restartVm': {
      const { attempt, part, vmName } = effect;
      return unlessRefused(part, { type: 'restartStarted', attempt, part }, () =>
        ports.smokeTestVms.restart(vmName, part),
      );
    }
    case 'saveEvidence': {
      const folder = evidenceFolder(target.keys, target.state.version, effect.attempt);
      const files = await Promise.all(effect.files.map((file) => ports.evidence.save(folder, file)));
      return [{ type: 'evidenceSaved', attempt: effect.attempt, files }, effect.conclusion];
    }
    case 'deleteVm':
      await ports.smokeTestVms.delete(effect.vmName);
      return [{ type: 'vmDeletionAccepted', attempt: effect.attempt }];
    case 'releaseSlot':
      await releaseSlot(ports, effect.region, effect.vmName);
      return [{ type: 'vmGone', attempt: effect.attempt, vmName: effect.vmName }];
  }
}

function rankOf({ state, test }: EffectTarget): 0 | 1 | 2 {
  if (isExpedited(state, test)) return 0;
  return test?.counts ? 2 : 1;
}

async function writeFlags(
  ports: Ports,
  { plan }: Extract<Effect, { kind: 'writeFlags' }>,
  target: EffectTarget,
): Promise<IncarnationFact[]> {
  const { definition, state } = target;
  const found = await changeable(ports, target, state.write !== undefined);
  // Decided anew, on what is found now.
  if (!found || changedMeanwhile(state, found) || (state.write && isOvertaken(state.write, found))) return [];
  await ports.galleries.writeFlags(definition, state.version, plan, found);
  const met = metBy(found, state);
  return [{ type: 'galleryWriteAccepted', ...(met && { met }), ...(target.isHiddenAgain && { repeated: true }) }];
}

async function deleteVersion(ports: Ports, target: EffectTarget): Promise<IncarnationFact[]> {
  const found = await changeable(ports, target, false);
  // Decided anew, on what is found now.
  const isWanted = found && (offeredRegions(found).length > 0 || (found.endOfLifeDate ?? '') > ports.clock.now());
  if (!found || isWanted) return [];
  await ports.galleries.deleteVersion(target.definition, target.state.version);
  return [{ type: 'deletionAccepted' }];
}

/**
 * Reads the version once more before it is changed: a number that was created anew in the meantime is left alone. Where the
 * read took so long that somebody else may hold the session, and have gone beyond what is to be done, its log is asked.
 */
async function changeable(
  { galleries }: Ports,
  { definition, state, identity, mayStart, confirm }: EffectTarget,
  writtenByUs: boolean,
): Promise<ImageVersion | undefined> {
  const version = await galleries.getVersion(definition, state.version);
  const isSame = version !== undefined && isSameIncarnation(identity, identityOf(version), writtenByUs);
  if (!isSame) return undefined;
  await confirm();
  return mayStart() ? version : undefined;
}

async function launch(
  ports: Ports,
  effect: Extract<Effect, { kind: 'launch' }>,
  { definition, state, image: known, seen, mayStart, confirm }: EffectTarget,
): Promise<IncarnationFact[]> {
  const { attempt, imageVersionId, vmName, region, expiresAt } = effect;
  const image = known ?? (await ports.galleries.getDefinition(definition));
  if (!image) return [];
  // Where somebody else has ended the run meanwhile, its slot is another's.
  await confirm();
  if (!mayStart()) return [];
  // What was recorded before plans knew the definition says nothing of security.
  const [securityType] = featuresAt(image, state.version).securityTypes;
  try {
    const { operationUrl } = await ports.smokeTestVms.launch({
      vmName,
      expiresAt,
      imageVersionId,
      definition: image,
      // A control run is made from another version.
      ...(seen?.dataDiskLuns && imageVersionId === state.imageVersionId && { dataDiskLuns: seen.dataDiskLuns }),
      ...(securityType && { securityType }),
      ...settingsOf(effect),
    });
    return [{ type: 'launchAccepted', attempt, ...(operationUrl !== undefined && { operationUrl }) }];
  } catch (error) {
    if (!(error instanceof AdapterError) || error.retryable) throw error;
    return refusedLaunch(attempt, region, error);
  }
}

/** The fact that it is done, or that Azure refuses it for good; what a retry can mend is thrown. */
async function unlessRefused(
  what: string,
  done: FactOf<'checksStarted'> | FactOf<'restartStarted'>,
  call: () => Promise<void>,
): Promise<IncarnationFact[]> {
  try {
    await call();
    return [done];
  } catch (error) {
    if (!(error instanceof AdapterError) || error.retryable) throw error;
    return [refusal(done.attempt, what, error)];
  }
}

/** Azure refuses the VM at once: quota is waited for, anything else ends the run, and is never the image's fault. */
function refusedLaunch(attempt: number, region: string, error: AdapterError): IncarnationFact[] {
  const { errorClass, code, reason } = refusal(attempt, 'launch', error);
  if (errorClass === 'quota') return [{ type: 'quotaReached', attempt, region, code, reason }];
  return [{ type: 'runRefused', attempt, code, reason, errorClass }];
}

function refusal(attempt: number, what: string, { code, message }: AdapterError): FactOf<'runRefused'> {
  const { class: errorClass, advice } = classOfError(code, message);
  const reason = withAdvice(`${what} refused: ${message.includes(code) ? '' : `${code}: `}${message}`, advice);
  return { type: 'runRefused', attempt, code, reason, errorClass };
}
