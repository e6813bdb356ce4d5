import type { Delivery } from '../../domain/deliveries/delivery.ts';
import type { DeliveryLimits } from '../../domain/deliveries/deliveryLimits.ts';
import { decideNext, isTooOld, type NextStep, type TryOutcome } from '../../domain/deliveries/deliverySchedule.ts';
import { signedCall } from '../../domain/deliveries/signedCall.ts';
import { judgeResponse } from '../../domain/deliveries/webhookResponse.ts';
import { addMs, type Instant, msBetween } from '../../domain/instant.ts';
import type { TeamDelivery } from '../../domain/teams/team.ts';
import { AdapterError } from '../../errors.ts';
import type { Ports } from '../../ports.ts';
import { loadTeam } from '../teamLog.ts';
import { keepDeadLetter } from './deadLetters.ts';
import { askForPlace, noteEvent, placeWaitMs } from './record.ts';
import { secretName } from './webhookSecret.ts';

type DeliveryPorts = Pick<
  Ports,
  'auditLogs' | 'clock' | 'deliveries' | 'documents' | 'log' | 'secrets' | 'storageQueues' | 'webhooks'
>;

/**
 * One try to bring an announcement to a team. What did not work is put off as a copy, so that no message is held while
 * it waits; a crash in between brings it twice, under the same id.
 */
export async function deliver(ports: DeliveryPorts, limits: DeliveryLimits, delivery: Delivery): Promise<void> {
  const { team } = delivery;
  const now = ports.clock.now();
  const { state } = await loadTeam(ports, team);
  const target = state.inForce?.delivery;
  if (!target) return ports.log.warn(`delivery ${delivery.event.id} is dropped: team ${team} wants none any more`);
  const begun = { ...delivery, since: delivery.since ?? now };
  if (!limits.enter(team)) return wait(ports, begun, addMs(now, placeWaitMs), now);
  try {
    const { callAt, ...placeless } = begun;
    const admission = await askForPlace(ports, team, state.callsAMinute, callAt);
    if (admission.kind === 'wait') {
      const { at, isPlace } = admission;
      return await wait(ports, isPlace ? { ...placeless, callAt: at } : placeless, at, now);
    }
    const outcome = await attempt(ports, target, placeless);
    await follow(ports, placeless, decideNext(placeless, outcome, ports.clock.now()), outcome);
  } finally {
    limits.leave(team);
  }
}

/** Without a try; a team that stays out of reach for days still gets dead letters in the end. */
async function wait(ports: DeliveryPorts, delivery: Delivery, at: Instant, now: Instant): Promise<void> {
  if (!isTooOld(delivery.since, now)) return ports.deliveries.send(delivery, at);
  await keepDeadLetter(ports, delivery, 'it could not be tried for days', now);
  await noteEvent(ports, delivery.team, { kind: 'expired', isFirst: delivery.attempts === 0 });
}

async function follow(ports: DeliveryPorts, delivery: Delivery, next: NextStep, outcome: TryOutcome): Promise<void> {
  const { team, event, attempts } = delivery;
  const isFirst = attempts === 0;
  if (next.kind === 'done') {
    ports.log.info(`delivery ${event.id} has reached team ${team}`);
    const lateMs = Math.max(0, msBetween(event.time, ports.clock.now()));
    return noteEvent(ports, team, { kind: 'delivered', lateMs, isFirst });
  }
  const reason = outcome.kind === 'delivered' ? '' : outcome.reason;
  ports.log.warn(`try ${attempts + 1} of delivery ${event.id} to team ${team} failed: ${reason}`);
  if (next.kind === 'again') await ports.deliveries.send({ ...delivery, attempts: attempts + 1 }, next.at);
  else await keepDeadLetter(ports, delivery, next.reason, ports.clock.now());
  await noteEvent(ports, team, { kind: next.kind === 'again' ? 'failedTry' : 'deadLettered', isFirst });
}

async function attempt(ports: DeliveryPorts, target: TeamDelivery, { team, event }: Delivery): Promise<TryOutcome> {
  try {
    if (target.kind === 'storageQueue') {
      await ports.storageQueues.send(target.url, JSON.stringify(event));
      return { kind: 'delivered' };
    }
    const secrets = await ports.secrets.read(secretName(team));
    if (!secrets) return { kind: 'failed', reason: 'its secret is not in the key vault' };
    const { headers, body } = signedCall(event, secrets.reveal(), ports.clock.now());
    return judgeResponse(await ports.webhooks.call('POST', target.url, headers, body));
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return {
      kind: 'failed',
      reason: error.message,
      ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    };
  }
}
