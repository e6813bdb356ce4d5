import { messagesContract } from '../contracts/messagesContract.ts';
import { FakeAnnouncements, FakeWakeUps } from './fakeServiceBus.ts';
import { FakeTime } from './fakeTime.ts';

messagesContract('in memory', async () => {
  const time = new FakeTime('2026-11-22T08:00:00.000Z');
  const wakeUps = new FakeWakeUps(time);
  const announcements = new FakeAnnouncements();
  return {
    wakeUps,
    announcements,
    now: () => time.now(),
    advance: async (ms) => time.moveTo(time.nowMs + ms),
    async receiveWakeUps() {
      const due = wakeUps.messages.filter(({ atMs }) => atMs <= time.nowMs);
      wakeUps.messages = wakeUps.messages.filter(({ atMs }) => atMs > time.nowMs);
      return due.map(({ body }) => body);
    },
    receiveAnnouncementIds: async () => [...announcements.onTopic.keys()],
    async stop() {},
  };
});
