import { type Entry, sameFact } from '../domain/entries.ts';
import type { DefinitionFact, Fact } from '../domain/facts.ts';
import { definitionKey, type ImageDefinitionId } from '../domain/ids.ts';
import { type WakeUp, wakeUpId, wakeUpSchema } from '../domain/wakeUps.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { appendFacts, definitionLog, LogConflict, loadLog } from './log.ts';
import { atHead, newMarker, readMarker, writeMarker } from './openMarker.ts';

const mostConflicts = 8;

export interface Requested {
  definition: ImageDefinitionId;
  /** Names the request for ever: the same id again is the same request. */
  id: string;
  /** Object id of the one who asked. */
  actor: string;
  fact: DefinitionFact;
}

/**
 * Accepts what somebody asked for: one entry in the definition's log, under the condition that nobody else appended, and
 * a wake-up. The open marker is rewritten first and names the entry, so that neither a step that is just finishing nor one
 * that begins before the entry stands can delete it.
 *
 * @returns `otherRequest` when the id was used for something else: nothing is appended then
 */
export async function acceptRequest(
  ports: Pick<Ports, 'auditLogs' | 'documents' | 'wakeUps' | 'clock' | 'ids'>,
  { definition, id, actor, fact }: Requested,
): Promise<'accepted' | 'otherRequest'> {
  const key = definitionKey(definition);
  const cause = `request ${id}`;
  for (let tries = 0; ; tries += 1) {
    try {
      const marker = (await readMarker(ports.documents, key)) ?? newMarker(key, definition);
      const log = await loadLog(ports, definitionLog(key));
      const earlier = requestedBefore(log.entries, id);
      if (earlier && !sameFact(earlier, fact)) return 'otherRequest';
      if (earlier) break;
      marker.cursors[log.name] ??= atHead(log);
      marker.awaited[cause] = ports.clock.now();
      await writeMarker(ports.documents, marker);
      await appendFacts(ports, log, [fact], { cause, actor, at: ports.clock.now() });
      break;
    } catch (error) {
      if (!(error instanceof LogConflict)) throw error;
      if (tries < mostConflicts) continue;
      const message = `the log of ${definition.image} is written to all the time: try again`;
      throw new AdapterError(message, { code: 'LogContended', retryable: true, cause: error });
    }
  }
  const wakeUp: WakeUp = { schema: wakeUpSchema, key, definition, cause, retry: 0 };
  await ports.wakeUps.send(wakeUp, wakeUpId(wakeUp));
  return 'accepted';
}

/** What was asked for under the id, if anything was. */
export function requestedBefore(entries: Entry[], id: string): Fact | undefined {
  return entries.find(({ cause }) => cause === `request ${id}`)?.fact;
}
