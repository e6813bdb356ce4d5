import { expect, it } from 'vitest';
import { grownWithin } from '../../../../shared/domain/audit/manifests.ts';
import { emptyHead, sealEntries } from '../../../../shared/domain/entries.ts';

it('logs that grew within some days are those of the manifests between their first and their last', () => {
  const facts = ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23', '2026-11-24'].map((day) => ({
    type: 'manifestWritten' as const,
    day,
    heads: [{ log: `teams/of-${day}`, sequence: 1, hash: 'h' }],
  }));
  const manifests = sealEntries('manifests', emptyHead, facts, {
    actor: 'service',
    cause: 'day',
    appendId: 'a',
    at: '2026-11-25T00:00:01.000Z',
  });

  expect([...grownWithin(manifests, '2026-11-21', '2026-11-24')]).toEqual([
    'teams/of-2026-11-22',
    'teams/of-2026-11-23',
  ]);
  expect([...grownWithin(manifests, '2026-11-24', '2026-11-24')]).toEqual([]);
});
