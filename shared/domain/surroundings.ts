import type { Spending } from './budget.ts';
import type { DefinitionState } from './definitionState.ts';
import type { Outcome } from './facts.ts';
import { gateWait } from './gates.ts';
import { type GroupLook, groupWait, type Mate } from './groups.ts';
import { compareVersions, type ImageVersion, offeredRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import type { InstanceState } from './instanceState.ts';
import { type Instant, later } from './instant.ts';
import { type AskedTest, type LaunchLimits, launchLimits } from './launchWait.ts';
import type { PolicyRevision } from './policy.ts';
import { newRelease } from './releaseState.ts';

/** What the release of one version has to know of its image definition. */
export interface Surroundings extends LaunchLimits {
  policyHash: string;
  /** By region, the highest version that is published or adopted there, this one not counted. */
  latest: Record<string, string>;
  /** Regions in which another version that passed, or was adopted, is offered. */
  goodIn: string[];
  /** Those of them in which it does not end before this one, or has a higher number: this one may retire there. */
  successorIn: string[];
  /** When a release of another version of the image definition began last. */
  lastReleaseAt?: Instant;
  /** By region, the version that it was rolled back to. */
  pins: Record<string, string>;
  /** What this smoke test is, where it was asked for by hand. */
  test?: AskedTest;
  /** Where the image definition is a member of one. */
  group?: { name: string; mates: Mate[] };
  /** Versions with a higher number that were detected after this one. */
  newer: { version: string; stands: Standing }[];
}

/** `undecided`: no verdict yet. `waits`: passed, people are asked. `ready`: to be published. `out`: comes to nothing. */
export type Standing = 'undecided' | 'waits' | 'ready' | 'begun' | 'out';

export interface Scene {
  instance: InstanceState;
  definition: DefinitionState;
  siblings: IncarnationState[];
  /** As they were listed at the begin of the step. */
  versions: ImageVersion[];
  revision: PolicyRevision;
  group?: GroupLook;
  /** How much of the budget is spent, where the policy has one. */
  spending?: Spending | 'unreadable';
  now: Instant;
}

/** `test` where the smoke test was asked for by hand. */
export function surroundingsOf(scene: Scene, version: string, test?: AskedTest): Surroundings {
  const { definition, revision } = scene;
  const siblings = siblingsOf(scene, version);
  const lastReleaseAt = lastRelease(definition, siblings, version);
  return {
    policyHash: revision.hash,
    latest: highest(definition, siblings, version),
    goodIn: goodIn(scene, siblings, version),
    successorIn: successorIn(scene, siblings, version),
    ...(lastReleaseAt !== undefined && { lastReleaseAt }),
    pins: definition.pins,
    ...launchLimits(scene.instance, definition, scene.spending),
    ...(test && { test }),
    ...(scene.group && { group: groupAt(scene.group, version) }),
    newer: newerThan(scene, siblings, version),
  };
}

function siblingsOf(scene: Scene, version: string): IncarnationState[] {
  return scene.siblings.filter((other) => other.version !== version && !other.deleted && !other.byHand);
}

function groupAt({ name, mates }: GroupLook, version: string): NonNullable<Surroundings['group']> {
  return { name, mates: mates[version] ?? [] };
}

/** Passed, vouched for by two operators or adopted, and not taken out of latest by one. */
export function isGood(state: IncarnationState): boolean {
  const { adopted, quarantine, withdrawal, deleted } = state;
  return (hasPassed(state) || adopted === true) && !quarantine && !withdrawal && !deleted;
}

/** Passed, or vouched for by two operators: it may be published. */
export function hasPassed({ verdict, overridden }: IncarnationState): boolean {
  return verdict?.verdict === 'passed' || overridden !== undefined;
}

function highest(definition: DefinitionState, siblings: IncarnationState[], version: string): Record<string, string> {
  const latest: Record<string, string> = {};
  const note = (region: string, number: string) => {
    const known = latest[region];
    if (number !== version && (known === undefined || compareVersions(number, known) > 0)) latest[region] = number;
  };
  for (const [region, number] of Object.entries(definition.latest)) note(region, number);
  for (const sibling of siblings) {
    for (const region of Object.keys(sibling.release?.published ?? {})) note(region, sibling.version);
  }
  return latest;
}

function goodIn(scene: Scene, siblings: IncarnationState[], version: string): string[] {
  return [...new Set(goodVersions(scene, siblings, version).flatMap(usableRegions))];
}

function successorIn(scene: Scene, siblings: IncarnationState[], version: string): string[] {
  return [...new Set(successors(scene, siblings, version).flatMap(usableRegions))];
}

/** Of two whose end has come the higher number stays, so that never both go. */
function successors(scene: Scene, siblings: IncarnationState[], version: string): ImageVersion[] {
  return goodVersions(scene, siblings, version).filter(
    (other) =>
      compareVersions(other.version, version) > 0 ||
      other.endOfLifeDate === undefined ||
      other.endOfLifeDate > scene.now,
  );
}

/** Offered, and not known to be without a replica. */
function usableRegions(version: ImageVersion): string[] {
  const { replication } = version;
  return offeredRegions(version).filter((region) => replication === undefined || replication[region] === 'Completed');
}

/**
 * The next version to be read with its replicas before this one is taken out of latest because that one stands in its
 * regions: a list does not tell them (AgentBaker#8374). Undefined where nothing is taken out for such a reason, or all is known.
 */
export function toBeRead(scene: Scene, state: IncarnationState, asked: Set<string>): string | undefined {
  const { version, release, lifecycle, verdict, memberFailed } = state;
  const isRetired = lifecycle?.due?.stage === 'endOfLife';
  const isTaken = verdict?.verdict === 'failed' || memberFailed || release?.handEdit || release?.undoing;
  const regions = Object.keys(release?.published ?? {});
  if (!isRetired && !isTaken) return undefined;
  const siblings = siblingsOf(scene, version);
  const others = isRetired ? successors(scene, siblings, version) : goodVersions(scene, siblings, version);
  const known = others.filter(({ replication }) => replication !== undefined).flatMap(usableRegions);
  const open = regions.filter((region) => !known.includes(region));
  const unread = others.filter(
    (other) =>
      other.replication === undefined &&
      !asked.has(other.version) &&
      offeredRegions(other).some((region) => open.includes(region)),
  );
  return unread
    .map((other) => other.version)
    .sort(compareVersions)
    .at(-1);
}

export function goodVersions(
  { definition, versions }: Pick<Scene, 'definition' | 'versions'>,
  siblings: IncarnationState[],
  version: string,
): ImageVersion[] {
  const isGoodVersion = (number: string) => {
    const sibling = siblings.find((other) => other.version === number);
    if (sibling) return isGood(sibling);
    const known = definition.versions[number];
    return known?.kind === 'adopted' || (known?.kind === 'examined' && isKept(known.outcome));
  };
  return versions.filter((other) => other.version !== version && isGoodVersion(other.version));
}

/** Of finished versions those that are latest somewhere, or may be. */
function isKept(outcome: Outcome | undefined): boolean {
  return outcome === 'published' || outcome === 'adopted';
}

function lastRelease(definition: DefinitionState, siblings: IncarnationState[], version: string): Instant | undefined {
  let at = definition.lastRelease?.version === version ? definition.releaseBefore : definition.lastRelease?.at;
  for (const { release } of siblings) {
    if (release?.begunAt !== undefined) at = later(at ?? release.begunAt, release.begunAt);
  }
  return at;
}

function newerThan(scene: Scene, siblings: IncarnationState[], version: string): Surroundings['newer'] {
  const { versions } = scene.definition;
  const own = versions[version];
  if (own?.kind !== 'examined') return [];
  return Object.entries(versions).flatMap(([number, known]) => {
    if (known.kind !== 'examined' || known.openedAt <= own.openedAt || compareVersions(number, version) <= 0) return [];
    const sibling = siblings.find((other) => other.version === number);
    const stands = sibling ? standing(scene, sibling) : known.outcome === 'published' ? 'begun' : 'out';
    return [{ version: number, stands }];
  });
}

function standing({ revision, group, now }: Scene, sibling: IncarnationState): Standing {
  const { outcome, verdict, release, deleted, needsAttention, policyHash } = sibling;
  if (outcome === 'published') return 'begun';
  if (deleted || outcome !== undefined || needsAttention) return 'out';
  if (!isGood(sibling)) return verdict === undefined ? 'undecided' : 'out';
  if (release?.begunAt !== undefined) return 'begun';
  if (group && groupWait(groupAt(group, sibling.version)) !== undefined) return 'waits';
  const waits = gateWait(revision.policy.release, release ?? newRelease(policyHash), verdict?.at ?? now, now);
  return waits ? 'waits' : 'ready';
}
