import * as z from 'zod';
import { answerEvidence, fact, flagPlan, instant, regions, replacements } from './factShapes.ts';
import { gallerySharing } from './gallerySharing.ts';

const reason = z.string();
/** The id of the entry in the definition's log that asked for it, and the object id of the one who asked. */
const request = { request: z.string(), by: z.string() };

/** By region in which it is latest now, the version that was until then. */
const supersedes = z.record(z.string(), z.string()).exactOptional();

/** What can happen to the release of a version. */
export const releaseFacts = [
  fact('publishIntended', {
    plan: flagPlan,
    regions,
    ring: z.number().int().positive().exactOptional(),
    of: z.number().int().positive().exactOptional(),
  }),
  /** The release is complete; `newRegions` where some were published before, `notLatestIn` where a higher number is. */
  fact('published', {
    regions,
    notAvailableIn: regions,
    newRegions: regions.exactOptional(),
    notLatestIn: regions.exactOptional(),
    overridden: z.literal(true).exactOptional(),
    supersedes,
    sharing: gallerySharing.exactOptional(),
  }),
  /** Published in some of its regions, more to come. */
  fact('regionsPublished', {
    regions,
    notAvailableIn: regions,
    notLatestIn: regions.exactOptional(),
    overridden: z.literal(true).exactOptional(),
    supersedes,
    sharing: gallerySharing.exactOptional(),
  }),
  /** The release is complete without another region: those not available were given up. */
  fact('releaseFinished', { regions, notAvailableIn: regions }),
  /** Nothing is written until something changes, or until an instant. */
  fact('releaseWaits', { code: z.string(), reason, until: instant.exactOptional() }),
  /** The policy for this version's image definition is another than when it was looked at last. */
  fact('policyChanged', { policyHash: z.string() }),
  /** Target regions without a flag of their own, found during the release: excluded until it is their ring's turn. */
  fact('exclusionIntended', { plan: flagPlan, regions }),
  fact('regionsExcluded', { regions }),
  /** Replication failed or is late: a write of the same target regions asks for it once more. */
  fact('replicationIntended', { plan: flagPlan, regions }),
  fact('replicationRequested', { regions }),
  /** Not replicated after that either: they stay excluded. */
  fact('regionsLeft', { regions }),
  /** A replica arrived after the release was complete. */
  fact('replicationCaughtUp', { regions }),
  /** Somebody published a version that passed: before it was its regions' turn, or after its release was over. */
  fact('regionsShownByHand', { regions }),
  /** Somebody took it out of latest where it was published: a release that is under way ends, until an operator publishes it again. */
  fact('releaseStopped', { hiddenIn: regions, replacements }),
  /** What somebody did to the flags of a version that passed is taken back. */
  fact('handEditUndoIntended', { plan: flagPlan, shows: regions, hides: regions }),
  fact('handEditUndone', { shows: regions, hides: regions }),
  /** Found when a write was read back, and not written by us. */
  fact('changedByOthers', {
    lostRegions: regions,
    endOfLifeDate: instant.nullable().exactOptional(),
    blockDeletionBeforeEndOfLife: z.boolean().exactOptional(),
  }),
  /** Somebody else's update was taken back together with ours: the write is repeated, and carries it again. */
  fact('othersRestoreIntended', { plan: flagPlan }),
  /** It is there again, as read back. */
  fact('othersRestored', {
    regions,
    endOfLifeDate: instant.exactOptional(),
    blockDeletionBeforeEndOfLife: z.boolean().exactOptional(),
  }),
  /** A newer version has passed: this one is not published. */
  fact('superseded', { by: z.string(), replacements }),
  /** Waits for the verdict on a newer version before a VM is launched for it. */
  fact('setAside', { for: z.string() }),
  /** The answer of an operator or of a team to a candidate. */
  fact('answered', {
    ...request,
    answer: z.enum(['approve', 'veto', 'abstain']),
    reason,
    team: z.string().exactOptional(),
    evidence: answerEvidence.exactOptional(),
  }),
  fact('expedited', { ...request, reason, ticket: z.string() }),
  /** One operator vouches for an inconclusive version; a second one makes it an override. */
  fact('overrideGiven', { ...request, reason, ticket: z.string() }),
  fact('verdictOverridden', { by: z.array(z.string()), reason, ticket: z.string() }),
  /** An operator wants it published, again or after all. */
  fact('publicationOrdered', { ...request, reason }),
  /** To be taken out of latest in some regions, or everywhere and for good (`quarantine`). */
  fact('withdrawalOrdered', { ...request, why: z.enum(['quarantine', 'rollback']), regions, reason }),
  fact('withdrawalIntended', { plan: flagPlan, regions }),
  fact('withdrawn', {
    why: z.enum(['quarantine', 'rollback', 'group']),
    regions,
    remainsIn: regions,
    reason,
    replacements,
  }),
  /** Another member of its group failed after this one was published, or while it was. */
  fact('memberFailed', { group: z.string(), images: z.array(z.string()), reason, replacements }),
  /** Its failure is taken back as inconclusive: the cause lay outside of it. */
  fact('failureReopened', { request: z.string(), reason }),
  /** Tested again after its verdict. */
  fact('retested', {
    request: z.string(),
    verdict: z.enum(['passed', 'failed', 'inconclusive']).nullable(),
    reason,
  }),
  fact('takeInOrdered', { request: z.string(), by: z.string(), reason }),
  /** A version that was adopted has been tested, and left in the gallery as it is: one that passed is adopted no more. */
  fact('takenIn', {
    request: z.string(),
    verdict: z.enum(['passed', 'failed', 'inconclusive']).nullable(),
    reason,
    offeredIn: regions,
  }),
] as const;
