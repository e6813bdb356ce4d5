import type { Entry } from './entries.ts';
import type { Fact } from './facts.ts';
import { parseImageId } from './ids.ts';

/** Every announcement comes from here, or from below it. */
export const announcementSource = '/imprimatur';

/** One fact put on the topic, as a CloudEvent 1.0; its id is the id of the audit entry. */
export interface Announcement {
  id: string;
  type: string;
  source: string;
  subject: string;
  time: string;
  data: Record<string, unknown> & { summary: string };
  /** What team subscriptions filter on. */
  properties: { type: string; gallery: string; image: string; version: string; regions: string };
}

/** The announcement of an entry; undefined for entries that concern nobody outside. */
export function announcementOf(entry: Entry, imageVersionId: string): Announcement | undefined {
  const text = describe(entry.fact);
  const image = parseImageId(imageVersionId);
  if (!text || !image) return undefined;
  const { gallery, image: name } = image.definition;
  const version = image.version ?? '';
  const type = `imprimatur.imageVersion.${text.type}.v1`;
  return {
    id: entry.id,
    type,
    source: `${announcementSource}${imageVersionId.slice(0, imageVersionId.lastIndexOf('/versions/'))}`,
    subject: imageVersionId,
    time: entry.at,
    data: {
      summary: `${gallery}/${name} ${version} ${text.summary}`,
      imageVersionId,
      auditEntry: { log: entry.log, sequence: entry.sequence, id: entry.id },
      actor: entry.actor,
      ...detailsOf(entry.fact),
    },
    properties: {
      type,
      gallery: gallery.toLowerCase(),
      image: name.toLowerCase(),
      version,
      regions: text.regions ?? '',
    },
  };
}

/** The checks of a policy are its owner's business, and may be larger than a message. */
function detailsOf(fact: Fact): Record<string, unknown> {
  const untold = ['type', 'smokeTest', 'testPlan'];
  return Object.fromEntries(Object.entries(fact).filter(([member]) => !untold.includes(member)));
}

function describe(fact: Fact): { type: string; summary: string; regions?: string } | undefined {
  switch (fact.type) {
    case 'versionDetected':
      return { type: 'detected', summary: 'was detected' };
    case 'versionCreationFailed':
      return { type: 'creationFailed', summary: 'could not be created by Azure' };
    case 'held':
      return { type: 'held', summary: 'is kept out of latest until it is tested' };
    case 'verdictReached':
      return fact.verdict === 'passed' ? { type: 'candidate', summary: 'passed its smoke test' } : undefined;
    case 'published':
      return {
        type: 'published',
        summary: `is published in ${fact.regions.join(', ')}`,
        regions: `,${fact.regions.join(',')},`,
      };
    case 'quarantined':
      return { type: 'quarantined', summary: `is quarantined: ${fact.reason}` };
    case 'leftInconclusive':
      return { type: 'inconclusive', summary: `stays out of latest, the smoke test was inconclusive: ${fact.reason}` };
    case 'wouldPublish':
      return { type: 'wouldPublish', summary: 'would have been published (mode test)' };
    case 'wouldQuarantine':
      return { type: 'wouldQuarantine', summary: `would have been quarantined (mode test): ${fact.reason}` };
    case 'driftFound':
      return { type: 'driftFound', summary: `was made visible in ${fact.visibleIn.join(', ')} by somebody else` };
    case 'versionDeleted':
      return { type: 'deleted', summary: 'was deleted' };
    case 'needsAttention':
      return { type: 'needsAttention', summary: `needs attention: ${fact.reason}` };
    default:
      return undefined;
  }
}
