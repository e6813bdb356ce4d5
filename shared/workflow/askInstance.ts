import { sameFact } from '../domain/entries.ts';
import { shortHash } from '../domain/ids.ts';
import { decideInstance, foldInstance, type InstanceRequest } from '../domain/instanceState.ts';
import { type WakeUp, wakeUpId, wakeUpSchema } from '../domain/wakeUps.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { requestedBefore } from './acceptRequest.ts';
import { markInstance, settleInstance } from './instanceOutbox.ts';
import { appendFacts, LogConflict, loadLog } from './log.ts';
import { listMarkers } from './openMarker.ts';
import { instanceLog } from './readInstance.ts';

export type InstancePorts = Pick<
  Ports,
  'auditLogs' | 'documents' | 'announcements' | 'auditIndex' | 'wakeUps' | 'clock' | 'ids'
>;

export type Asked = { kind: 'done' | 'refused'; reason: string } | { kind: 'otherRequest' };

const mostConflicts = 8;

/**
 * Does what was asked of everything: one entry in the log of the instance, announced, and a wake-up for every image
 * definition with work. A crash after the entry costs nothing: the sweep announces what was not, and wakes all open work.
 * The same `requestId` again is the same request.
 */
export async function askInstance(
  ports: InstancePorts,
  asked: InstanceRequest,
  by: { actor: string; requestId: string },
): Promise<Asked> {
  const id = shortHash(20, instanceLog, by.requestId);
  const result = await appendOnce(ports, asked, id, by.actor);
  if (result.kind !== 'done') return result;
  await settleInstance(ports);
  await wakeOpen(ports, `request ${id}`);
  return result;
}

async function appendOnce(ports: InstancePorts, asked: InstanceRequest, id: string, actor: string): Promise<Asked> {
  const cause = `request ${id}`;
  const { kind, reason } = asked;
  const wanted = { type: kind === 'pause' ? 'everythingPaused' : 'everythingResumed', reason } as const;
  for (let tries = 0; ; tries += 1) {
    const log = await loadLog(ports, instanceLog);
    const earlier = requestedBefore(log.entries, id);
    if (earlier) return sameFact(earlier, wanted) ? { kind: 'done', reason: 'done before' } : { kind: 'otherRequest' };
    const decision = decideInstance(foldInstance(log.entries), asked);
    if (decision.kind === 'refused') return decision;
    await markInstance(ports, log);
    try {
      await appendFacts(ports, log, [decision.fact], { cause, actor, at: ports.clock.now() });
      return { kind: 'done', reason: decision.reason };
    } catch (error) {
      if (!(error instanceof LogConflict)) throw error;
      if (tries < mostConflicts) continue;
      const details = { code: 'LogContended', retryable: true, cause: error };
      throw new AdapterError('the log of the instance is written to all the time: try again', details);
    }
  }
}

/** Wakes every image definition with open work. */
async function wakeOpen(ports: Pick<Ports, 'documents' | 'wakeUps'>, cause: string): Promise<void> {
  for (const key of await listMarkers(ports.documents)) {
    const wakeUp: WakeUp = { schema: wakeUpSchema, key, cause, retry: 0 };
    await ports.wakeUps.send(wakeUp, wakeUpId(wakeUp));
  }
}
