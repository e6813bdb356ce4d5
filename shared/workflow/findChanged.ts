import { decideDefinition, latestChanges } from '../domain/decideDefinition.ts';
import type { DefinitionState } from '../domain/definitionState.ts';
import {
  definitionKey,
  definitionResourceId,
  type GalleryId,
  galleryKey,
  type ImageDefinitionId,
  parseImageId,
} from '../domain/ids.ts';
import { describedAnew } from '../domain/imageDescription.ts';
import { policyFor } from '../domain/policyFile.ts';
import type { AdapterError } from '../errors.ts';
import type { ListedDefinition, Ports } from '../ports.ts';
import { attemptAll, type Part } from './attemptAll.ts';
import { foldDefinitionLog } from './foldLog.ts';
import { isOurs } from './isOurs.ts';
import { listExisting } from './listExisting.ts';
import { definitionLog, loadLog } from './log.ts';
import { readLatest } from './readLatest.ts';
import { readRules } from './readRules.ts';
import type { Settings } from './settings.ts';
import { takeCharge } from './takeCharge.ts';

export interface ChangedDefinition {
  definition: ImageDefinitionId;
  /** Whether it is described differently itself. */
  isUpdated: boolean;
}

/**
 * Definitions that differ from what their log knows: themselves, their versions, or what is latest. A definition
 * without a log is met for the first time.
 */
export async function findChanged(
  ports: Ports,
  settings: Settings,
  gallery: GalleryId,
): Promise<{ changed: ChangedDefinition[]; problems: AdapterError[] }> {
  if (!(await isOurs(ports, settings, gallery))) return { changed: [], problems: [] };
  const takenInChargeAt = await takeCharge(ports, settings, gallery);
  const { ruled: policy, instance } = await readRules(ports);
  const changed: ChangedDefinition[] = [];
  const isChanged = async (definition: ImageDefinitionId, state: DefinitionState): Promise<boolean> => {
    const key = definitionKey(definition);
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
    if (versions === undefined) return false;
    return latestChanges(state.latest, await readLatest(ports, definition, versions, state.latest)).length > 0;
  };
  const existing = (await ports.galleries.listDefinitions(gallery)) ?? [];
  const vanished = await findVanished(
    ports,
    gallery,
    existing.map(({ id }) => id),
  );
  const candidates: ListedDefinition[] = [...existing, ...vanished.map((id) => ({ id }))];
  const problems = await attemptAll(
    ports,
    candidates.map(
      ({ id: definition, image }): Part => [
        definitionResourceId(definition),
        async () => {
          const state = foldDefinitionLog(await loadLog(ports, definitionLog(definitionKey(definition))));
          const isUpdated = image !== undefined && describedAnew(state.image, image).length > 0;
          if (isUpdated || (await isChanged(definition, state))) changed.push({ definition, isUpdated });
        },
      ],
    ),
  );
  return { changed, problems };
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
