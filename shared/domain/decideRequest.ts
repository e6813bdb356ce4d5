import type { DefinitionState } from './definitionState.ts';
import type { Entry } from './entries.ts';
import type { DefinitionFact, FactOf, IncarnationFact } from './facts.ts';
import { compareVersions, type ImageVersion, isOfferedIn, offeredRegions, replicatedRegions } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import type { Policy } from './policy.ts';
import { isPublished } from './releaseState.ts';
import { retestOf } from './requestEffect.ts';
import { everywhere, type PendingRequest, type RequestFact } from './requests.ts';
import { hasPassed, isGood } from './surroundings.ts';

/** What is known when a request is decided on. */
export interface RequestContext {
  definition: DefinitionState;
  /** By version number; adopted versions have none. */
  incarnations: Record<string, IncarnationState>;
  /** As Azure shows them; those that Azure picks, and the one that is asked about, with their replication. */
  versions: ImageVersion[];
  policy: Policy;
}

/** Entries for the logs of versions, then for the definition's; or why nothing is done. */
export type RequestDecision =
  | { kind: 'accepted'; versions: Record<string, IncarnationFact[]>; facts: DefinitionFact[]; reason: string }
  | { kind: 'refused'; reason: string };

type Ask<T extends RequestFact['type']> = (
  asked: FactOf<T>,
  request: Pick<PendingRequest, 'id' | 'by'>,
  context: RequestContext,
) => RequestDecision;

/** What comes of a request. Pure, so that it can be shown as a plan before it is made. */
export function decideRequest({ asked, ...request }: PendingRequest, context: RequestContext): RequestDecision {
  switch (asked.type) {
    case 'pauseRequested':
      return accept({}, [{ type: 'paused', reason: asked.reason }], 'paused: work waits until it is resumed');
    case 'resumeRequested':
      return accept({}, [{ type: 'resumed', reason: asked.reason }], 'resumed');
    case 'answerRequested':
      return answer(asked, request, context);
    case 'retestRequested':
      return retest(asked, request, context);
    case 'reopenRequested':
      return reopen(asked, request, context);
    case 'takeInRequested':
      return takeIn(asked, request, context);
    case 'announceRequested':
      return announceAgain(asked, request, context);
    default: {
      const restrained = whyRestrained(context.policy);
      return restrained === undefined ? decideWrite(asked, request, context) : refuse(restrained);
    }
  }
}

/** Those that come to a write of the gallery. */
type WriteRequest = FactOf<
  | 'publishRequested'
  | 'liftRequested'
  | 'quarantineRequested'
  | 'rollbackRequested'
  | 'expediteRequested'
  | 'overrideRequested'
>;

function decideWrite(
  asked: WriteRequest,
  request: Pick<PendingRequest, 'id' | 'by'>,
  context: RequestContext,
): RequestDecision {
  switch (asked.type) {
    case 'publishRequested':
      return publish(asked, request, context);
    case 'liftRequested':
      return lift(asked, request, context);
    case 'quarantineRequested':
      return quarantine(asked, request, context);
    case 'rollbackRequested':
      return rollBack(asked, request, context);
    case 'expediteRequested':
      return expedite(asked, request, context);
    case 'overrideRequested':
      return override(asked, request, context);
  }
}

const answer: Ask<'answerRequested'> = ({ version, team, ...said }, { id, by }, context) => {
  const state = context.incarnations[version];
  if (!state) return refuse(unknown(version, context));
  const over = state.deleted || (state.outcome !== undefined && state.outcome !== 'published');
  if (over) return refuse(`${version} is ${outcomeOf(state)}: there is nothing to answer`);
  if (state.outcome === 'published' && said.answer === 'veto')
    return refuse(`${version} is published already: roll it back or quarantine it`);
  if (team !== undefined && !context.policy.release.gates.teams.includes(team))
    return refuse(`the policy asks team ${team} for no answer: see release.gates.teams`);
  const { reason, evidence } = said;
  const fact = {
    type: 'answered' as const,
    request: id,
    by,
    answer: said.answer,
    reason,
    ...(team && { team }),
    ...(evidence && { evidence }),
  };
  return accept({ [version]: [fact] }, [], `${said.answer} noted`);
};

const publish: Ask<'publishRequested'> = ({ version, reason }, { id, by }, context) => {
  const state = context.incarnations[version];
  if (!state) return refuse(unknown(version, context));
  if (state.deleted) return refuse(`${version} was deleted`);
  if (state.quarantine) return refuse(`${version} is quarantined by an operator: lift the quarantine`);
  if (!isGood(state) || !hasPassed(state))
    return refuse(`${version} has no passed verdict: nothing is published untested`);
  const seen = context.versions.find((candidate) => candidate.version === version);
  const isEverywhere = seen?.targetRegions.every(({ name }) => isOfferedIn(seen, name)) ?? true;
  if (state.outcome === 'published' && isEverywhere) return refuse(`${version} is published`);
  return accept({ [version]: [{ type: 'publicationOrdered', request: id, by, reason }] }, [], 'to be published');
};

const lift: Ask<'liftRequested'> = ({ version, reason }, { id, by }, context) => {
  const state = context.incarnations[version];
  if (!state) return refuse(unknown(version, context));
  if (!state.quarantine && !state.withdrawal)
    return refuse(
      state.verdict?.verdict === 'failed'
        ? `${version} failed its smoke test: have it tested again, or name a known issue with ticket and expiry in its check file`
        : `${version} is not quarantined by an operator`,
    );
  if (state.adopted && state.verdict === undefined)
    return refuse(`${version} was adopted, and has no verdict: have it tested again first`);
  return accept(
    { [version]: [{ type: 'publicationOrdered', request: id, by, reason }] },
    [],
    'the quarantine is lifted',
  );
};

const quarantine: Ask<'quarantineRequested'> = ({ version, reason }, { id, by }, context) => {
  const known = context.definition.versions[version];
  if (!known) return refuse(unknown(version, context));
  const state = context.incarnations[version];
  if (state?.quarantine) return refuse(`${version} is quarantined already`);
  const fact = { type: 'withdrawalOrdered' as const, request: id, by, why: 'quarantine' as const, regions: [], reason };
  return accept({ [version]: [fact] }, [], 'to be quarantined');
};

/** Names its target, never guesses, and leaves no region without a latest version. */
const rollBack: Ask<'rollbackRequested'> = ({ version, reason, regions }, { id, by }, context) => {
  const { versions, incarnations } = context;
  const target = versions.find((candidate) => candidate.version === version);
  if (!target) return refuse(`${version} does not exist: nothing can be rolled back to it`);
  const state = incarnations[version];
  if (state ? !isGood(state) : context.definition.versions[version]?.kind !== 'adopted')
    return refuse(`${version} has no passed verdict: nothing is rolled back to it`);
  const newer = versions.filter((candidate) => compareVersions(candidate.version, version) > 0);
  const where = regions ?? [...new Set(newer.flatMap(offeredRegions))].sort();
  const replicated = target.replication ? replicatedRegions(target) : offeredRegions(target);
  const empty = where.filter((region) => !isOfferedIn(target, region) || !replicated.includes(region));
  if (empty.length > 0)
    return refuse(
      `${version} is not published and replicated in ${empty.join(', ')}: nothing would be latest there; publish it there first, or name the other regions`,
    );
  const orders = newer.flatMap((candidate): [string, IncarnationFact[]][] => {
    const concerned = where.filter((region) => isOfferedIn(candidate, region));
    if (concerned.length === 0) return [];
    const fact = { type: 'withdrawalOrdered' as const, request: id, by, why: 'rollback' as const, regions: concerned };
    return [[candidate.version, [{ ...fact, reason: `rolled back to ${version}: ${reason}` }]]];
  });
  const pinned = { type: 'pinned' as const, version, regions: regions ?? [...where, everywhere], reason };
  const done = orders.map(([number]) => number).join(', ') || 'nothing';
  return accept(Object.fromEntries(orders), [pinned], `${done} is taken out of latest; pinned to ${version}`);
};

const expedite: Ask<'expediteRequested'> = ({ version, reason, ticket }, { id, by }, context) => {
  const state = context.incarnations[version];
  if (!state) return refuse(unknown(version, context));
  if (state.deleted || state.outcome !== undefined) return refuse(`${version} is ${outcomeOf(state)}`);
  return accept({ [version]: [{ type: 'expedited', request: id, by, reason, ticket }] }, [], 'expedited');
};

const override: Ask<'overrideRequested'> = ({ version, reason, ticket }, { id, by }, context) => {
  const state = context.incarnations[version];
  if (!state) return refuse(unknown(version, context));
  if (state.verdict?.verdict === 'failed')
    return refuse(
      `${version} failed: name a known issue with ticket and expiry in its check file, and have it tested again`,
    );
  if (state.outcome !== 'inconclusive') return refuse(`${version} is ${outcomeOf(state)}, not inconclusive`);
  const given: IncarnationFact = { type: 'overrideGiven', request: id, by, reason, ticket };
  const others = (state.release?.overrides ?? []).filter((other) => other.by !== by).map((other) => other.by);
  if (others.length === 0) return accept({ [version]: [given] }, [], 'noted; another operator has to vouch for it too');
  const overridden: IncarnationFact = { type: 'verdictOverridden', by: [...new Set(others), by], reason, ticket };
  const facts = [testOf(id, version)];
  return accept({ [version]: [given, overridden] }, facts, 'overridden: to be published, and tested again');
};

/**
 * What an accepted request has still to bring into the definition's log, where a crash came after the log of its version:
 * the test that an override brings about. Its two entries are one block.
 */
export function remainderOf({ id, asked }: PendingRequest, entries: Entry[]): DefinitionFact[] {
  if (asked.type !== 'overrideRequested') return [];
  const given = entries.findIndex(({ fact }) => fact.type === 'overrideGiven' && fact.request === id);
  return entries[given + 1]?.fact.type === 'verdictOverridden' ? [testOf(id, asked.version)] : [];
}

const retest: Ask<'retestRequested'> = ({ version }, { id }, context) => {
  const state = context.incarnations[version];
  if (!state) return refuse(unknown(version, context));
  // One that passed may be tested again while its release is under way: a failure halts it. One that waits for a person
  // has no test that goes on.
  const isUndecided = state.outcome === undefined && state.verdict === undefined && !state.needsAttention;
  if (state.deleted || isUndecided) return refuse(`${version} is ${outcomeOf(state)}`);
  const expedited = state.release?.expedited && { expedited: true as const };
  return accept({}, [{ ...testOf(id, version), ...expedited }], 'to be tested again');
};

/** Only what is out of latest for its failure, and was never published: nothing visible loses its verdict. */
const reopen: Ask<'reopenRequested'> = ({ version, incarnation, reason }, { id }, { definition, incarnations }) => {
  const known = definition.versions[version];
  const state = incarnations[version];
  if (!state || known?.kind !== 'examined' || known.incarnation !== incarnation || state.deleted)
    return refuse(`${version} was deleted, or created anew`);
  if (state.verdict?.verdict !== 'failed') return refuse(`${version} is not failed any more`);
  const isOver = state.outcome === 'quarantined' || state.outcome === 'wouldQuarantine';
  if (isPublished(state) || !isOver) return refuse(`${version} is ${outcomeOf(state)}: have it tested again`);
  return accept({ [version]: [{ type: 'failureReopened', request: id, reason }] }, [], 'its failure is taken back');
};

const takeIn: Ask<'takeInRequested'> = ({ version, reason }, { id, by }, context) => {
  const known = context.definition.versions[version];
  if (!known) return refuse(unknown(version, context));
  if (known.kind === 'examined' && context.incarnations[version]?.outcome !== 'adopted')
    return refuse(`${version} was not adopted, or is taken in already`);
  if (Object.values(context.definition.open).some(({ version: open, test }) => open === version && test))
    return refuse(`${version} is being tested`);
  const ordered: IncarnationFact = { type: 'takeInOrdered', request: id, by, reason };
  return accept({ [version]: [ordered] }, [testOf(id, version)], 'to be tested; the gallery is left as it is');
};

const announceAgain: Ask<'announceRequested'> = ({ version, reason }, { id, by }, context) => {
  if (!context.incarnations[version]) return refuse(unknown(version, context));
  const ordered: IncarnationFact = { type: 'announcementOrdered', request: id, by, reason };
  return accept(
    { [version]: [ordered] },
    [],
    'what was announced of it is sent again, under the ids of the first time',
  );
};

function testOf(request: string, version: string): FactOf<'testRequested'> {
  return { type: 'testRequested', test: retestOf(request), version, counts: true };
}

function whyRestrained({ mode }: Policy): string | undefined {
  return mode === 'enforce' ? undefined : `the mode is ${mode}: nothing is written to the gallery`;
}

function unknown(version: string, { definition }: RequestContext): string {
  return definition.versions[version]?.kind === 'adopted'
    ? `${version} was adopted as it is, and has no run of its own`
    : `${version} is not known`;
}

function outcomeOf({ deleted, outcome }: IncarnationState): string {
  return deleted ? 'deleted' : (outcome ?? 'under way');
}

function accept(versions: Record<string, IncarnationFact[]>, facts: DefinitionFact[], reason: string): RequestDecision {
  return { kind: 'accepted', versions, facts, reason };
}

function refuse(reason: string): RequestDecision {
  return { kind: 'refused', reason };
}
