import type { Fact, FactOf } from './facts.ts';
import { describeUpdate } from './imageDescription.ts';

/** One line for people, without the image version's name. */
export function describeFact(fact: Fact): string {
  switch (fact.type) {
    case 'versionDetected':
      return `detected in mode ${fact.mode}${fact.visible ? ', visible' : ''}`;
    case 'held':
      return fact.how === 'bornHidden'
        ? 'kept out of latest from the start'
        : `taken out of latest after ${fact.exposedSeconds} s`;
    case 'driftFound':
      return `shown by somebody else in ${fact.visibleIn.join(', ')}`;
    case 'slotAwaited':
      return `waits for a smoke-test slot in ${fact.region}`;
    case 'launchIntended':
      if (fact.controlOf !== undefined)
        return `launches ${fact.vmSize} in ${fact.region} as a control run on ${fact.controlOf}`;
      return `launches ${fact.vmSize} in ${fact.region}, attempt ${fact.attempt}`;
    case 'quotaReached':
      return `no quota in ${fact.region} (${fact.code}): waits`;
    case 'runRefused':
      return fact.reason;
    case 'agentReady':
      return 'VM is up, its agent is ready';
    case 'checksStarted':
      return 'checks run in the guest';
    case 'checksAnswered':
      return `checks answered: ${fact.passed} passed${fact.checks.length > 0 ? `, ${fact.checks.length} did not simply pass` : ''}`;
    case 'restartIntended':
      return `starts again: ${words(fact.how).trim()}`;
    case 'testBegan':
      return 'smoke test by hand begins';
    case 'testRequested':
      return `a smoke test of ${fact.version} was asked for`;
    case 'testClosed':
      return `the smoke test of ${fact.version} by hand is over: ${fact.verdict ?? 'no verdict'}: ${fact.reason}`;
    case 'evidenceSaved':
      return `evidence saved: ${fact.files.map((file) => file.path.slice(file.path.lastIndexOf('/') + 1)).join(', ')}`;
    case 'smokeTestFinished':
      return `smoke test ${fact.verdict}: ${fact.reason}`;
    case 'vmGone':
      return 'VM, disk and network interface are gone';
    case 'verdictReached':
      return `verdict: ${fact.verdict}`;
    case 'published':
      return `published in ${fact.regions.join(', ')}`;
    case 'regionsPublished':
      return `published in ${fact.regions.join(', ')}, more to come`;
    case 'releaseFinished':
      return `release finished, not available in ${fact.notAvailableIn.join(', ')}`;
    case 'releaseWaits':
      return `waits${fact.until === undefined ? '' : ` until ${fact.until}`}: ${fact.reason}`;
    case 'publishIntended':
      return `to be published in ${fact.regions.join(', ')}${fact.ring === undefined ? '' : `, ring ${fact.ring} of ${fact.of}`}`;
    case 'replicationRequested':
      return `replication to ${fact.regions.join(', ')} asked for again`;
    case 'regionsLeft':
      return `not available in ${fact.regions.join(', ')}: not replicated there`;
    case 'replicationCaughtUp':
      return `replicated to ${fact.regions.join(', ')} after all`;
    case 'regionsShownByHand':
      return `published by hand in ${fact.regions.join(', ')}`;
    case 'othersRestored':
      return `what somebody else had written was lost, and is there again: ${describeRestored(fact)}`;
    case 'changedByOthers':
      return `changed by somebody else: ${describeChange(fact)}`;
    case 'releaseStopped':
      return `hidden by somebody else in ${fact.hiddenIn.join(', ')}: the release ends`;
    case 'superseded':
      return `superseded by ${fact.by}, which passed`;
    case 'setAside':
      return `waits for the verdict on ${fact.for}`;
    case 'answered':
      return `${fact.answer} by ${fact.team === undefined ? 'an operator' : `team ${fact.team}`}: ${fact.reason}${fact.evidence?.report ? ` (${fact.evidence.report.says})` : ''}`;
    case 'withdrawalOrdered':
      return `${fact.why} ordered: ${fact.reason}`;
    case 'withdrawn':
      return `taken out of latest${fact.remainsIn.length > 0 ? ` in ${fact.regions.join(', ')}` : ''}: ${fact.reason}`;
    case 'memberFailed':
      return `${fact.images.join(', ')} of the group ${fact.group} failed: ${fact.reason}`;
    case 'retentionKept':
      return `kept until ${fact.until.slice(0, 10)} at least: ${fact.reason}`;
    case 'wouldBeDeleted':
      return `would be deleted: ${fact.reason}`;
    case 'deletionIntended':
      return `to be deleted: ${fact.reason}`;
    case 'versionDeleted':
      return fact.retention === undefined ? 'version deleted' : `deleted by retention: ${fact.retention}`;
    case 'lifecycleDue':
      if (fact.stage === 'delete') return `retention gives it up: ${fact.reason}`;
      if (fact.stage === 'latestAgain') return 'it is latest again';
      return fact.stage === 'superseded' ? `${fact.by} took its place` : `its end of life, ${fact.endOfLife}, has come`;
    case 'lifecycleDropped':
      return `stays as it is: ${fact.reason}`;
    case 'endOfLifeSet':
      return `end of life is ${fact.endOfLife}${fact.by === undefined ? '' : `, since ${fact.by} took its place`}`;
    case 'endOfLifeRestored':
      return `it is latest again: it ends on ${fact.endOfLife}, no more on ${fact.was}`;
    case 'endOfLifeNear':
      return `end of life is ${fact.endOfLife}, within ${fact.days} days`;
    case 'retired':
      return `retired${fact.remainsIn.length > 0 ? `, but it stays the last good one in ${fact.remainsIn.join(', ')}` : ''}`;
    case 'takenIn':
      return fact.verdict === 'passed'
        ? `taken in: ${fact.reason}`
        : `not taken in, left as it is: ${fact.verdict ?? 'no verdict'}, ${fact.reason}`;
    case 'retested':
      return `tested again, ${fact.verdict ?? 'without a verdict'}: ${fact.reason}`;
    case 'announcementOrdered':
      return `what was announced is sent again: ${fact.reason}`;
    case 'requestDone':
      return `request ${fact.outcome}: ${fact.reason}`;
    case 'pinned':
      return `rolled back and pinned to ${fact.version}: ${fact.reason}`;
    case 'publicationOrdered':
    case 'expedited':
    case 'verdictOverridden':
    case 'paused':
    case 'resumed':
    case 'everythingPaused':
    case 'breakerTripped':
    case 'budgetNear':
    case 'budgetSpent':
    case 'failureReopened':
    case 'everythingResumed':
    case 'quarantined':
    case 'wouldQuarantine':
    case 'leftInconclusive':
    case 'needsAttention':
      return `${words(fact.type)}: ${fact.reason}`;
    case 'definitionDescribed':
      return fact.before === undefined ? 'described by Azure' : `updated: ${describeUpdate(fact)}`;
    case 'handEditUndone':
      return describeUndone(fact);
    case 'endOfLifeNoted':
      return `end of life of ${fact.version} is ${fact.endOfLife ?? 'not set'}`;
    case 'endOfLifeMoved':
      return describeMove(fact);
    case 'endOfLifeUndone':
      return `end of life is ${fact.endOfLife} again, after somebody else had moved it to ${fact.found ?? 'none'}`;
    case 'latestChanged':
      return `latest in ${fact.region} is ${fact.version ?? 'none'} (was ${fact.previous ?? 'none'})`;
    case 'versionsAdopted':
      return `${fact.versions.length} versions adopted as they are`;
    case 'incarnationClosed':
      return `${fact.version} is finished: ${fact.outcome}`;
    case 'teamRequested':
      return `team ${fact.team}: wants ${'sql' in fact.filter ? fact.filter.sql : JSON.stringify(fact.filter)} for ${fact.principals.length} principals`;
    case 'teamApplied':
    case 'teamRemoved':
      return `${words(fact.type)}${fact.commands.length > 0 ? `; ${fact.commands.length} role assignments are left to somebody who may` : ''}`;
    case 'teamRefused':
      return `team refused: ${fact.reason}`;
    case 'manifestWritten':
      return `manifest of ${fact.day}: ${fact.heads.length} logs had grown`;
    case 'galleryRefused':
      return `nothing is done in ${fact.galleryId}: ${fact.reason}`;
    case 'galleryTaken':
      return `${fact.galleryId} is owned by this instance again`;
    case 'policyRefused':
      return `policy file refused: ${fact.problems[0] ?? ''}`;
    default:
      return words(fact.type);
  }
}

function words(type: string): string {
  return type.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** What was found different when a write was read back. */
export function describeChange(fact: FactOf<'changedByOthers'>): string {
  const { lostRegions, endOfLifeDate, blockDeletionBeforeEndOfLife: block } = fact;
  return [
    ...(lostRegions.length > 0 ? [`target regions ${lostRegions.join(', ')} are gone`] : []),
    ...(endOfLifeDate === undefined ? [] : [`end of life is ${endOfLifeDate ?? 'not set'}`]),
    ...(block === undefined ? [] : [`deletion before end of life is ${block ? 'blocked' : 'allowed'}`]),
  ].join('; ');
}

/** What was written again for somebody else. */
export function describeRestored(fact: FactOf<'othersRestored'>): string {
  const { regions, endOfLifeDate, blockDeletionBeforeEndOfLife: block } = fact;
  return [
    ...(regions.length > 0 ? [`target regions ${regions.join(', ')}`] : []),
    ...(endOfLifeDate === undefined ? [] : [`end of life ${endOfLifeDate}`]),
    ...(block === undefined ? [] : [`deletion before end of life ${block ? 'blocked' : 'allowed'}`]),
  ].join('; ');
}

export function describeMove({ version, endOfLife, was }: FactOf<'endOfLifeMoved'>): string {
  return `somebody else moved the end of life of ${version} from ${was ?? 'none'} to ${endOfLife ?? 'none'}`;
}

export function describeUndone({ shows, hides }: FactOf<'handEditUndone'>): string {
  return [
    ...(shows.length > 0 ? [`shown again in ${shows.join(', ')}`] : []),
    ...(hides.length > 0 ? [`hidden again in ${hides.join(', ')}`] : []),
  ].join('; ');
}
