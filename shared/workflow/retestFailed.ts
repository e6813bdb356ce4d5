import { foldDefinition } from '../domain/definitionState.ts';
import { failureCandidates, failureSince } from '../domain/failedVersions.ts';
import {
  definitionKey,
  type GalleryId,
  galleryKey,
  type ImageDefinitionId,
  parseImageId,
  shortHash,
  versionResourceId,
} from '../domain/ids.ts';
import { foldIncarnation } from '../domain/incarnationState.ts';
import type { Instant } from '../domain/instant.ts';
import type { Ports } from '../ports.ts';
import { acceptRequest } from './acceptRequest.ts';
import { definitionLog, incarnationLog, isUnreadable, loadLog } from './log.ts';
import type { WhyForeign } from './whyForeign.ts';

/** Each is one request in the log of its image definition: so many fit into one call. */
const mostAtOnce = 100;

export interface FailedVersion {
  /** Resource id of the version. */
  id: string;
  definition: ImageDefinitionId;
  version: string;
  verdict: 'failed' | 'inconclusive';
  reason: string;
  at: Instant;
}

/**
 * Every version whose smoke test came to no pass since an instant, oldest first, save those that are being tested again
 * already, and of galleries that are not this instance's. A log that cannot be read hides no other.
 */
export async function findFailed(
  ports: Pick<Ports, 'auditLogs'>,
  foreign: WhyForeign,
  since: Instant,
): Promise<FailedVersion[]> {
  const found: FailedVersion[] = [];
  const isForeign = asked(foreign);
  for (const name of await ports.auditLogs.list(definitionLog(''))) {
    const state = await unlessUnreadable(ports, name, foldDefinition);
    const definition = parseImageId(state?.imageDefinitionId ?? '')?.definition;
    if (!state || !definition || state.deleted || (await isForeign(definition))) continue;
    for (const { version, incarnation } of failureCandidates(state)) {
      const log = incarnationLog(definitionKey(definition), incarnation);
      const failed = await unlessUnreadable(ports, log, foldIncarnation);
      const failure = failed && failureSince(failed, since);
      if (failure) found.push({ id: versionResourceId(definition, version), definition, version, ...failure });
    }
  }
  return found.sort((a, b) => (a.at < b.at ? -1 : 1));
}

/**
 * Asks for a test of the versions found, each as an operator would have asked for it alone; the slots bound how many run
 * at a time. Returns those that were asked for, and how many are left for another call.
 */
export async function retestFailed(
  ports: Pick<Ports, 'auditLogs' | 'documents' | 'wakeUps' | 'clock' | 'ids'>,
  foreign: WhyForeign,
  { since, reason }: { since: Instant; reason: string },
  { actor, requestId }: { actor: string; requestId: string },
): Promise<{ asked: FailedVersion[]; left: number }> {
  const found = await findFailed(ports, foreign, since);
  const asked = found.slice(0, mostAtOnce);
  for (const { definition, version } of asked) {
    const id = shortHash(20, definitionKey(definition), requestId, version);
    await acceptRequest(ports, { definition, id, actor, fact: { type: 'retestRequested', version, reason } });
  }
  return { asked, left: found.length - asked.length };
}

/** Each gallery is asked for once. */
function asked(foreign: WhyForeign): (gallery: GalleryId) => Promise<boolean> {
  const known = new Map<string, Promise<string | undefined>>();
  return async (gallery) => {
    const key = galleryKey(gallery);
    const reason = known.get(key) ?? foreign(gallery);
    known.set(key, reason);
    return (await reason) !== undefined;
  };
}

async function unlessUnreadable<T>(
  ports: Pick<Ports, 'auditLogs'>,
  name: string,
  fold: (entries: Awaited<ReturnType<typeof loadLog>>['entries']) => T,
): Promise<T | undefined> {
  try {
    return fold((await loadLog(ports, name)).entries);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return undefined;
  }
}
