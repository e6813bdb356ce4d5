import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { callAzure } from '../../../shared/azure/callAzure.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('passes the answer on', async () => {
  expect(await callAzure('ask', async () => 42)).toBe(42);
  expect(vi.getTimerCount()).toBe(0);
});

test('gives up on a call that never ends, and tells it so', async () => {
  let told: AbortSignal | undefined;
  const calling = callAzure('send', (signal) => {
    told = signal;
    return new Promise(() => {});
  });
  const outcome = expect(calling).rejects.toMatchObject({ code: 'Timeout', retryable: true });

  await vi.advanceTimersByTimeAsync(30_000);

  await outcome;
  expect(told?.aborted).toBe(true);
});

test('has no more to do with a call that fails after it was given up', async () => {
  let fail = (_: Error) => {};
  const calling = callAzure('send', () => new Promise<never>((_, reject) => (fail = reject)));
  const outcome = expect(calling).rejects.toMatchObject({ code: 'Timeout' });
  await vi.advanceTimersByTimeAsync(30_000);
  await outcome;

  fail(new Error('too late')); // an unhandled rejection would fail the run
  await vi.advanceTimersByTimeAsync(1);
});
