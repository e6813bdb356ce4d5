import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Entry, emptyHead, type Head, headOf, sealEntries } from '../../shared/domain/entries.ts';
import type { AuditLogs } from '../../shared/ports.ts';

const at = '2026-11-22T08:00:00.000Z';

/** Entries behind `head`, as one decision appends them. */
function entriesBehind(log: string, head: Head, count = 1, appendId: string = randomUUID()): Entry[] {
  const facts = Array.from({ length: count }, (_, index) => ({
    type: 'needsAttention' as const,
    code: `C${index}`,
    reason: 'größer, 大',
  }));
  return sealEntries(log, head, facts, { actor: 'service', cause: 'test', appendId, at });
}

function positionOf(answer: { position: number } | 'conflict'): number {
  if (answer === 'conflict') throw new Error('conflict');
  return answer.position;
}

/** What every AuditLogs does, in memory or in Azure. `make` may return the same logs each time: names are new. */
export function auditLogsContract(name: string, make: () => AuditLogs): void {
  describe(`audit logs: ${name}`, () => {
    const newLog = () => `incarnations/${randomUUID()}/1`;

    test('reads a log that does not exist as empty, at position 0', async () => {
      expect(await make().read(newLog())).toEqual({ entries: [], position: 0 });
    });

    test('reads back what was appended, in its order, with the position behind it', async () => {
      const [logs, log] = [make(), newLog()];
      const first = entriesBehind(log, emptyHead, 2);
      const second = entriesBehind(log, headOf(first.at(-1)));

      const position = positionOf(await logs.append(log, first, 0));
      const end = positionOf(await logs.append(log, second, position));

      expect(await logs.read(log)).toEqual({ entries: [...first, ...second], position: end });
      expect(end).toBeGreaterThan(position);
    });

    test.each([
      ['behind', 1_000],
      ['before', -1],
    ])('refuses an append %s the end, and appends nothing', async (_, distance) => {
      const [logs, log] = [make(), newLog()];
      const first = entriesBehind(log, emptyHead, 2);
      const position = positionOf(await logs.append(log, first, 0));

      const answer = await logs.append(log, entriesBehind(log, headOf(first.at(-1))), position + distance);

      expect(answer).toBe('conflict');
      expect(await logs.read(log)).toEqual({ entries: first, position });
    });

    test('lets one of two writers that decided on the same position win', async () => {
      const [logs, log] = [make(), newLog()];
      const writers = [entriesBehind(log, emptyHead), entriesBehind(log, emptyHead)];

      const answers = await Promise.all(writers.map((entries) => logs.append(log, entries, 0)));

      expect(answers.filter((answer) => answer === 'conflict')).toHaveLength(1);
      const winner = writers[answers.findIndex((answer) => answer !== 'conflict')];
      expect((await logs.read(log)).entries).toEqual(winner);
    });

    test('finds an append that landed although its answer was lost', async () => {
      const [logs, log] = [make(), newLog()];
      const entries = entriesBehind(log, emptyHead, 2);
      const position = positionOf(await logs.append(log, entries, 0));

      const again = await logs.append(log, entries, 0);

      expect(again).toEqual({ position });
      expect((await logs.read(log)).entries).toEqual(entries);
    });

    test('keeps logs apart', async () => {
      const [logs, one, other] = [make(), newLog(), newLog()];
      await logs.append(one, entriesBehind(one, emptyHead), 0);

      expect((await logs.read(other)).entries).toEqual([]);
    });
  });
}
