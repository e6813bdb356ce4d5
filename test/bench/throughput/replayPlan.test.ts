import { expect, it } from 'vitest';
import type { Operation } from '../../../bench/throughput/operations.ts';
import { inOrder, ReplayPlan } from '../../../bench/throughput/replayPlan.ts';

const invocation = (key: string, from: number, messages = 1) => ({
  ...{ function: 'f', key, messages, from, to: from + 1, operations: [] },
});
const request = (url: string, begun: number, ended: number, status = 200): Operation => ({
  ...{ kind: 'request', method: 'GET', url, headers: {}, body: '', begun, ended, status, isUnderWay: false },
});

it('gives what arrives the next invocation of its key, in the order of the record', () => {
  const record = [invocation('a', 3), invocation('a', 1), invocation('b', 2)];
  const plan = new ReplayPlan(record);

  expect(plan.arrived('f', 'a', 1)).toEqual([invocation('a', 1)]);
  expect(plan.arrived('f', 'b', 1)).toEqual([invocation('b', 2)]);
  expect(plan.arrived('f', 'a', 1)).toEqual([invocation('a', 3)]);
  expect(plan.arrived('f', 'a', 1)).toEqual([]);
  expect(plan.arrived('other', 'a', 1)).toEqual([]);
});

it('gives a batch of the record once as many messages have arrived, whatever their batches', () => {
  const plan = new ReplayPlan([invocation('', 1, 3), invocation('', 2, 1)]);

  expect(plan.arrived('f', '', 2)).toEqual([]);
  expect(plan.arrived('f', '', 2)).toEqual([invocation('', 1, 3), invocation('', 2, 1)]);
});

it('does an operation after those that had ended before it began, and at once with those that had not', async () => {
  const said: string[] = [];
  const ends = new Map<string, () => void>();
  const act = (operation: Operation) => {
    const { url } = operation as { url: string };
    said.push(url);
    return new Promise<void>((resolve) => void ends.set(url, resolve));
  };
  const after = async (url: string) => {
    ends.get(url)?.();
    await new Promise((resolve) => setImmediate(resolve));
    return said.splice(0).join();
  };
  const over = inOrder([request('after a', 3, 5), request('a', 1, 2), request('beside a', 1.5, 4)], act);

  expect(await after('nothing')).toBe('a,beside a');
  expect(await after('a')).toBe('after a');
  ends.get('beside a')?.();
  ends.get('after a')?.();
  await over;
});

it('waits for no answer that nobody waited for, and asks for nothing that was refused', async () => {
  const said: string[] = [];
  await inOrder(
    [
      request('unanswered', 1, 0, 0),
      ...[409, 412, 429, 503].map((status) => request('refused', 2, 3, status)),
      request('not found', 4, 5, 404),
    ],
    async (operation) => void said.push((operation as { url: string }).url),
  );

  expect(said).toEqual(['unanswered', 'not found']);
});
