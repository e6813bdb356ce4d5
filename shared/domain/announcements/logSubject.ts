import type { Fact, FactOf } from '../facts.ts';
import type { GallerySharing } from '../gallerySharing.ts';

/** What a log is about, and what its entries so far add to what announcements say. */
export interface LogSubject {
  /** Of the image version or image definition; undefined for the log of the instance. */
  imageId?: string;
  osType?: NonNullable<FactOf<'versionDetected'>['osType']>;
  evidence: FactOf<'evidenceSaved'>['files'];
  /** Of the gallery, as it was read last. */
  sharing?: GallerySharing;
}

export const noSubject: LogSubject = { evidence: [] };

export function withEntry(subject: LogSubject, fact: Fact): LogSubject {
  switch (fact.type) {
    case 'versionDetected':
    case 'definitionDetected':
      return {
        ...subject,
        imageId: fact.type === 'versionDetected' ? fact.imageVersionId : fact.imageDefinitionId,
        ...(fact.osType && { osType: fact.osType }),
        ...(fact.sharing && { sharing: fact.sharing }),
      };
    case 'incarnationOpened':
    case 'published':
    case 'regionsPublished':
      return { ...subject, ...(fact.sharing && { sharing: fact.sharing }) };
    case 'definitionDescribed':
      return { ...subject, osType: fact.image.osType };
    case 'evidenceSaved':
      return { ...subject, evidence: [...subject.evidence, ...fact.files] };
    default:
      return subject;
  }
}
