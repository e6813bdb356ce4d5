import type { Check } from '../checker.ts';

/** Every announcement has its entry and one id; a definition has one timer for an instant. */
export const messageChecks: Check = {
  before: {
    'announcements.send': ({ trail, fail }, [announcements]) => {
      for (const { id, type, data } of announcements) {
        const { auditEntry } = data as unknown as { auditEntry: { id: string } };
        if (!trail.entries.has(auditEntry.id)) fail('audit first', `${type} is announced before its entry`);
        if (auditEntry.id !== id) fail('always the same id', `${type} has another id than its entry`);
      }
    },
    'auditIndex.send': ({ trail, fail }, [messages]) => {
      for (const { record } of messages)
        if (!trail.entries.has(record.id)) fail('audit first', `${record.id} is indexed before it is written`);
    },
  },
  after: {
    'wakeUps.send': ({ azure, fail }, [{ key, dueAt }]) => {
      if (dueAt === undefined) return;
      const same = azure.wakeUps.messages.filter(
        ({ body }) => body.key === key && body.dueAt === dueAt && body.retry === 0,
      );
      if (same.length > 1) fail('one timer', `${same.length} of ${key} for ${dueAt}`);
    },
  },
};
