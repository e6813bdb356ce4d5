import type { Announcement } from '../../shared/domain/announcements/announcement.ts';
import type { IndexMessage, IndexRecord } from '../../shared/domain/indexRecord.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import type { TeamPrincipal } from '../../shared/domain/teams/team.ts';
import type { AnyWakeUp } from '../../shared/domain/wakeUps.ts';
import type {
  Announcements,
  AuditIndexQueue,
  Granting,
  MessageCounts,
  TeamSubscriptions,
  WakeUps,
} from '../../shared/ports.ts';
import type { FakeTime } from './fakeTime.ts';

export interface QueuedMessage {
  id: string;
  atMs: number;
  body: AnyWakeUp;
  deliveries: number;
}

/** The queue `publications` with duplicate detection and scheduling; the test delivers. */
export class FakeWakeUps implements WakeUps {
  messages: QueuedMessage[] = [];
  readonly seen = new Set<string>();
  sent = 0;
  private readonly time: FakeTime;

  constructor(time: FakeTime) {
    this.time = time;
  }

  async send(wakeUp: AnyWakeUp, id: string, at?: Instant): Promise<void> {
    this.sent += 1;
    if (this.seen.has(id)) return;
    this.seen.add(id);
    const atMs = at === undefined ? this.time.nowMs : Date.parse(at);
    this.messages.push({ id, atMs, body: JSON.parse(JSON.stringify(wakeUp)), deliveries: 0 });
  }
}

/** The topic `image-versions`: keeps one copy per id, counts every send. */
export class FakeAnnouncements implements Announcements {
  readonly onTopic = new Map<string, Announcement>();
  sends = 0;

  async send(announcements: Announcement[]): Promise<void> {
    for (const announcement of announcements) {
      this.sends += 1;
      const { id, messageId = id } = announcement;
      if (!this.onTopic.has(messageId)) this.onTopic.set(messageId, announcement);
    }
  }
}

export class FakeAuditIndexQueue implements AuditIndexQueue {
  readonly records = new Map<string, IndexRecord>();

  async send(messages: IndexMessage[]): Promise<void> {
    for (const { record } of messages) this.records.set(record.id, record);
  }
}

/** The subscriptions of the topic: takes any filter but one that ends in an operator, as a parser would. */
export class FakeTeamSubscriptions implements TeamSubscriptions {
  readonly filters = new Map<string, string>();
  /** Teams whose messages go on into the queue of deliveries. */
  readonly forwarded = new Set<string>();
  readonly receivers = new Map<string, Set<string>>();
  /** What is in the subscriptions, as the test says. */
  readonly counts = new Map<string, MessageCounts>();
  mayAssign = true;

  async put(team: string, sql: string, forward: boolean) {
    if (/(=|AND|OR)\s*\)/.test(sql))
      return { kind: 'refused' as const, reason: 'there is a syntax error in the filter' };
    this.filters.set(team, sql);
    if (forward) this.forwarded.add(team);
    else this.forwarded.delete(team);
    return { kind: 'done' as const };
  }

  async delete(team: string): Promise<void> {
    this.filters.delete(team);
  }

  async grant(team: string, principal: TeamPrincipal): Promise<Granting> {
    if (!this.mayAssign)
      return { kind: 'notAllowed', command: `az role assignment create ${principal.objectId} ${team}` };
    this.receivers.set(team, (this.receivers.get(team) ?? new Set()).add(principal.objectId));
    return { kind: 'done' };
  }

  async revoke(team: string, { objectId }: TeamPrincipal): Promise<Granting> {
    if (!this.mayAssign) return { kind: 'notAllowed', command: `az role assignment delete ${objectId} ${team}` };
    this.receivers.get(team)?.delete(objectId);
    return { kind: 'done' };
  }

  async count(team: string) {
    return this.filters.has(team) ? (this.counts.get(team) ?? { waiting: 0, deadLettered: 0 }) : undefined;
  }
}
