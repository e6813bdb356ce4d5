import type { Placed } from '../../domain/deliveries/placed.ts';
import { msBetween } from '../../domain/instant.ts';
import { beginningWith, withPlaced } from '../../domain/teams/subscriptionRecord.ts';
import { withLateness } from '../../domain/teams/teamRecord.ts';
import { AdapterError } from '../../errors.ts';
import type { Ports } from '../../ports.ts';
import { loadTeam } from '../teamLog.ts';
import { changeRecord, readRecord } from './record.ts';

/** Every worker of the app may count for one team at once, and one of them gets through each time. */
const mostConflicts = 40;

type CountPorts = Pick<Ports, 'auditLogs' | 'clock' | 'documents'>;

/** Counts an announcement that is in the subscription of a team. Rejects where it could not be counted. */
export async function countPlaced(ports: CountPorts, { team, messageId, time }: Placed): Promise<void> {
  const { state } = await loadTeam(ports, team);
  if (!state.inForce || state.inForce.delivery) return;
  const lateMs = Math.max(0, msBetween(time, ports.clock.now()));
  const isCounted = await changeRecord(ports, team, mostConflicts, (record) => {
    const { subscription } = record;
    if (!subscription) return record;
    const next = withPlaced(subscription, messageId);
    return next === subscription ? record : { ...withLateness(record, lateMs), subscription: next };
  });
  if (!isCounted)
    throw new AdapterError(`the record of team ${team} is contended`, { code: 'DocumentContended', retryable: true });
}

/** Counts from now on; what is in the subscription already is counted with it. `afresh`: forgets what was counted. */
export async function beginCount(
  ports: Pick<Ports, 'clock' | 'documents' | 'teamSubscriptions'>,
  team: string,
  afresh: boolean,
): Promise<void> {
  if (!afresh && (await isCounting(ports, team))) return;
  const { waiting, deadLettered } = (await ports.teamSubscriptions.count(team)) ?? { waiting: 0, deadLettered: 0 };
  const subscription = beginningWith(waiting + deadLettered, ports.clock.now());
  await changeRecord(ports, team, mostConflicts, (record) => ({
    ...(afresh ? { ...record, lateMs: [] } : record),
    subscription,
  }));
}

export async function isCounting(ports: Pick<Ports, 'documents'>, team: string): Promise<boolean> {
  return (await readRecord(ports, team)).subscription !== undefined;
}

/** A dead letter of the subscription was sent again, or dropped. */
export async function countSettled(ports: Pick<Ports, 'documents'>, team: string): Promise<void> {
  await changeRecord(ports, team, mostConflicts, (record) => {
    const { subscription } = record;
    return subscription ? { ...record, subscription: { ...subscription, settled: subscription.settled + 1 } } : record;
  });
}
