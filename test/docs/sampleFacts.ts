import type { AuditFact } from '../../shared/domain/audit/auditFacts.ts';
import type { DefinitionFact, IncarnationFact } from '../../shared/domain/facts.ts';
import type { InstanceFact } from '../../shared/domain/instanceFacts.ts';
import { smokeTestSchema } from '../../shared/domain/policy.ts';
import type { TeamFact } from '../../shared/domain/teams/teamFacts.ts';
import { linuxDefinition } from '../fakes/linuxDefinition.ts';

const at = '2026-11-22T07:00:00.000Z';
const plan = { excludeFromLatest: true, regions: {} };

/** One fact of each type that can happen to a version; `text` stands wherever there is free text. */
export function sampleFacts(text: string): IncarnationFact[] {
  const attempt = 1;
  const request = { request: text, by: text };
  return [
    {
      type: 'versionDetected',
      imageVersionId: text,
      version: text,
      identity: {},
      mode: 'enforce',
      policyHash: text,
      smokeTest: smokeTestSchema.parse({}),
      testPlan: [],
      visible: false,
    },
    { type: 'versionCreationFailed' },
    { type: 'holdIntended', plan },
    { type: 'publishIntended', plan, regions: [text] },
    { type: 'quarantineIntended', plan },
    { type: 'galleryWriteAccepted' },
    { type: 'galleryWriteLost' },
    { type: 'held', how: 'bornHidden', exposedSeconds: 0 },
    { type: 'driftFound', visibleIn: [text] },
    { type: 'creationRepeated', visible: true },
    { type: 'slotAwaited', attempt, region: text },
    { type: 'launchIntended', attempt, vmName: text, region: text, vmSize: text, why: text, expiresAt: at },
    { type: 'launchAccepted', attempt },
    { type: 'agentReady', attempt },
    { type: 'checksIntended', attempt, runCommand: text, nonce: text },
    { type: 'checksStarted', attempt },
    { type: 'checksAnswered', attempt, bootId: text, checksMs: 1, passed: 1, checks: [] },
    { type: 'restartIntended', attempt, how: 'stopStart' },
    { type: 'restartStarted', attempt, part: 'stop' },
    { type: 'quotaReached', attempt, region: text, code: text, reason: text },
    { type: 'runRefused', attempt, code: text, reason: text, errorClass: 'configuration' },
    {
      type: 'testBegan',
      imageVersionId: text,
      version: text,
      identity: {},
      requestedBy: text,
      smokeTest: smokeTestSchema.parse({}),
      testPlan: [],
    },
    { type: 'testFinished' },
    { type: 'evidenceSaved', attempt, files: [{ path: text, sha256: text, bytes: 1 }] },
    { type: 'smokeTestFinished', attempt, verdict: 'passed', reason: text, checks: [] },
    { type: 'vmDeletionIntended', attempt, vmName: text },
    { type: 'vmDeletionAccepted', attempt },
    { type: 'vmGone', attempt, vmName: text },
    { type: 'verdictReached', verdict: 'passed', reason: text },
    { type: 'published', regions: [text], notAvailableIn: [] },
    { type: 'regionsPublished', regions: [text], notAvailableIn: [text], supersedes: { [text]: text } },
    { type: 'releaseFinished', regions: [text], notAvailableIn: [text] },
    { type: 'releaseWaits', code: text, reason: text },
    { type: 'policyChanged', policyHash: text },
    { type: 'exclusionIntended', plan, regions: [text] },
    { type: 'regionsExcluded', regions: [text] },
    { type: 'replicationIntended', plan, regions: [text] },
    { type: 'replicationRequested', regions: [text] },
    { type: 'regionsLeft', regions: [text] },
    { type: 'replicationCaughtUp', regions: [text] },
    { type: 'regionsShownByHand', regions: [text] },
    { type: 'changedByOthers', lostRegions: [text] },
    { type: 'handEditUndoIntended', plan, shows: [text], hides: [] },
    { type: 'handEditUndone', shows: [text], hides: [] },
    { type: 'othersRestoreIntended', plan },
    { type: 'othersRestored', regions: [text] },
    { type: 'releaseStopped', hiddenIn: [text] },
    { type: 'superseded', by: text },
    { type: 'setAside', for: text },
    { type: 'answered', ...request, answer: 'veto', reason: text },
    { type: 'expedited', ...request, reason: text, ticket: text },
    { type: 'overrideGiven', ...request, reason: text, ticket: text },
    { type: 'verdictOverridden', by: [text], reason: text, ticket: text },
    { type: 'publicationOrdered', ...request, reason: text },
    { type: 'withdrawalOrdered', ...request, why: 'rollback', regions: [text], reason: text },
    { type: 'withdrawalIntended', plan, regions: [text] },
    { type: 'withdrawn', why: 'rollback', regions: [text], remainsIn: [text], reason: text },
    { type: 'lifecycleDue', stage: 'superseded', by: text },
    { type: 'lifecycleDropped', reason: text },
    { type: 'endOfLifeIntended', plan },
    { type: 'endOfLifeSet', endOfLife: at, why: 'superseded', by: text },
    { type: 'endOfLifeRestored', endOfLife: at, was: at },
    { type: 'endOfLifeUndone', endOfLife: at, found: at },
    { type: 'endOfLifeNear', endOfLife: at, days: 7 },
    { type: 'retirementIntended', plan, regions: [text] },
    { type: 'retired', endOfLife: at, regions: [text], remainsIn: [text] },
    { type: 'retentionKept', reason: text, until: at },
    { type: 'wouldBeDeleted', reason: text },
    { type: 'deletionIntended', reason: text },
    { type: 'deletionAccepted' },
    { type: 'memberFailed', group: text, images: [text], reason: text },
    { type: 'failureReopened', request: text, reason: text },
    { type: 'retested', request: text, verdict: 'passed', reason: text },
    { type: 'takeInOrdered', request: text, by: 'operator', reason: text },
    { type: 'takenIn', request: text, verdict: 'passed', reason: text, offeredIn: ['westeurope'] },
    { type: 'announcementOrdered', ...request, reason: text },
    { type: 'quarantined', reason: text },
    { type: 'leftInconclusive', reason: text },
    { type: 'wouldPublish', regions: [text] },
    { type: 'wouldQuarantine', reason: text },
    { type: 'observed' },
    { type: 'versionDeleted' },
    { type: 'needsAttention', reason: text, code: text },
  ];
}

/** One fact of each type that can happen to an image definition. */
export function sampleDefinitionFacts(imageDefinitionId: string): DefinitionFact[] {
  const known = { version: '1.0.0', incarnation: 'i' };
  return [
    {
      type: 'definitionDetected',
      imageDefinitionId,
      takenInChargeAt: at,
      osType: 'Linux',
      sharing: { direct: 's-CORP', community: ['corp-1'] },
    },
    { type: 'versionsAdopted', versions: [] },
    { type: 'incarnationOpened', ...known, identity: {} },
    { type: 'testRequested', test: 't', version: '1.0.0' },
    { type: 'testClosed', test: 't', version: '1.0.0', verdict: 'passed', reason: 'all checks hold' },
    { type: 'identityLearned', version: '1.0.0', identity: {} },
    { type: 'incarnationClosed', ...known, outcome: 'published' },
    { type: 'releaseBegun', ...known, at },
    { type: 'latestChanged', region: 'westeurope', version: '1.9.0', previous: null },
    { type: 'versionGone', version: '1.0.0' },
    { type: 'endOfLifeNoted', version: '1.0.0', endOfLife: at },
    { type: 'endOfLifeMoved', version: '1.0.0', endOfLife: at, was: null },
    { type: 'publishRequested', version: '1.0.0', reason: 'r' },
    { type: 'answerRequested', version: '1.0.0', answer: 'veto', reason: 'r' },
    { type: 'rollbackRequested', version: '1.0.0', reason: 'r' },
    { type: 'quarantineRequested', version: '1.0.0', reason: 'r' },
    { type: 'liftRequested', version: '1.0.0', reason: 'r' },
    { type: 'expediteRequested', version: '1.0.0', reason: 'r', ticket: 't' },
    { type: 'overrideRequested', version: '1.0.0', reason: 'r', ticket: 't' },
    { type: 'retestRequested', version: '1.0.0', reason: 'r' },
    { type: 'reopenRequested', version: '1.0.0', incarnation: 'i', reason: 'r' },
    { type: 'takeInRequested', version: '1.0.0', reason: 'r' },
    { type: 'announceRequested', version: '1.0.0', reason: 'r' },
    { type: 'pauseRequested', reason: 'r' },
    { type: 'resumeRequested', reason: 'r' },
    { type: 'requestDone', request: 'e', outcome: 'accepted', reason: 'r' },
    { type: 'pinned', version: '1.0.0', regions: ['westeurope'], reason: 'r' },
    { type: 'paused', reason: 'r' },
    { type: 'resumed', reason: 'r' },
    { type: 'definitionDescribed', image: linuxDefinition },
    {
      type: 'definitionDescribed',
      image: { ...linuxDefinition, endOfLifeDate: at },
      before: linuxDefinition,
      by: '00000000-0000-0000-0000-00000000000a',
    },
    { type: 'definitionDeleted' },
  ];
}

export function sampleInstanceFacts(text: string): InstanceFact[] {
  return [
    { type: 'policyAccepted', content: text, repaired: false },
    { type: 'policyRefused', content: text, problems: [text] },
    { type: 'policyAccepted', content: text, repaired: true },
    { type: 'galleryRefused', galleryId: text, reason: text, owner: text },
    { type: 'galleryTaken', galleryId: text },
    { type: 'everythingPaused', reason: text },
    { type: 'everythingResumed', reason: text },
    { type: 'breakerTripped', reason: text, failures: [] },
    { type: 'budgetNear', reason: text, period: text, minutes: 4, limit: 5 },
    { type: 'budgetSpent', reason: text, period: text, minutes: 5, limit: 5 },
  ];
}

export function sampleTeamFacts(text: string): TeamFact[] {
  return [
    { type: 'teamRequested', team: text, filter: { images: [text] }, principals: [{ objectId: text, type: 'Group' }] },
    { type: 'teamApplied', granted: [text], commands: [text] },
    { type: 'teamTestSent', message: text },
    { type: 'webhookSecretMade' },
    { type: 'deadLetterReplayed', announcement: text },
    { type: 'deadLetterDropped', announcement: text },
    { type: 'replayRequested', since: '2026-11-01T00:00:00.000Z' },
    { type: 'teamRefused', reason: text },
    { type: 'teamRemovalRequested', team: text },
    { type: 'teamRemoved', commands: [text] },
  ];
}

export function sampleAuditFacts(text: string): AuditFact[] {
  return [{ type: 'manifestWritten', day: '2026-11-22', heads: [{ log: text, sequence: 1, hash: text }] }];
}
