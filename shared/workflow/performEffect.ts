import type { Effect } from '../domain/effects.ts';
import { type IncarnationFact, settingsOf } from '../domain/facts.ts';
import type { ImageDefinitionId } from '../domain/ids.ts';
import { type Identity, identityOf, isSameIncarnation } from '../domain/incarnation.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { classOfError, withAdvice } from '../smokeTest/errorClasses.ts';
import { featuresAt } from '../smokeTest/plan/imageFeatures.ts';
import { releaseSlot, takeSlot } from './slots.ts';

/** Whom an effect concerns. */
export interface EffectTarget {
  definition: ImageDefinitionId;
  key: string;
  incarnation: string;
  identity: Identity;
  state: IncarnationState;
  slotsPerRegion: number;
}

/** Starts one effect and returns the facts of its outcome. Every effect may be repeated. */
export async function performEffect(ports: Ports, effect: Effect, target: EffectTarget): Promise<IncarnationFact[]> {
  switch (effect.kind) {
    case 'writeFlags':
      return writeFlags(ports, effect, target);
    case 'takeSlot': {
      const { region, vmName, attempt } = effect.launch;
      if (await takeSlot(ports, region, vmName, target.key, target.slotsPerRegion)) return [effect.launch];
      return effect.alreadyAwaited ? [] : [{ type: 'slotAwaited', attempt, region }];
    }
    case 'launch':
      return launch(ports, effect, target);
    case 'startChecks': {
      const { vmName, region, runCommand, script, timeoutSeconds, attempt } = effect;
      await ports.smokeTestVms.startRunCommand({ vmName, region, runCommand, script, timeoutSeconds });
      return [{ type: 'checksStarted', attempt }];
    }
    case 'saveEvidence': {
      const folder = `${target.key}/${target.state.version}/${target.incarnation}/${effect.attempt}`;
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

/** Reads the version once more before writing: a number that was created anew in the meantime is left alone. */
async function writeFlags(
  ports: Ports,
  { plan }: Extract<Effect, { kind: 'writeFlags' }>,
  { definition, state, identity }: EffectTarget,
): Promise<IncarnationFact[]> {
  const version = await ports.galleries.getVersion(definition, state.version);
  const writtenByUs = state.write !== undefined;
  if (!version || !isSameIncarnation(identity, identityOf(version), writtenByUs)) return [];
  await ports.galleries.writeFlags(definition, state.version, plan);
  return [{ type: 'galleryWriteAccepted' }];
}

async function launch(
  ports: Ports,
  effect: Extract<Effect, { kind: 'launch' }>,
  { definition, state }: EffectTarget,
): Promise<IncarnationFact[]> {
  const { attempt, vmName, expiresAt } = effect;
  const image = await ports.galleries.getDefinition(definition);
  if (!image) return [];
  // What was recorded before plans knew the definition says nothing of security.
  const [securityType] = featuresAt(image, state.version).securityTypes;
  try {
    const { imageVersionId } = state;
    const { operationUrl } = await ports.smokeTestVms.launch({
      vmName,
      expiresAt,
      imageVersionId,
      definition: image,
      ...(securityType && { securityType }),
      ...settingsOf(effect),
    });
    return [{ type: 'launchAccepted', attempt, ...(operationUrl !== undefined && { operationUrl }) }];
  } catch (error) {
    if (!(error instanceof AdapterError) || error.retryable) throw error;
    return refusedLaunch(attempt, error);
  }
}

/** Azure refused the VM at once: never the image's fault. What only an operator can mend is said to need one. */
function refusedLaunch(attempt: number, { code, message }: AdapterError): IncarnationFact[] {
  const { class: whose, advice } = classOfError(code, message);
  const reason = withAdvice(`launch refused: ${code}: ${message}`, advice);
  const facts: IncarnationFact[] = [
    { type: 'smokeTestFinished', attempt, verdict: 'inconclusive', reason, code, checks: [] },
  ];
  if (whose === 'configuration') facts.push({ type: 'needsAttention', code, reason });
  return facts;
}
