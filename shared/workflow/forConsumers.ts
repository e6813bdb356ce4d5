import { noSubject, withEntry } from '../domain/announcements/logSubject.ts';
import type { Fact } from '../domain/facts.ts';
import { type GallerySharing, isSameSharing } from '../domain/gallerySharing.ts';
import { isReplaced, type Published, withReplacements, withSuperseded } from '../domain/replacements.ts';
import type { Scene } from '../domain/surroundings.ts';
import { AdapterError } from '../errors.ts';
import { foldDefinitionLog } from './foldLog.ts';
import type { LoadedLog } from './log.ts';
import { nowOf, type Run, stateOf } from './run.ts';

/** What a step knows of the image definition and of the versions that it works on. */
export function sceneOf(run: Run): Scene {
  const { log, incarnations, versions, revision, instance, group, spending } = run;
  const siblings = [...incarnations.values()].filter((other) => other.entries.length > 0).map(stateOf);
  return {
    instance,
    definition: foldDefinitionLog(log),
    siblings,
    versions,
    revision,
    ...(group && { group }),
    ...(spending && { spending }),
    now: nowOf(run),
  };
}

/**
 * Facts about one version with what its consumers ask next: which version to use instead, and of one that was published
 * which it supersedes, and by which ids it can be used.
 */
export async function forConsumers(run: Run, log: LoadedLog, version: string, facts: Fact[]): Promise<Fact[]> {
  if (!facts.some((fact) => isReplaced(fact) || isPublished(fact))) return facts;
  const scene = sceneOf(run);
  const complete: Fact[] = [];
  for (const fact of facts) {
    if (isPublished(fact))
      complete.push({ ...withSuperseded(fact, scene, version), ...newSharing(log, await readSharing(run)) });
    else complete.push(isReplaced(fact) ? withReplacements(fact, scene, version) : fact);
  }
  return complete;
}

/**
 * How the gallery is shared. Nothing waits for it: where it cannot be read it is undefined, and announcements name what was
 * known before.
 */
export async function readSharing({ ports, definition }: Run): Promise<GallerySharing | undefined> {
  try {
    return (await ports.galleries.getSharing(definition)) ?? {};
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    ports.log.warn(error.message, { code: error.code });
    return undefined;
  }
}

/** What was read, where that is another than the log knows. */
export function newSharing({ entries }: LoadedLog, sharing?: GallerySharing): { sharing?: GallerySharing } {
  const { sharing: known = {} } = entries.reduce((subject, { fact }) => withEntry(subject, fact), noSubject);
  return sharing === undefined || isSameSharing(sharing, known) ? {} : { sharing };
}

function isPublished(fact: Fact): fact is Published {
  return fact.type === 'published' || fact.type === 'regionsPublished';
}
