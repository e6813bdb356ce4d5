import type { DefinitionState, KnownVersion } from './definitionState.ts';
import type { Outcome } from './facts.ts';
import { vetoed } from './gates.ts';
import type { IncarnationState } from './incarnationState.ts';

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
 * `vetoed`: passed, and somebody does not want it yet. `out`: passed, but was taken out of latest or overtaken, and does not
 * come back by itself.
 */
export type MateStanding = 'missing' | 'undecided' | 'passed' | 'vetoed' | 'failed' | 'out';

/** The group of the image definition that is looked at, by version number. */
export interface GroupLook {
  name: string;
  mates: Record<string, Mate[]>;
}

const byOutcome: Record<Outcome, MateStanding> = {
  published: 'passed',
  wouldPublish: 'passed',
  adopted: 'passed',
  quarantined: 'failed',
  wouldQuarantine: 'failed',
  creationFailed: 'failed',
  deleted: 'missing',
  inconclusive: 'undecided',
  observed: 'undecided',
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
): MateStanding {
  const known: KnownVersion | undefined = versions[version];
  if (!known) return 'missing';
  if (known.kind === 'adopted') return 'passed';
  if (state) return standingOf(state);
  return known.outcome === undefined ? 'undecided' : byOutcome[known.outcome];
}

function standingOf(state: IncarnationState): MateStanding {
  const { deleted, quarantine, withdrawal, verdict, overridden, outcome, adopted, release } = state;
  if (deleted) return 'missing';
  if (quarantine || withdrawal?.why === 'quarantine' || verdict?.verdict === 'failed') return 'failed';
  if (withdrawal) return 'out';
  if (outcome !== undefined && byOutcome[outcome] !== 'undecided') return byOutcome[outcome];
  if (verdict?.verdict !== 'passed' && !overridden && !adopted) return 'undecided';
  return release && vetoed(release) ? 'vetoed' : 'passed';
}

/** Why no member may start, in words; undefined when all of them passed. */
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
  passed: 'passed',
  vetoed: 'is vetoed',
  failed: 'failed',
  out: 'is out of latest',
};

export function describeMate({ image, stands }: Mate): string {
  return `${image} ${words[stands]}`;
}
