import { latestChanges } from './decideDefinition.ts';
import { effectiveLatest } from './effectiveLatest.ts';
import type { IncarnationFact } from './facts.ts';
import { offerIn, withPlan } from './flagPlan.ts';
import { describeMate, type Mate } from './groups.ts';
import { type ImageVersion, offeredRegions } from './imageVersion.ts';
import { describeLatest, type LatestChange } from './latestChange.ts';

/** Another member of the group, as a plan has to know it for one version number. */
export interface MateLook extends Mate {
  /** As Azure lists them; without replication status. */
  versions: ImageVersion[];
  /** Regions in which another good version is offered. */
  goodIn: string[];
}

/** What becomes of the same version number of another member. */
export interface MemberPlan {
  image: string;
  version: string;
  becomes: 'stays' | 'publishedToo' | 'holdsAll' | 'held' | 'rolledBack' | 'asked';
  reason: string;
  changes: LatestChange[];
}

export interface GroupPlan {
  name: string;
  /** No member is published yet, whatever the request. */
  waits: boolean;
  /** What is said before the members. */
  says: string;
  members: MemberPlan[];
}

/** By version number that the request touches: what is entered for it, and the other members. */
export type Touched = Record<string, { facts: IncarnationFact[]; mates: MateLook[] }>;

type Effect = 'publish' | 'rollback' | 'fail';

/** What a request for one member of a group means to the others; undefined where it means nothing. */
export function planGroup(name: string, touched: Touched): GroupPlan | undefined {
  const found = Object.entries(touched).flatMap(([version, { facts, mates }]) => {
    const effect = effectOn(facts);
    return effect === undefined ? [] : [{ effect, version, mates }];
  });
  const [first] = found;
  if (!first) return undefined;
  const { effect } = first;
  const members = found.flatMap(({ version, mates }) => mates.map((mate) => planMember(effect, version, mate)));
  const waits = members.some(({ becomes }) => becomes === 'holdsAll');
  const says = {
    publish: `the group ${name} is published all or none${waits ? ', and waits:' : ':'}`,
    rollback: `the group ${name}: a rollback concerns the member that it names`,
    fail: `the group ${name} is published all or none, and this member fails:`,
  }[effect];
  return { name, waits, says, members };
}

/** For people, the members below what is said of all. */
export function describeGroup({ says, members }: GroupPlan): string[] {
  return [
    says,
    ...members.flatMap(({ image, version, reason, changes }) => [
      `${image} ${version} ${reason}`,
      ...changes.map((change) => `  ${describeLatest(change)}`),
    ]),
  ];
}

function effectOn(facts: IncarnationFact[]): Effect | undefined {
  for (const fact of facts) {
    if (fact.type === 'withdrawalOrdered') return fact.why === 'quarantine' ? 'fail' : 'rollback';
    if (fact.type === 'answered' && fact.answer === 'approve') return 'publish';
    if (['publicationOrdered', 'expedited', 'verdictOverridden'].includes(fact.type)) return 'publish';
  }
  return undefined;
}

const before: Partial<Record<Mate['stands'], string>> = { awaited: 'that', restrained: 'it may be' };

function planMember(effect: Effect, version: string, mate: MateLook): MemberPlan {
  const own = mate.versions.find((each) => each.version === version);
  const offered = own ? offeredRegions(own) : [];
  const plan = (becomes: MemberPlan['becomes'], reason: string, changes: LatestChange[] = []) => {
    return { image: mate.image, version, becomes, reason, changes };
  };
  const stands = describeMate(mate).slice(mate.image.length + 1);
  if (mate.stands !== 'passed')
    return effect === 'publish'
      ? plan('holdsAll', `${stands}: no member is published before ${before[mate.stands] ?? 'it has passed'}`)
      : plan('stays', `${stands}, and stays so`);
  if (effect !== 'fail' && offered.length > 0) return plan('stays', 'is published, and stays so');
  if (effect === 'publish') return plan('publishedToo', `${stands}, and is published as soon as all may be`);
  if (!own || offered.length === 0) return plan('held', `${stands}, and is not published any more by itself`);
  const regions = offered.filter((region) => mate.goodIn.includes(region));
  const asked = offered.filter((region) => !mate.goodIn.includes(region));
  const ask = `in ${asked.join(', ')} nothing else would be latest: a person is asked`;
  if (regions.length === 0) return plan('asked', `stays published: ${ask}`);
  const after = mate.versions.map((each) => (each === own ? withPlan(own, offerIn(own, asked)) : each));
  const reason = `is taken out of latest in ${regions.join(', ')}${asked.length > 0 ? `; ${ask}` : ''}`;
  const changes = latestChanges(effectiveLatest(mate.versions), effectiveLatest(after));
  return plan(
    'rolledBack',
    reason,
    changes.map(({ type: _, ...change }) => change),
  );
}
