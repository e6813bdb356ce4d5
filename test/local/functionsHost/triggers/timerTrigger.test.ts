import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Invoker } from '../../../../local/functionsHost/invoke.ts';
import type { RegisteredFunction } from '../../../../local/functionsHost/loadApp.ts';
import { startTimerTriggers } from '../../../../local/functionsHost/triggers/timerTrigger.ts';
import { ManualClock } from '../../manualClock.ts';

let stateDir: string;
let clock: ManualClock;
let runs: { name: string; at: string; timer: { ScheduleStatus: unknown; IsPastDue: boolean } }[];
let running: { stop(): void } | undefined;
let duration: (() => Promise<void>) | undefined;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'timers-'));
  clock = new ManualClock(Date.parse('2026-11-22T10:07:30Z'));
  runs = [];
  duration = undefined;
});
afterEach(() => {
  running?.stop();
  rmSync(stateDir, { recursive: true });
});

const invoker: Invoker = {
  async invoke({ metadata }, { input }) {
    const at = new Date(clock.now()).toISOString();
    runs.push({ name: metadata.name, at, timer: JSON.parse(input.json ?? '') });
    await duration?.();
    return {};
  },
  drain: async () => 0,
};

function start(binding: object, settings: Record<string, string> = {}): void {
  const trigger = { type: 'timerTrigger', direction: 'in' as const, name: 'timer', ...binding };
  const metadata = { name: 'tick', bindings: { timer: trigger } };
  const functions: RegisteredFunction[] = [{ metadata, trigger, callback: () => undefined }];
  running = startTimerTriggers({ functions, settings, stateDir, invoker, clock, log: () => undefined });
}

const times = () => runs.map(({ at }) => at.slice(11, 19));

test('a timer fires at each occurrence', async () => {
  start({ schedule: '0 */5 * * * *' });

  await clock.advance(13 * 60_000);

  expect(times()).toEqual(['10:10:00', '10:15:00', '10:20:00']);
});

test('the function gets its schedule status', async () => {
  start({ schedule: '0 */5 * * * *' });

  await clock.advance(8 * 60_000);

  expect(runs[1]?.timer).toEqual({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: {
      Last: '2026-11-22T10:10:00.000+00:00',
      Next: '2026-11-22T10:15:00.000+00:00',
      LastUpdated: '2026-11-22T10:10:00.000+00:00',
    },
    IsPastDue: false,
  });
});

test('an occurrence missed while the host was down fires at start, once, as past due', async () => {
  start({ schedule: '0 */5 * * * *' });
  await clock.advance(3 * 60_000);
  running?.stop();
  await clock.advance(20 * 60_000);

  start({ schedule: '0 */5 * * * *' });
  await clock.advance(60_000);

  expect(times()).toEqual(['10:10:00', '10:30:30']);
  expect(runs.map(({ timer }) => timer.IsPastDue)).toEqual([false, true]);
});

test('nothing is past due on the first start, or without a monitor', async () => {
  start({ schedule: '0 */5 * * * *', useMonitor: false });
  running?.stop();
  await clock.advance(20 * 60_000);

  start({ schedule: '0 */5 * * * *', useMonitor: false });
  await clock.advance(0);

  expect(runs).toEqual([]);
});

test('a schedule of less than a minute is not monitored', async () => {
  start({ schedule: '*/20 * * * * *' });

  await clock.advance(30_000);

  expect(times()).toEqual(['10:07:40', '10:08:00']);
  expect(runs[0]?.timer.ScheduleStatus).toBeNull();
});

test('runOnStartup fires at start', async () => {
  start({ schedule: '0 0 * * * *', runOnStartup: true });

  await clock.advance(0);

  expect(times()).toEqual(['10:07:30']);
});

test('a run that takes longer than the interval is not overlapped', async () => {
  const release = Promise.withResolvers<void>();
  duration = () => release.promise;
  start({ schedule: '0 */5 * * * *' });

  await clock.advance(12 * 60_000);
  release.resolve();
  await clock.advance(60_000);

  expect(times()).toEqual(['10:10:00', '10:20:00']);
});

test('a schedule may come from a setting', async () => {
  start({ schedule: '%Interval%' }, { Interval: '00:02:00' });

  await clock.advance(2 * 60_000);

  expect(times()).toEqual(['10:09:30']);
});
