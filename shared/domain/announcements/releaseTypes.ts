import * as z from 'zod';
import { describeChange, describeFact, describeRestored, describeUndone } from '../describeFact.ts';
import { newlyPublished, type Published } from '../replacements.ts';
import { announce } from './announcementType.ts';

const regions = z.array(z.string());

/** What is told of a release, region by region. */
export const releaseTypes = [
  announce(['published', 'regionsPublished'], {
    name: 'imageVersion.published',
    description:
      'The version is usable in the regions named: latest there, where its number is the highest. `supersedes` names by region the version that was latest until then: move on from that one to this. Where `overridden` is there, two operators vouch for it, and its outcome stays `inconclusive`.',
    severity: 'info',
    outcome: ({ overridden }) => (overridden ? 'inconclusive' : 'passed'),
    summary: describePublished,
    regions: newlyPublished,
    details: {
      notAvailableIn: regions,
      notLatestIn: regions.exactOptional(),
      overridden: z.literal(true).exactOptional(),
      supersedes: z.record(z.string(), z.string()).exactOptional(),
    },
  }),
  announce('releaseFinished', {
    name: 'imageVersion.releaseFinished',
    description: 'Nothing more is published of the version, although some of its target regions have no replica.',
    severity: 'warning',
    outcome: () => 'passed',
    summary: (fact) => `is published, except in ${fact.notAvailableIn.join(', ')}`,
    regions: (fact) => fact.notAvailableIn,
    details: { notAvailableIn: regions },
  }),
  announce('regionsLeft', {
    name: 'imageVersion.notAvailable',
    description: 'A target region has no replica, although it was asked for again. It joins when a replica arrives.',
    severity: 'warning',
    summary: (fact) =>
      `is not available in ${fact.regions.join(', ')}: it was not replicated there, although asked for again`,
    regions: (fact) => fact.regions,
  }),
  announce('releaseWaits', {
    name: 'imageVersion.waiting',
    description: 'The version is not published further until somebody does something; the reason says what.',
    severity: 'warning',
    when: (fact) => fact.until === undefined,
    summary: (fact) => `is not published further: ${fact.reason}`,
    details: { code: z.string(), reason: z.string() },
  }),
  announce('regionsShownByHand', {
    name: 'imageVersion.shownByHand',
    description:
      'Somebody else published a version that passed: before it was the turn of these regions, or after its release was over.',
    severity: 'info',
    summary: (fact) => `was published in ${fact.regions.join(', ')} by somebody else`,
    regions: (fact) => fact.regions,
  }),
  announce('releaseStopped', {
    name: 'imageVersion.stopped',
    description:
      'Somebody else took the version out of latest where it was published. Nothing more is published of it.',
    severity: 'warning',
    summary: (fact) => `was taken out of latest by somebody else in ${fact.hiddenIn.join(', ')}; its release ends`,
    regions: (fact) => fact.hiddenIn,
    details: { hiddenIn: regions },
  }),
  announce('changedByOthers', {
    name: 'imageVersion.changedByOthers',
    description: 'Somebody else changed the version while the service wrote to it. The change is left as it is.',
    severity: 'warning',
    summary: (fact) => `was changed by somebody else: ${describeChange(fact)}`,
    regions: (fact) => fact.lostRegions,
    details: { lostRegions: regions },
  }),
  announce('handEditUndone', {
    name: 'imageVersion.handEditUndone',
    description:
      'The policy took back what somebody did to the flags of the version by hand. The same change a second time stays.',
    severity: 'warning',
    summary: (fact) => `is as it was before somebody changed it by hand: ${describeUndone(fact)}`,
    regions: (fact) => [...fact.shows, ...fact.hides],
    details: { shows: regions, hides: regions },
  }),
  announce('othersRestored', {
    name: 'imageVersion.othersRestored',
    description:
      'A third writer took back what somebody else had written, together with the flags of the service. Both are written again, once.',
    severity: 'warning',
    summary: (fact) =>
      `has again what somebody else had written, and a third writer took back: ${describeRestored(fact)}`,
    regions: (fact) => fact.regions,
  }),
  announce('withdrawn', {
    name: 'imageVersion.withdrawn',
    description:
      'The version was taken out of latest in some regions, or everywhere: a rollback, a quarantine, or its group failed.',
    severity: 'critical',
    summary: (fact) =>
      `is taken out of latest${fact.remainsIn.length > 0 ? ` in ${fact.regions.join(', ')}` : ''} (${fact.why}): ${fact.reason}`,
    regions: (fact) => fact.regions,
    details: { why: z.enum(['quarantine', 'rollback', 'group']), remainsIn: regions, reason: z.string() },
  }),
  announce('memberFailed', {
    name: 'imageVersion.groupFailed',
    description:
      'Another member of its group failed. The version is taken out of latest where another good version stands; elsewhere a person is asked.',
    severity: 'critical',
    summary: (fact) => `does not stay published: ${fact.reason}`,
    details: { group: z.string(), images: z.array(z.string()), reason: z.string() },
  }),
  announce('superseded', {
    name: 'imageVersion.superseded',
    description:
      'A newer version passed before this one was published. It stays out of latest. One that was latest and is no more is named by `supersedes` where the newer one is told to be published.',
    severity: 'info',
    summary: (fact) => `is superseded by ${fact.by}`,
    details: { by: z.string() },
  }),
  announce('expedited', {
    name: 'imageVersion.expedited',
    description: 'An operator lets the version skip soak, windows and deadlines; its smoke test stays.',
    severity: 'warning',
    summary: (fact) => `is expedited (${fact.ticket}): ${fact.reason}`,
    details: { reason: z.string(), ticket: z.string() },
  }),
  announce('verdictOverridden', {
    name: 'imageVersion.overridden',
    description:
      'Two operators vouch for a version whose smoke test was inconclusive. It is published, and tested again.',
    severity: 'critical',
    summary: (fact) => `is overridden (${fact.ticket}): ${fact.reason}`,
    details: { by: z.array(z.string()), reason: z.string(), ticket: z.string() },
  }),
  announce('takenIn', {
    name: 'imageVersion.takenIn',
    description:
      'A version from before the service was tested, as an operator asked; the gallery is left as it is. One that passed is looked after like any other from now on.',
    severity: 'info',
    outcome: (fact) => fact.verdict ?? undefined,
    summary: (fact) => `is ${describeFact(fact)}`,
    regions: (fact) => fact.offeredIn,
    details: { verdict: z.enum(['passed', 'failed', 'inconclusive']).nullable(), reason: z.string() },
  }),
  announce('retested', {
    name: 'imageVersion.retested',
    description: 'The version was tested again. One that fails is quarantined, save it is the last good one.',
    severity: 'warning',
    outcome: (fact) => fact.verdict ?? undefined,
    summary: (fact) => `was tested again, ${fact.verdict ?? 'without a verdict'}: ${fact.reason}`,
    details: { verdict: z.enum(['passed', 'failed', 'inconclusive']).nullable(), reason: z.string() },
  }),
];

function describePublished(fact: Published): string {
  const { notLatestIn = [] } = fact;
  const rest = notLatestIn.length === 0 ? '' : `; published, not latest in ${notLatestIn.join(', ')}`;
  const how = fact.overridden ? ', by the override of two operators, without a passed smoke test' : '';
  return `is published in ${newlyPublished(fact).join(', ')}${how}${rest}`;
}
