import { describe, expect, test } from 'vitest';
import type { Announcement } from '../../shared/domain/announcements/announcement.ts';
import { addMs, type Instant } from '../../shared/domain/instant.ts';
import type { WakeUp } from '../../shared/domain/wakeUps.ts';
import type { Announcements, WakeUps } from '../../shared/ports.ts';

/** A queue for wake-ups and a topic for announcements, with a look at what a consumer gets from them. */
export interface MessagesUnderTest {
  wakeUps: WakeUps;
  announcements: Announcements;
  now(): Instant;
  advance(ms: number): Promise<void>;
  /** The wake-ups that are due, in the order of their arrival; each is given out once. */
  receiveWakeUps(): Promise<unknown[]>;
  receiveAnnouncementIds(): Promise<string[]>;
  stop(): Promise<void>;
}

const wakeUp: WakeUp = { schema: 1, key: '0123456789abcdef0123', cause: 'event 1', retry: 0 };

function announcement(id: string, padding = 0): Announcement {
  return {
    id,
    type: 'imprimatur.imageVersion.published.v1',
    source: '/imprimatur/subscriptions/s',
    subject: '/subscriptions/s/versions/1.0.0',
    time: '2026-11-22T08:00:00.000Z',
    traceparent: '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01',
    data: { summary: 'corp/ubuntu 1.0.0 is published', padding: 'x'.repeat(padding) },
    properties: {
      type: 'published',
      gallery: 'corp',
      image: 'ubuntu',
      version: '1.0.0',
      regions: ',westeurope,',
      severity: 'info',
      outcome: 'passed',
      os: 'linux',
    },
  };
}

/** What every queue of wake-ups and every topic of announcements does, in memory or in Azure. */
export function messagesContract(name: string, make: () => Promise<MessagesUnderTest>): void {
  describe(`messages: ${name}`, () => {
    const withMessages = (body: (messages: MessagesUnderTest) => Promise<void>) => async () => {
      const messages = await make();
      try {
        await body(messages);
      } finally {
        await messages.stop();
      }
    };

    test(
      'delivers a wake-up as it was sent',
      withMessages(async ({ wakeUps, receiveWakeUps }) => {
        await wakeUps.send(wakeUp, 'id-1');

        expect(await receiveWakeUps()).toEqual([wakeUp]);
      }),
    );

    test(
      'drops a second wake-up of the same id',
      withMessages(async ({ wakeUps, receiveWakeUps }) => {
        await wakeUps.send(wakeUp, 'id-1');
        await wakeUps.send(wakeUp, 'id-1');
        await wakeUps.send({ ...wakeUp, retry: 1 }, 'id-2');

        expect(await receiveWakeUps()).toEqual([wakeUp, { ...wakeUp, retry: 1 }]);
      }),
    );

    test(
      'delivers a scheduled wake-up at its instant and not before',
      withMessages(async ({ wakeUps, now, advance, receiveWakeUps }) => {
        await wakeUps.send(wakeUp, 'id-1', addMs(now(), 60_000));
        expect(await receiveWakeUps()).toEqual([]);

        await advance(61_000);

        expect(await receiveWakeUps()).toEqual([wakeUp]);
      }),
    );

    test(
      'drops a second scheduled wake-up of the same id',
      withMessages(async ({ wakeUps, now, advance, receiveWakeUps }) => {
        const at = addMs(now(), 60_000);
        await wakeUps.send(wakeUp, 'id-1', at);
        await wakeUps.send(wakeUp, 'id-1', at);
        await advance(61_000);

        expect(await receiveWakeUps()).toHaveLength(1);
      }),
    );

    test(
      'puts announcements on the topic in their order, once for each id',
      withMessages(async ({ announcements, receiveAnnouncementIds }) => {
        await announcements.send([announcement('a'), announcement('b')]);
        await announcements.send([announcement('b'), announcement('c')]);

        expect(await receiveAnnouncementIds()).toEqual(['a', 'b', 'c']);
      }),
    );

    test(
      'sends more announcements than fit into one message',
      withMessages(async ({ announcements, receiveAnnouncementIds }) => {
        const ids = Array.from({ length: 30 }, (_, index) => `id-${index}`);

        await announcements.send(ids.map((id) => announcement(id, 20_000)));

        expect(await receiveAnnouncementIds()).toEqual(ids);
      }),
    );

    test(
      'has nothing to do for no announcements',
      withMessages(async ({ announcements, receiveAnnouncementIds }) => {
        await announcements.send([]);

        expect(await receiveAnnouncementIds()).toEqual([]);
      }),
    );
  });
}
