import { definitionKey, type GalleryId } from '../domain/ids.ts';
import { type Instant, msBetween } from '../domain/instant.ts';
import { type WakeUp, wakeUpId, wakeUpSchema } from '../domain/wakeUps.ts';
import type { Ports, SmokeTestResource } from '../ports.ts';
import { attemptAll, type Part } from './attemptAll.ts';
import { writeManifest } from './audit/writeManifest.ts';
import { findChanged } from './findChanged.ts';
import { settleInstance } from './instanceOutbox.ts';
import { listMarkers } from './openMarker.ts';
import { releaseFinishedSlots } from './releaseFinishedSlots.ts';
import type { Settings } from './settings.ts';
import { settleTeams } from './settleTeams.ts';
import { tellIfSpent } from './tellSpending.ts';

const untaggedLimitMs = 6 * 3_600_000;

type Keys = Map<string, Pick<WakeUp, 'definition' | 'readsDefinition'>>;

export interface Swept {
  woken: number;
  deleted: string[];
}

/**
 * The timer's look for what events missed: unknown, re-created and vanished versions, open work, expired VMs, slots of
 * finished runs. It wakes; by itself it only deletes in the smoke-test resource group. One part that fails does not
 * keep the others from being done; the first problem is thrown at the end, so that the run counts as failed.
 */
export async function sweep(ports: Ports, settings: Settings): Promise<Swept> {
  const cause = `sweep ${ports.clock.now()}`;
  const keys: Keys = new Map();
  const deleted: string[] = [];
  const problems = await attemptAll(ports, [
    ['open markers', () => addOpen(ports, keys)],
    ...settings.galleries.map((gallery): Part => [gallery.gallery, () => addChanged(ports, settings, gallery, keys)]),
    ['expired resources', () => deleteExpired(ports, deleted)],
    ['slots', () => releaseFinishedSlots(ports)],
    ['teams', () => settleTeams(ports)],
    ['budget', () => tellIfSpent(ports, cause)],
    ['announcements of the instance', () => settleInstance(ports)],
    ['audit manifest', () => writeManifest(ports)],
  ]);
  for (const [key, about] of keys) {
    const wakeUp: WakeUp = { schema: wakeUpSchema, key, ...about, cause, retry: 0 };
    await ports.wakeUps.send(wakeUp, wakeUpId(wakeUp));
  }
  if (problems[0]) throw problems[0];
  return { woken: keys.size, deleted };
}

async function addOpen(ports: Ports, keys: Keys): Promise<void> {
  for (const key of await listMarkers(ports.documents)) keys.set(key, {});
}

async function addChanged(ports: Ports, settings: Settings, gallery: GalleryId, keys: Keys): Promise<void> {
  const { changed, problems } = await findChanged(ports, settings, gallery);
  for (const { definition, isUpdated } of changed)
    keys.set(definitionKey(definition), { definition, ...(isUpdated && { readsDefinition: true }) });
  if (problems[0]) throw problems[0];
}

/** Deletes what is past its expiry tag, or untagged and too old, whatever the state of any run. */
async function deleteExpired(ports: Ports, deleted: string[]): Promise<void> {
  const now = ports.clock.now();
  const expired = (await ports.smokeTestVms.listResources()).filter((resource) => isExpired(resource, now));
  const problems = await attemptAll(
    ports,
    expired.map(
      (resource): Part => [
        resource.id,
        async () => {
          const { expiresAt } = resource;
          ports.log.warn(`${resource.kind} ${resource.name} is past its time and is deleted`, { expiresAt });
          await ports.smokeTestVms.deleteResource(resource);
          deleted.push(resource.id);
        },
      ],
    ),
  );
  if (problems[0]) throw problems[0];
}

function isExpired({ attachedTo, expiresAt, createdAt }: SmokeTestResource, now: Instant): boolean {
  if (attachedTo !== undefined) return false;
  if (expiresAt !== undefined) return expiresAt < now;
  return createdAt !== undefined && msBetween(createdAt, now) > untaggedLimitMs;
}
