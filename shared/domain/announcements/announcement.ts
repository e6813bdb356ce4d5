import { shortHash } from '../ids.ts';

/** Every announcement comes from here, or from below it. */
export const announcementSource = '/imprimatur';

/** `critical`: somebody has to look at it now. `warning`: what was expected does not come. `info`: as planned. */
export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What an announcement says about the version, in the words of verdicts; many say nothing. */
export const outcomes = ['passed', 'failed', 'inconclusive'] as const;
export type AnnouncedOutcome = (typeof outcomes)[number];

/** One fact put on the topic, as a CloudEvent 1.0; its id is the id of the audit entry. */
export interface Announcement {
  id: string;
  /** Of what is sent again: the topic takes a second message of one id for a copy. */
  messageId?: string;
  type: string;
  source: string;
  subject: string;
  time: string;
  /** W3C Trace Context, so that what a consumer does joins the trace of the version. */
  traceparent: string;
  data: Record<string, unknown> & { summary: string };
  properties: FilterProperties;
}

/**
 * To be sent once more, under the id of the first time: for consumers it is the same fact. The topic would drop a second
 * message of one id, so the message has another; `why` tells one such sending from the next.
 */
export function sentAgain(announcement: Announcement, ...why: string[]): Announcement {
  return { ...announcement, messageId: shortHash(32, announcement.id, ...why) };
}

/** What team subscriptions filter on. Empty text where an announcement has none. */
export interface FilterProperties {
  type: string;
  /** In lower case, like `image`. */
  gallery: string;
  image: string;
  version: string;
  /** `,westeurope,northeurope,`: commas around each, so that LIKE finds whole names. */
  regions: string;
  severity: Severity;
  outcome: AnnouncedOutcome | '';
  os: 'linux' | 'windows' | '';
  /** Of what is for one team alone. */
  team?: string;
}
