import { type ByHand, changedByHand } from './changedByHand.ts';
import type { DefinitionState, KnownVersion } from './definitionState.ts';
import { movedEndOfLife, undoesMove } from './endOfLifeMoved.ts';
import type { DefinitionFact, FactOf, Mode } from './facts.ts';
import { definitionResourceId, type ImageDefinitionId, versionResourceId } from './ids.ts';
import { compareVersions, type ImageVersion, isHidden, isUnsettled, offeredRegions } from './imageVersion.ts';
import {
  type Identity,
  identityOf,
  incarnationKey,
  isIdentified,
  isSameIdentity,
  isSameIncarnation,
  learned,
} from './incarnation.ts';
import { type InstanceState, pauseOf } from './instanceState.ts';
import type { Instant } from './instant.ts';
import { arrivedReplicas } from './lateReplicas.ts';
import { type LifecycleReason, lifecycleReason } from './lifecycleDue.ts';
import type { PolicyRevision } from './policy.ts';

/** What is known of the surroundings when an image definition is looked at. */
export interface DefinitionContext {
  definition: ImageDefinitionId;
  key: string;
  takenInChargeAt: Instant;
  revision: PolicyRevision;
  instance: InstanceState;
  /** Versions whose flags the service has written and not yet seen settled: their publishedDate may be reset by us. */
  writtenByUs: Set<string>;
  now: Instant;
}

type Reopening =
  | FactOf<'driftFound'>
  | FactOf<'creationRepeated'>
  | FactOf<'replicationCaughtUp'>
  | ByHand
  | LifecycleReason;

export interface DefinitionDecision {
  /**
   * New incarnations: the first entry of a log of their own, with the test plan for their version, then
   * `incarnationOpened` in the definition's.
   */
  detections: {
    incarnation: string;
    version: ImageVersion;
    detected: Omit<FactOf<'versionDetected'>, 'testPlan'>;
    opened: FactOf<'incarnationOpened'>;
  }[];
  /** Finished incarnations with work again: an entry in their log, then `incarnationOpened` in the definition's. */
  reopenings: {
    incarnation: string;
    reason: Reopening;
    opened: FactOf<'incarnationOpened'>;
  }[];
  /** Finished incarnations whose version does not exist any more: the last entry of their log. */
  deletions: { incarnation: string; version: string }[];
  facts: DefinitionFact[];
}

/** Compares the versions that exist with those that are known; undefined versions mean that the definition is gone. */
export function decideDefinition(
  state: DefinitionState,
  versions: ImageVersion[] | undefined,
  context: DefinitionContext,
): DefinitionDecision {
  const decision: DefinitionDecision = { detections: [], reopenings: [], deletions: [], facts: [] };
  if (versions === undefined && (state.imageDefinitionId === undefined || state.deleted)) return decision;
  if (versions !== undefined && (state.imageDefinitionId === undefined || state.deleted)) {
    const imageDefinitionId = definitionResourceId(context.definition);
    decision.facts.push({ type: 'definitionDetected', imageDefinitionId, takenInChargeAt: context.takenInChargeAt });
  }
  forgetGone(state, versions ?? [], decision);
  const adopted: FactOf<'versionsAdopted'>['versions'] = [];
  for (const version of (versions ?? []).toSorted((a, b) => compareVersions(a.version, b.version))) {
    meet(state, version, context, decision, adopted);
  }
  if (adopted.length > 0) decision.facts.push({ type: 'versionsAdopted', versions: adopted });
  if (versions === undefined) decision.facts.push({ type: 'definitionDeleted' });
  return decision;
}

function forgetGone(state: DefinitionState, versions: ImageVersion[], decision: DefinitionDecision): void {
  const existing = new Set(versions.map((version) => version.version));
  for (const [version, known] of Object.entries(state.versions)) {
    if (existing.has(version)) continue;
    noteDeletion(known, version, decision);
    decision.facts.push({ type: 'versionGone', version });
  }
}

function meet(
  state: DefinitionState,
  version: ImageVersion,
  context: DefinitionContext,
  decision: DefinitionDecision,
  adopted: FactOf<'versionsAdopted'>['versions'],
): void {
  const known = state.versions[version.version];
  const seen = identityOf(version);
  const writtenByUs = context.writtenByUs.has(version.version);
  if (known && isSameIncarnation(known.identity, seen, writtenByUs)) {
    const identity = learned(known.identity, seen, writtenByUs);
    if (!isSameIdentity(identity, known.identity))
      decision.facts.push({ type: 'identityLearned', version: version.version, identity });
    const moved = movedEndOfLife(known, version);
    if (moved) decision.facts.push(moved);
    reopen(state, known, version, moved, context, decision);
    return;
  }
  if (!isIdentified(seen)) return;
  if (known) noteDeletion(known, version.version, decision);
  if ((seen.createdAt ?? seen.publishedDate ?? '') < context.takenInChargeAt) {
    adopted.push({ version: version.version, identity: seen, endOfLife: version.endOfLifeDate ?? null });
    return;
  }
  decision.detections.push(detect(version, seen, context));
}

function detect(
  version: ImageVersion,
  identity: Identity,
  context: DefinitionContext,
): DefinitionDecision['detections'][number] {
  const { definition, key, revision } = context;
  const incarnation = incarnationKey(key, version.version, identity);
  return {
    incarnation,
    version,
    detected: {
      type: 'versionDetected',
      imageVersionId: versionResourceId(definition, version.version),
      version: version.version,
      identity,
      mode: revision.policy.mode,
      policyHash: revision.hash,
      smokeTest: revision.policy.smokeTest,
      visible: !isHidden(version),
      ...(version.tags && { tags: version.tags }),
    },
    opened: {
      type: 'incarnationOpened',
      version: version.version,
      incarnation,
      identity,
      endOfLife: version.endOfLifeDate ?? null,
    },
  };
}

function reopen(
  state: DefinitionState,
  known: KnownVersion,
  version: ImageVersion,
  moved: ReturnType<typeof movedEndOfLife>,
  context: DefinitionContext,
  decision: DefinitionDecision,
): void {
  if (known.kind !== 'examined' || known.outcome === undefined) return;
  const { incarnation, identity } = known;
  const { mode, lifecycle } = context.revision.policy;
  const isAwake = mode === 'enforce' && !pauseOf(context.instance, state);
  // A date that is to be undone comes before what else was changed with it, which is found again after that.
  const reason =
    untested(known, version, mode) ??
    (moved?.type === 'endOfLifeMoved' ? undoesMove(known, moved, context.revision.policy, context.now) : undefined) ??
    changed(known, version, mode) ??
    (isAwake ? lifecycleReason(state, known, version, lifecycle, context.now) : undefined);
  if (!reason) return;
  const opened = { type: 'incarnationOpened' as const, version: version.version, incarnation, identity };
  const deletes = reason.type === 'lifecycleDue' && reason.stage === 'delete';
  if (!deletes) decision.reopenings.push({ incarnation, reason, opened });
  else if (!isDeleting(state, decision))
    decision.reopenings.push({ incarnation, reason, opened: { ...opened, deleting: true } });
}

/** Retention goes one by one: the next version has its turn when this one is gone, or kept. */
function isDeleting({ open }: DefinitionState, { reopenings }: DefinitionDecision): boolean {
  return Object.values(open).some(({ deleting }) => deleting) || reopenings.some(({ opened }) => opened.deleting);
}

type Examined = Extract<KnownVersion, { kind: 'examined' }>;

function untested({ outcome, keptHidden }: Examined, version: ImageVersion, mode: Mode): Reopening | undefined {
  if (outcome === 'creationFailed' && version.provisioningState === 'Succeeded')
    return { type: 'creationRepeated', visible: !isHidden(version) };
  if (keptHidden && mode === 'enforce' && !isHidden(version))
    return { type: 'driftFound', visibleIn: offeredRegions(version) };
  return undefined;
}

/** Flags, once nobody is writing them any more, and replicas. */
function changed(known: Examined, version: ImageVersion, mode: Mode): Reopening | undefined {
  if (mode !== 'enforce') return undefined;
  const byHand = isUnsettled(version) ? undefined : changedByHand(known, version);
  if (byHand) return byHand;
  const regions = arrivedReplicas(known, version);
  return regions.length > 0 ? { type: 'replicationCaughtUp', regions } : undefined;
}

function noteDeletion(known: KnownVersion, version: string, decision: DefinitionDecision): void {
  if (known.kind !== 'examined' || known.outcome === undefined) return;
  decision.deletions.push({ incarnation: known.incarnation, version });
}

/** The entries that record a change of what Azure picks per region. */
export function latestChanges(known: Record<string, string>, seen: Record<string, string>): FactOf<'latestChanged'>[] {
  const regions = [...new Set([...Object.keys(known), ...Object.keys(seen)])].sort();
  return regions
    .filter((region) => known[region] !== seen[region])
    .map((region) => ({
      type: 'latestChanged',
      region,
      version: seen[region] ?? null,
      previous: known[region] ?? null,
    }));
}
