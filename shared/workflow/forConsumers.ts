import { noSubject, withEntry } from '../domain/announcements/logSubject.ts';
import type { Fact } from '../domain/facts.ts';
import { type GallerySharing, isSameSharing } from '../domain/gallerySharing.ts';
import { galleryKey } from '../domain/ids.ts';
import { type Instant, msBetween } from '../domain/instant.ts';
import { isReplaced, type Published, withReplacements, withSuperseded } from '../domain/replacements.ts';
import type { Scene } from '../domain/surroundings.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
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

/** As this process read it last, by gallery. */
const lastRead = new WeakMap<Ports['galleries'], Map<string, { at: Instant; sharing: GallerySharing }>>();
/** What is detected is not for use yet; by which ids it can be used is read anew when it is published. */
const recentMs = 5 * 60_000;

/** How the gallery is shared, or was minutes ago. */
export async function recentSharing(run: Run): Promise<GallerySharing | undefined> {
  const known = lastRead.get(run.ports.galleries)?.get(galleryKey(run.definition));
  return known && msBetween(known.at, nowOf(run)) < recentMs ? known.sharing : readSharing(run);
}

/**
 * How the gallery is shared. Nothing waits for it: where it cannot be read it is undefined, and announcements name what was
 * known before.
 */
async function readSharing(run: Run): Promise<GallerySharing | undefined> {
  const { ports, definition } = run;
  try {
    const sharing = (await ports.galleries.getSharing(definition)) ?? {};
    const known = lastRead.get(ports.galleries) ?? new Map();
    lastRead.set(ports.galleries, known.set(galleryKey(definition), { at: nowOf(run), sharing }));
    return sharing;
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
