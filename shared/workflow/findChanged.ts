import { decideDefinition, latestChanges } from '../domain/decideDefinition.ts';
import type { DefinitionState } from '../domain/definitionState.ts';
import { effectiveLatest } from '../domain/effectiveLatest.ts';
import {
  definitionKey,
  definitionResourceId,
  type GalleryId,
  galleryKey,
  type ImageDefinitionId,
  parseImageId,
} from '../domain/ids.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import { policyFor } from '../domain/policyFile.ts';
import type { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { attemptAll, type Part } from './attemptAll.ts';
import { currentPolicy } from './currentPolicy.ts';
import { foldDefinitionLog } from './foldLog.ts';
import { isOurs } from './isOurs.ts';
import { listExisting } from './listExisting.ts';
import { definitionLog, loadLog } from './log.ts';
import { readInstance } from './readInstance.ts';
import { readLatest } from './readLatest.ts';
import type { Settings } from './settings.ts';
import { takeCharge } from './takeCharge.ts';

/** Definitions whose versions, or latest, differ from what their log knows; a definition without a log is met for the first time. */
export async function findChanged(
  ports: Ports,
  settings: Settings,
  gallery: GalleryId,
): Promise<{ changed: ImageDefinitionId[]; problems: AdapterError[] }> {
  if (!(await isOurs(ports, settings, gallery))) return { changed: [], problems: [] };
  const takenInChargeAt = await takeCharge(ports, settings, gallery);
  const policy = await currentPolicy(ports);
  const instance = await readInstance(ports);
  const changed: ImageDefinitionId[] = [];
  const isChanged = async (definition: ImageDefinitionId): Promise<boolean> => {
    const key = definitionKey(definition);
    const state = foldDefinitionLog(await loadLog(ports, definitionLog(key)));
    const versions = await listExisting(ports, definition, state);
    // A publishedDate that our own write reset is told apart by the step, which knows its writes; here it only wakes.
    const revision = policyFor(policy, definition);
    const context = {
      definition,
      key,
      takenInChargeAt,
      revision,
      instance,
      writtenByUs: new Set<string>(),
      now: ports.clock.now(),
    };
    const decision = decideDefinition(state, versions, context);
    if (Object.values(decision).some((found) => found.length > 0)) return true;
    return versions !== undefined && isLatestChanged(ports, definition, state, versions);
  };
  const existing = (await ports.galleries.listDefinitions(gallery)) ?? [];
  const candidates = [...existing, ...(await findVanished(ports, gallery, existing))];
  const problems = await attemptAll(
    ports,
    candidates.map(
      (definition): Part => [
        definitionResourceId(definition),
        async () => {
          if (await isChanged(definition)) changed.push(definition);
        },
      ],
    ),
  );
  return { changed, problems };
}

/** A list shows no replication: read is only what differs by it, as the last replica of a version may come unannounced. */
async function isLatestChanged(
  ports: Ports,
  definition: ImageDefinitionId,
  { latest }: DefinitionState,
  versions: ImageVersion[],
): Promise<boolean> {
  if (latestChanges(latest, effectiveLatest(versions)).length === 0) return false;
  return latestChanges(latest, await readLatest(ports, definition, versions)).length > 0;
}

/** Image definitions of the gallery that the logs know and the gallery does not any more. */
async function findVanished(
  ports: Ports,
  gallery: GalleryId,
  existing: ImageDefinitionId[],
): Promise<ImageDefinitionId[]> {
  const logs = new Set(await ports.auditLogs.list(definitionLog('')));
  for (const definition of existing) logs.delete(definitionLog(definitionKey(definition)));
  const vanished: ImageDefinitionId[] = [];
  await attemptAll(
    ports,
    [...logs].map(
      (log): Part => [
        log,
        async () => {
          const { imageDefinitionId = '', deleted } = foldDefinitionLog(await loadLog(ports, log));
          const definition = parseImageId(imageDefinitionId)?.definition;
          if (definition && !deleted && galleryKey(definition) === galleryKey(gallery)) vanished.push(definition);
        },
      ],
    ),
  );
  return vanished;
}
