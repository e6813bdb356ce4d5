import { expect, it } from 'vitest';
import { blobOperation } from '../../../bench/publication/blobOperation.ts';
import { costOfThousand } from '../../../bench/publication/cost.ts';

it('tells apart what Azure bills apart', () => {
  const of = (method: string, path: string) => blobOperation({ method, path });

  expect(of('GET', '/account/logs/a.jsonl?timeout=10')).toBe('read');
  expect(of('HEAD', '/account/logs/list')).toBe('read');
  expect(of('GET', '/account/logs?restype=container&comp=list&prefix=a')).toBe('list');
  expect(of('PUT', '/account/logs/a.jsonl?comp=appendblock')).toBe('write');
  expect(of('DELETE', '/account/state/a')).toBe('deletion');
});

it('prices a list as a write, a message as three operations, an execution as a second of two gigabytes', () => {
  const nothing = { vmSeconds: 0, messages: 0, blobWrites: 0, blobLists: 0, blobReads: 0, executions: 0 };

  expect(costOfThousand(nothing)).toBe(0);
  expect(costOfThousand({ ...nothing, blobLists: 2 })).toBeCloseTo(0.01);
  expect(costOfThousand({ ...nothing, blobWrites: 2 })).toBeCloseTo(0.01);
  expect(costOfThousand({ ...nothing, blobReads: 10 })).toBeCloseTo(0.004);
  expect(costOfThousand({ ...nothing, messages: 10 })).toBeCloseTo(0.024);
  expect(costOfThousand({ ...nothing, executions: 10 })).toBeCloseTo(0.524);
  expect(costOfThousand({ ...nothing, vmSeconds: 3_600 })).toBeCloseTo(96);
});
