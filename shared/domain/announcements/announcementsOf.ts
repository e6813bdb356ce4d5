import { type Entry, reachesBehind } from '../entries.ts';
import type { Fact } from '../facts.ts';
import { sharedIdsOf } from '../gallerySharing.ts';
import { definitionResourceId, parseImageId, versionResourceId } from '../ids.ts';
import { traceparentOf } from '../traceContext.ts';
import { type Announcement, announcementSource, type FilterProperties, sentAgain } from './announcement.ts';
import type { AnnouncementType, Told } from './announcementType.ts';
import { typesFor } from './catalogue.ts';
import { type LogSubject, noSubject, withEntry } from './logSubject.ts';
import { replacementsOf } from './replacement.ts';

/**
 * The announcements of the entries behind a sequence number. Each is made of its entry and of those before it in the
 * log, so that sending it again sends the same.
 */
export function announcementsOf(log: Entry[], afterSequence: number): Announcement[] {
  if (!reachesBehind(log, afterSequence)) return [];
  let subject = noSubject;
  return log.flatMap((entry) => {
    subject = withEntry(subject, entry.fact);
    return entry.sequence > afterSequence ? (announcementOf(entry, subject) ?? []) : [];
  });
}

/**
 * What operators have sent again by entries behind a sequence number: all that the log announced before such an entry, in
 * its order, with the ids of the first time and a mark that says who asked, and why.
 */
export function announcedAgain(log: Entry[], afterSequence: number): Announcement[] {
  if (!reachesBehind(log, afterSequence)) return [];
  return log.flatMap(({ sequence, fact, id }) => {
    if (sequence <= afterSequence || fact.type !== 'announcementOrdered') return [];
    const { by, reason } = fact;
    const before = log.filter((entry) => entry.sequence < sequence);
    return announcementsOf(before, 0).map((announcement) =>
      sentAgain({ ...announcement, data: { ...announcement.data, repeated: { by, reason } } }, id),
    );
  });
}

function announcementOf(entry: Entry, subject: LogSubject): Announcement | undefined {
  for (const type of typesFor(entry.fact)) {
    const told = type.tell(entry.fact);
    if (!told) continue;
    if (type.subject === 'policy' || type.subject === 'instance')
      return withoutImage(entry, type, told, type.subject, {});
    if (type.subject === 'team') return withoutImage(entry, type, told, entry.log, { team: teamOf(entry) });
    if (type.subject === 'audit') return withDigest(withoutImage(entry, type, told, entry.log, {}), entry);
    return ofImage(entry, type, told, subject);
  }
  return undefined;
}

function withoutImage(
  entry: Entry,
  type: AnnouncementType,
  told: Told,
  subject: string,
  more: Partial<FilterProperties>,
): Announcement {
  const properties = { gallery: '', image: '', version: '', regions: '', os: '' } as const;
  return {
    ...envelope(entry, type),
    source: announcementSource,
    subject,
    data: { ...commonData(entry, type, told, told.summary), ...told.details },
    properties: { type: type.type, ...properties, severity: type.severity, outcome: told.outcome ?? '', ...more },
  };
}

function withDigest(announcement: Announcement, { hash }: Entry): Announcement {
  return { ...announcement, data: { ...announcement.data, digest: hash } };
}

function teamOf({ log }: Entry): string {
  return log.slice(log.indexOf('/') + 1);
}

function ofImage(
  entry: Entry,
  type: AnnouncementType,
  told: Told,
  { imageId, osType, evidence, sharing = {} }: LogSubject,
): Announcement | undefined {
  const parsed = imageId === undefined ? undefined : parseImageId(imageId);
  if (!parsed) return undefined;
  const { gallery, image } = parsed.definition;
  const { version } = parsed;
  const imageDefinitionId = definitionResourceId(parsed.definition);
  const subject = version === undefined ? imageDefinitionId : versionResourceId(parsed.definition, version);
  const { regions } = told;
  const about = version ?? versionIn(entry.fact);
  const shared = sharedIdsOf(sharing, parsed.definition, version);
  const replacements = replacementsOf(entry.fact, parsed.definition, sharing);
  const name = version === undefined ? `${gallery}/${image}` : `${gallery}/${image} ${version}`;
  return {
    ...envelope(entry, type),
    source: `${announcementSource}${imageDefinitionId}`,
    subject,
    data: {
      ...commonData(entry, type, told, `${name} ${told.summary}`),
      imageDefinitionId,
      gallery,
      image,
      links: { entries: `/api/entries?id=${encodeURIComponent(subject)}` },
      ...(about !== undefined && { imageVersionId: versionResourceId(parsed.definition, about) }),
      ...(version !== undefined && { version, regions, ...(osType && { osType }), evidence }),
      ...(shared && { sharedIds: shared }),
      ...(replacements.length > 0 && { replacements }),
      ...told.details,
    },
    properties: {
      type: type.type,
      gallery: gallery.toLowerCase(),
      image: image.toLowerCase(),
      version: version ?? '',
      regions: regions.length > 0 ? `,${regions.join(',')},` : '',
      severity: type.severity,
      outcome: told.outcome ?? '',
      os: osType === undefined ? '' : osType === 'Linux' ? 'linux' : 'windows',
    },
  };
}

/** What happens to an image definition may be about one of its versions. */
function versionIn(fact: Fact): string | undefined {
  return fact.type === 'pinned' || fact.type === 'endOfLifeMoved' ? fact.version : undefined;
}

function envelope(
  { id, at, log }: Entry,
  { type }: AnnouncementType,
): Pick<Announcement, 'id' | 'type' | 'time' | 'traceparent'> {
  return { id, type, time: at, traceparent: traceparentOf(log, id) };
}

function commonData({ log, sequence, id, actor, cause }: Entry, type: AnnouncementType, told: Told, summary: string) {
  return {
    summary: oneLine(summary),
    severity: type.severity,
    ...(told.outcome && { outcome: told.outcome }),
    actor,
    cause,
    auditEntry: { log, sequence, id },
  };
}

const longestSummary = 400;

/** Reasons may quote an image, and an image may print what it likes. */
function oneLine(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length <= longestSummary ? line : `${line.slice(0, longestSummary - 1)}…`;
}
