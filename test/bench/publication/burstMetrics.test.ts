import { expect, it } from 'vitest';
import { burstMetrics } from '../../../bench/publication/burstMetrics.ts';

const call = (from: number, status = 200) => ({
  ...{ target: 'arm' as const, method: 'GET', path: '/', status, from, to: from },
});
const version = (calls: number, refused: number, times: object) => ({
  ...{ begin: 0, latest: 100_000, ownMs: 1_000, refusedMs: 2_000, waitMs: 60_000 },
  calls: [
    ...Array.from({ length: calls }, () => call(50_000)),
    ...Array.from({ length: refused }, () => call(50_000, 429)),
    // Of its VM, when it is latest already.
    call(200_000),
  ],
  ...times,
});
const setting = { speed: 2, azureAloneMs: 60_000, processorMs: 30_000, cores: 2 };
const metrics = burstMetrics([version(250, 3, {}), version(2_000, 5, { latest: 120_000 })], setting);
const named = (end: string) => metrics.find(({ name }) => name.endsWith(end));

it('shows each part of the time, own time in seconds of Azure’s clock', () => {
  expect(named('event to latest')).toMatchObject({ median: 100, p95: 120 });
  expect(named('own time')).toMatchObject({ median: 2, p95: 2, limit: 3 });
  expect(named('refused by Resource Manager')).toMatchObject({ median: 2 });
  expect(named('waiting')).toMatchObject({ median: 60, rival: 60 });
});

it('holds the goal for own time to the time itself, whatever the processors force', () => {
  expect(named('own time')).toMatchObject({ limit: 3, limitOf: 'p95', rival: 15 });
});

it('puts what the buckets force beside it: of refusals only what is beyond Azure’s own time', () => {
  // 2,000 calls after the 250 of a full bucket, 25 a second.
  const two = burstMetrics([version(2_250, 0, {}), version(2_250, 0, {})], setting);
  expect(two.find(({ name }) => name.endsWith('event to latest'))?.rival).toBe(80);
  expect(two.find(({ name }) => name.endsWith('refused by Resource Manager'))?.rival).toBe(20);
  expect(named('event to latest')?.rival).toBe(60);
});

it('counts calls, and those that were refused', () => {
  expect(named('calls of Resource Manager')).toMatchObject({ median: 254, p95: 2_006 });
  expect(named('calls of Resource Manager refused')).toMatchObject({ median: 3, p95: 5 });
});
