import { decideDefinition } from '../domain/decideDefinition.ts';
import { foldDefinition } from '../domain/definitionState.ts';
import { definitionKey, type ImageDefinitionId } from '../domain/ids.ts';
import { type Instant, msBetween } from '../domain/instant.ts';
import { type WakeUp, wakeUpId, wakeUpSchema } from '../domain/wakeUps.ts';
import { AdapterError } from '../errors.ts';
import type { Ports, SmokeTestResource } from '../ports.ts';
import { currentPolicy } from './currentPolicy.ts';
import { definitionLog, loadLog } from './log.ts';
import { listMarkers } from './openMarker.ts';
import { releaseFinishedSlots } from './releaseFinishedSlots.ts';
import type { Settings } from './settings.ts';
import { takeCharge } from './takeCharge.ts';

const untaggedLimitMs = 6 * 3_600_000;

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
  const keys = new Map<string, ImageDefinitionId | undefined>();
  const deleted: string[] = [];
  const problems = await attemptAll(ports, [
    async () => {
      for (const key of await listMarkers(ports.documents)) keys.set(key, undefined);
    },
    ...settings.galleries.map((gallery) => async () => {
      for (const definition of await findChanged(ports, settings, gallery))
        keys.set(definitionKey(definition), definition);
    }),
    async () => {
      deleted.push(...(await deleteExpired(ports)));
    },
    () => releaseFinishedSlots(ports),
  ]);
  for (const [key, definition] of keys) {
    const wakeUp: WakeUp = { schema: wakeUpSchema, key, ...(definition && { definition }), cause, retry: 0 };
    await ports.wakeUps.send(wakeUp, wakeUpId(wakeUp));
  }
  if (problems[0]) throw problems[0];
  return { woken: keys.size, deleted };
}

/** Definitions whose versions differ from what their log knows; a definition without a log is met for the first time. */
async function findChanged(
  ports: Ports,
  settings: Settings,
  gallery: Omit<ImageDefinitionId, 'image'>,
): Promise<ImageDefinitionId[]> {
  const takenInChargeAt = await takeCharge(ports, settings, gallery);
  const revision = await currentPolicy(ports);
  const changed: ImageDefinitionId[] = [];
  for (const definition of (await ports.galleries.listDefinitions(gallery)) ?? []) {
    const key = definitionKey(definition);
    const state = foldDefinition((await loadLog(ports, definitionLog(key))).entries);
    const versions = await ports.galleries.listVersions(definition);
    // A publishedDate that our own write reset is told apart by the step, which knows its writes; here it only wakes.
    const context = { definition, key, takenInChargeAt, revision, planTest: () => [], writtenByUs: new Set<string>() };
    const { detections, deletions, facts } = decideDefinition(state, versions, context);
    if (detections.length + deletions.length + facts.length > 0) changed.push(definition);
  }
  return changed;
}

/** Deletes what is past its expiry tag, or untagged and too old, whatever the state of any run. */
async function deleteExpired(ports: Ports): Promise<string[]> {
  const now = ports.clock.now();
  const expired = (await ports.smokeTestVms.listResources()).filter((resource) => isExpired(resource, now));
  for (const resource of expired) {
    ports.log.warn(`${resource.kind} ${resource.name} is past its time and is deleted`, {
      expiresAt: resource.expiresAt,
    });
    await ports.smokeTestVms.deleteResource(resource);
  }
  return expired.map((resource) => resource.id);
}

function isExpired({ attachedTo, expiresAt, createdAt }: SmokeTestResource, now: Instant): boolean {
  if (attachedTo !== undefined) return false;
  if (expiresAt !== undefined) return expiresAt < now;
  return createdAt !== undefined && msBetween(createdAt, now) > untaggedLimitMs;
}

async function attemptAll(ports: Ports, parts: (() => Promise<void>)[]): Promise<AdapterError[]> {
  const problems: AdapterError[] = [];
  for (const part of parts) {
    try {
      await part();
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      ports.log.warn(`sweep: ${error.message}`, { code: error.code });
      problems.push(error);
    }
  }
  return problems;
}
