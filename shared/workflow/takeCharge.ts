import * as z from 'zod';
import { galleryKey, galleryResourceId, type ImageDefinitionId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { readDocument } from './readDocument.ts';
import type { Settings } from './settings.ts';

const charge = z.object({ galleryId: z.string(), takenInChargeAt: z.iso.datetime() });

type Gallery = Omit<ImageDefinitionId, 'image'>;

/** By gallery, and by where it is recorded. */
const taken = new WeakMap<Ports['documents'], Map<string, Instant>>();

/**
 * The instant at which the instance took charge of a gallery: recorded once, at the first contact, and never changed, so
 * that a process reads it once. What was created before it is adopted as it is.
 */
export async function takeCharge(
  ports: Pick<Ports, 'clock' | 'documents'>,
  settings: Settings,
  gallery: Gallery,
): Promise<Instant> {
  const known = taken.get(ports.documents) ?? new Map<string, Instant>();
  taken.set(ports.documents, known);
  const key = galleryKey(gallery);
  const takenInChargeAt = known.get(key) ?? (await readOrRecord(ports, settings, gallery));
  known.set(key, takenInChargeAt);
  return takenInChargeAt;
}

async function readOrRecord(
  ports: Pick<Ports, 'clock' | 'documents'>,
  settings: Settings,
  gallery: Gallery,
): Promise<Instant> {
  const name = `charges/${galleryKey(gallery)}`;
  const known = await readDocument(ports.documents, name, charge);
  if (known) return known.value.takenInChargeAt;
  const takenInChargeAt = settings.takeChargeAt ?? ports.clock.now();
  const written = await ports.documents.write(
    name,
    { galleryId: galleryResourceId(gallery), takenInChargeAt },
    undefined,
  );
  if (written !== 'conflict') return takenInChargeAt;
  const first = await readDocument(ports.documents, name, charge);
  if (!first) throw new AdapterError(`${name} was refused and is not there`, { code: 'ChargeLost', retryable: true });
  return first.value.takenInChargeAt;
}
