import type { DefinitionState, KnownVersion } from './definitionState.ts';
import { effectiveMode } from './effectiveMode.ts';
import type { Mode, Outcome } from './facts.ts';
import { gateWait, vetoed } from './gates.ts';
import type { IncarnationState } from './incarnationState.ts';
import type { Instant } from './instant.ts';
import type { ReleaseRules } from './releaseRules.ts';
import { newRelease } from './releaseState.ts';

/** Image definitions of one gallery whose versions of equal number are published all or none. */
export interface Group {
  name: string;
  /** The other members, as the policy spells them. */
  mates: string[];
}

/** What another member of the group has under one version number. */
export interface Mate {
  image: string;
  stands: MateStanding;
}

/**
 * `awaited`: passed, and its own gates wait for people, or were closed by their silence. `vetoed`: passed, and somebody does
 * not want it yet. `restrained`: its mode is, or was, one that publishes nothing. `out`: passed, but was taken out of latest or
 * overtaken. These two do not come back by themselves.
 */
export type MateStanding = 'missing' | 'undecided' | 'awaited' | 'passed' | 'vetoed' | 'restrained' | 'failed' | 'out';

/** By which another member of the group is released. */
export interface MateRules {
  mode: Mode;
  release: ReleaseRules;
}

/** The group of the image definition that is looked at, by version number. */
export interface GroupLook {
  name: string;
  mates: Record<string, Mate[]>;
}

const byOutcome: Record<Outcome, MateStanding> = {
  published: 'passed',
  wouldPublish: 'restrained',
  adopted: 'passed',
  quarantined: 'failed',
  wouldQuarantine: 'failed',
  creationFailed: 'failed',
  deleted: 'missing',
  inconclusive: 'undecided',
  observed: 'restrained',
  tested: 'undecided',
  superseded: 'out',
  rolledBack: 'out',
  stopped: 'out',
  retired: 'out',
};

/** From the other definition's log, and from the version's own log while it is under way. */
export function standingOfMate(
  versions: DefinitionState['versions'],
  version: string,
  state: IncarnationState | undefined,
  rules: MateRules,
  now: Instant,
): MateStanding {
  const known: KnownVersion | undefined = versions[version];
  if (!known) return 'missing';
  if (known.kind === 'adopted') return 'passed';
  if (state) return standingOf(state, rules, now);
  return known.outcome === undefined ? 'undecided' : byOutcome[known.outcome];
}

function standingOf(state: IncarnationState, rules: MateRules, now: Instant): MateStanding {
  const { deleted, quarantine, withdrawal, verdict, overridden, outcome, adopted } = state;
  if (deleted) return 'missing';
  if (quarantine || withdrawal?.why === 'quarantine' || verdict?.verdict === 'failed') return 'failed';
  if (withdrawal) return 'out';
  if (outcome !== undefined && byOutcome[outcome] !== 'undecided') return byOutcome[outcome];
  if (verdict?.verdict !== 'passed' && !overridden && !adopted) return 'undecided';
  return standingAtGates(state, rules, now);
}

/** Gates are for a release that has not begun; a veto halts one that has, too. */
function standingAtGates(state: IncarnationState, { mode, release: rules }: MateRules, now: Instant): MateStanding {
  const { write, verdict, policyHash, release = newRelease(policyHash) } = state;
  if (vetoed(release)) return 'vetoed';
  const isBegun = Object.keys(release.published).length > 0 || write?.purpose === 'publish';
  if (isBegun) return 'passed';
  if (effectiveMode(state.mode, mode) !== 'enforce') return 'restrained';
  return gateWait(rules, release, verdict?.at ?? now, now) ? 'awaited' : 'passed';
}

/** Why no member may start, in words; undefined when all of them passed, their own gates too. */
export function groupWait(group: { name: string; mates: Mate[] } | undefined): string | undefined {
  const absent = group?.mates.filter(({ stands }) => stands !== 'passed') ?? [];
  if (!group || absent.length === 0) return undefined;
  return `the group ${group.name} is published all or none: ${absent.map(describeMate).join(', ')}`;
}

/** Why no member may go on with a release that has begun, in words. */
export function groupVeto(group: { name: string; mates: Mate[] } | undefined): string | undefined {
  const objects = group?.mates.filter(({ stands }) => stands === 'vetoed') ?? [];
  return group && objects.length > 0 ? groupWait({ ...group, mates: objects }) : undefined;
}

const words: Record<MateStanding, string> = {
  missing: 'is missing',
  undecided: 'is not judged yet',
  awaited: 'waits for an approval or an answer',
  passed: 'passed',
  vetoed: 'is vetoed',
  restrained: 'was seen in a mode that publishes nothing',
  failed: 'failed',
  out: 'is out of latest',
};

export function describeMate({ image, stands }: Mate): string {
  return `${image} ${words[stands]}`;
}
