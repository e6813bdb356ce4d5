import type { Announcement } from '../../shared/domain/announcements/announcement.ts';
import type { IndexMessage, IndexRecord } from '../../shared/domain/indexRecord.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import type { AnyWakeUp } from '../../shared/domain/wakeUps.ts';
import type { Announcements, AuditIndexQueue, WakeUps } from '../../shared/ports.ts';
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
      if (!this.onTopic.has(announcement.id)) this.onTopic.set(announcement.id, announcement);
    }
  }
}

export class FakeAuditIndexQueue implements AuditIndexQueue {
  readonly records = new Map<string, IndexRecord>();

  async send(messages: IndexMessage[]): Promise<void> {
    for (const { record } of messages) this.records.set(record.id, record);
  }
}
