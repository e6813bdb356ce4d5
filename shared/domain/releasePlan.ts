import { nextOpening } from './calendar.ts';
import { latestChanges } from './decideDefinition.ts';
import type { DefinitionState } from './definitionState.ts';
import { effectiveLatest } from './effectiveLatest.ts';
import { offerIn, withPlan } from './flagPlan.ts';
import { gateWait } from './gates.ts';
import { groupWait } from './groups.ts';
import { type ImageVersion, offeredRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import { addMs, type Instant, later } from './instant.ts';
import { describeLatest, type LatestChange } from './latestChange.ts';
import type { Policy } from './policy.ts';
import { newRelease } from './releaseState.ts';
import { everywhere } from './requests.ts';
import { ringsOf } from './rings.ts';
import { isGood, type Surroundings } from './surroundings.ts';

/** What one ring of an automatic release will bring. */
export interface RingPlan {
  ring: number;
  of: number;
  /** Those in which it is not published yet. */
  regions: string[];
  /** The earliest instant by the rules of now; absent where no window opens within 400 days. */
  at?: Instant;
  changes: LatestChange[];
}

export interface ReleasePlan {
  /** What it waits for, besides time and replication; empty where it goes on by itself. */
  waits: string[];
  /** What else is under way and would change the plan: it is taken to come to nothing before. */
  assumes: string[];
  rings: RingPlan[];
}

export interface Releasing {
  state: IncarnationState;
  version: ImageVersion;
  /** As Azure lists them, this one among them. */
  versions: ImageVersion[];
  definition: DefinitionState;
  policy: Policy;
  surroundings: Pick<Surroundings, 'newer' | 'paused' | 'group'>;
  now: Instant;
}

/**
 * What an automatic release will do before it does it: per ring the regions, the earliest instant and what Azure will pick
 * then. It takes for granted that the version passes, that whoever is asked agrees, and that replicas arrive in time; what a
 * newer version would change is said. One whose place a newer version takes has no rings left.
 */
export function planRelease(releasing: Releasing): ReleasePlan {
  const { state, version, versions, definition, policy, surroundings, now } = releasing;
  const release = state.release ?? newRelease(state.policyHash);
  const rings = ringsOf(policy.release, version);
  const isBegun = Object.keys(release.published).length > 0;
  const newer = isBegun || release.ordered ? [] : surroundings.newer;
  const successor = newer.find(({ stands }) => stands === 'ready' || stands === 'begun');
  const isOver = state.deleted || state.outcome !== undefined;
  const { lastRelease } = definition;
  const before = lastRelease?.version === version.version ? definition.releaseBefore : lastRelease?.at;
  const plans: RingPlan[] = [];
  let seen = versions.map((each) => (each.version === version.version ? replicated(version) : each));
  let from: Instant | undefined = now;
  for (const [index, { regions, soakHours }] of isOver || successor ? [] : rings.entries()) {
    const left = regions.filter((region) => release.published[region] === undefined);
    const begins = plans.length === 0 && Object.keys(release.published).length === 0;
    if (left.length > 0 && from !== undefined && !release.expedited)
      from = nextOpening(policy.release, from, begins ? before : undefined);
    if (left.length > 0) {
      const after = seen.map((each) => (each.version === version.version ? shown(each, left) : each));
      const changes = latestChanges(effectiveLatest(seen), effectiveLatest(after)).map(({ type: _, ...each }) => each);
      seen = after;
      const at = from !== undefined && { at: from };
      plans.push({ ring: index + 1, of: rings.length, regions: left, ...at, changes });
    }
    const soaks = release.expedited ? 0 : soakHours * 3_600_000;
    const settled = left.length > 0 ? from : lastOf(regions.flatMap((region) => release.published[region] ?? []));
    from = settled === undefined ? undefined : later(now, addMs(settled, soaks));
  }
  if (isOver) return { waits: [], assumes: [], rings: [] };
  if (successor) return { waits: [], assumes: [`${successor.version} passed, and takes its place`], rings: [] };
  const assumes = newer
    .filter(({ stands }) => stands !== 'out')
    .map((rival) => `${rival.version}, which is newer, is not ready before it: it would take its place`);
  return { waits: waitsOf(releasing, release), assumes, rings: plans };
}

/** Of a version from before the service, which is left as it is. */
export function planAdopted(): ReleasePlan {
  const wait =
    'it was adopted, and nothing is done with it by itself: take it in to have it tested, and then published';
  return { waits: [wait], assumes: [], rings: [] };
}

/** For people, what it waits for first. */
export function describeRelease({ waits, assumes, rings }: ReleasePlan): string[] {
  return [
    ...waits.map((wait) => `waits: ${wait}`),
    ...assumes.map((assumed) => `assumes: ${assumed}`),
    ...rings.flatMap(({ ring, of, regions, at, changes }) => [
      `ring ${ring} of ${of}, ${at === undefined ? 'when a window opens' : `from ${at}`}: ${regions.join(', ')}`,
      ...changes.map((change) => `  ${describeLatest(change)}`),
    ]),
  ];
}

function waitsOf(
  { state, definition, policy, surroundings, now }: Releasing,
  release: ReturnType<typeof newRelease>,
): string[] {
  const { verdict, needsAttention } = state;
  const isBegun = Object.keys(release.published).length > 0;
  const gate = gateWait(policy.release, release, verdict?.at ?? now, now);
  const group = groupWait(surroundings.group);
  const pins = Object.entries(definition.pins).map(
    ([region, to]) => `${region === everywhere ? 'all' : region} to ${to}`,
  );
  return [
    ...(isGood(state) ? [] : [verdict ? `it is ${verdict.verdict}` : 'for the verdict of its smoke test']),
    ...(policy.mode === 'enforce' ? [] : [`the mode is ${policy.mode}, and nothing is published`]),
    ...(needsAttention ? [needsAttention.reason] : []),
    ...(surroundings.paused ? [surroundings.paused.reason] : []),
    ...(pins.length > 0 ? [`pinned since a rollback: ${pins.join(', ')}`] : []),
    ...(gate ? [gate.reason] : []),
    ...(group !== undefined && !isBegun ? [group] : []),
  ];
}

function replicated(version: ImageVersion): ImageVersion {
  return { ...version, replication: Object.fromEntries(version.targetRegions.map(({ name }) => [name, 'Completed'])) };
}

function shown(version: ImageVersion, regions: string[]): ImageVersion {
  return withPlan(version, offerIn(version, [...offeredRegions(version), ...regions]));
}

function lastOf(instants: Instant[]): Instant | undefined {
  return instants.sort().at(-1);
}
