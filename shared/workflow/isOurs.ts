import { type GalleryId, galleryKey, galleryResourceId } from '../domain/ids.ts';
import { type Instant, msBetween } from '../domain/instant.ts';
import { instanceTag, lastOwnership, ownerOf, whyNotOurs } from '../domain/ownership.ts';
import type { Ports } from '../ports.ts';
import { markInstance, settleInstance } from './instanceOutbox.ts';
import { appendFacts } from './log.ts';
import { loadReadable } from './readInstance.ts';
import type { Settings } from './settings.ts';

/** A tag that is changed holds after this, in every worker. */
const readEveryMs = 5 * 60_000;

interface Known {
  readAt: Instant;
  isOurs: boolean;
}
const known = new WeakMap<Settings, Map<string, Known>>();

type OwnershipPorts = Pick<
  Ports,
  'clock' | 'ids' | 'log' | 'galleries' | 'auditLogs' | 'auditIndex' | 'announcements' | 'documents'
>;

/**
 * Whether this instance may write to a gallery: its tag has to name the instance. A tag that is lost means no, and one
 * that cannot be read throws: nothing is done then either. What is refused is audited and
 * announced once, and so is its end.
 */
export async function isOurs(ports: OwnershipPorts, settings: Settings, gallery: GalleryId): Promise<boolean> {
  const now = ports.clock.now();
  const ofSettings = known.get(settings) ?? new Map<string, Known>();
  known.set(settings, ofSettings);
  const before = ofSettings.get(galleryKey(gallery));
  if (before && isOwnershipKnown(ports, settings, gallery)) return before.isOurs;
  const tags = await ports.galleries.getTags(gallery);
  // A gallery that is gone has nothing to write to; that its images are gone is ours to notice.
  const isAllowed = tags === undefined || (await judge(ports, settings, gallery, ownerOf(tags)));
  ofSettings.set(galleryKey(gallery), { readAt: now, isOurs: isAllowed });
  return isAllowed;
}

/** Whether the answer is at hand; where it is not, the log of the instance is read for it as well. */
export function isOwnershipKnown({ clock }: Pick<Ports, 'clock'>, settings: Settings, gallery: GalleryId): boolean {
  const before = known.get(settings)?.get(galleryKey(gallery));
  return before !== undefined && msBetween(before.readAt, clock.now()) < readEveryMs;
}

async function judge(
  ports: OwnershipPorts,
  { instance }: Settings,
  gallery: GalleryId,
  owner: string | undefined,
): Promise<boolean> {
  const galleryId = galleryResourceId(gallery);
  const reason = whyNotOurs(owner, instance);
  const log = await loadReadable(ports, 'who owns a gallery is not audited until it can be read');
  // The tag is what decides: a damaged log must not keep new versions from being held.
  if (!log) return reason === undefined;
  const last = lastOwnership(log.entries, galleryId);
  const isTold =
    reason === undefined ? last?.type !== 'galleryRefused' : last?.type === 'galleryRefused' && last.reason === reason;
  if (reason !== undefined) ports.log.error(`nothing is done in ${galleryId}: ${reason}`);
  if (isTold) return reason === undefined;
  const fact =
    reason === undefined
      ? ({ type: 'galleryTaken', galleryId } as const)
      : ({ type: 'galleryRefused', galleryId, reason, ...(owner !== undefined && { owner }) } as const);
  await markInstance(ports, log);
  await appendFacts(ports, log, [fact], { cause: `tag ${instanceTag}`, at: ports.clock.now() });
  await settleInstance(ports);
  return reason === undefined;
}
