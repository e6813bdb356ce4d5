import { describe, expect, it } from 'vitest';
import type { IndexMessage } from '../../../shared/domain/indexRecord.ts';
import { AdapterError } from '../../../shared/errors.ts';
import { indexEntries } from '../../../shared/workflow/indexEntries.ts';
import { World } from '../../fakes/world.ts';

const record = (id: string, at: string) => ({
  id,
  at,
  log: 'l',
  sequence: 1,
  type: 'held',
  actor: 'service',
  summary: 's',
});

describe('the audit index', () => {
  it('files each record under the day of its entry', async () => {
    const { ports, dayIndex } = new World();
    const messages = [record('a', '2026-11-22T23:59:59.999Z'), record('b', '2026-11-23T00:00:00.000Z')];

    await indexEntries(
      ports,
      messages.map((each) => ({ record: each, retry: 0 })),
    );

    expect([...dayIndex.days].map(([day, records]) => [day, records.map(({ id }) => id)])).toEqual([
      ['2026-11-22', ['a']],
      ['2026-11-23', ['b']],
    ]);
  });

  it('files the records of a message that holds several each under its own day', async () => {
    const { ports, dayIndex } = new World();
    const records = [record('a', '2026-11-22T23:59:59.999Z'), record('b', '2026-11-23T00:00:00.000Z')];

    await indexEntries(ports, [records.map((each) => ({ record: each, retry: 0 }))]);

    expect([...dayIndex.days.keys()]).toEqual(['2026-11-22', '2026-11-23']);
  });

  it('sends records again for later while storage is out of reach, and never throws them into the dead-letter queue', async () => {
    const { ports } = new World();
    const sent: { messages: IndexMessage[]; at: string | undefined }[] = [];
    const unreachable = async () => {
      throw new AdapterError('storage is away', { code: 'ServerBusy', retryable: true });
    };

    await indexEntries(
      {
        ...ports,
        dayIndex: { ...ports.dayIndex, add: unreachable },
        auditIndex: { send: async (messages, at) => void sent.push({ messages, at }) },
      },
      [{ record: record('a', '2026-11-22T08:00:00.000Z'), retry: 3 }],
    );

    expect(sent).toEqual([
      { messages: [{ record: record('a', '2026-11-22T08:00:00.000Z'), retry: 4 }], at: '2026-11-22T08:00:08.000Z' },
    ]);
  });

  it('drops what is no record, and files the rest', async () => {
    const { ports, dayIndex } = new World();

    await indexEntries(ports, ['garbage', null, { record: record('a', '2026-11-22T08:00:00.000Z'), retry: 0 }]);

    expect(dayIndex.days.get('2026-11-22')).toHaveLength(1);
  });
});
