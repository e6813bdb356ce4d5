import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Invoker } from '../invoke.ts';
import type { RegisteredFunction } from '../loadApp.ts';
import type { Log } from '../log.ts';
import { parseSchedule, type Schedule } from '../schedule.ts';
import { ScheduleMonitor, type ScheduleStatus } from '../scheduleMonitor.ts';
import { resolveSettings, type Settings } from '../settings.ts';

const timerBinding = z.looseObject({
  schedule: z.string(),
  runOnStartup: z.boolean().default(false),
  useMonitor: z.boolean().default(true),
});

interface Timer {
  registered: RegisteredFunction;
  schedule: Schedule;
  runOnStartup: boolean;
  /** The host keeps no status of timers that run more than once a minute. */
  isMonitored: boolean;
}

/** Starts all timers; an occurrence missed while the host was down runs at once, as past due. */
export function startTimerTriggers(options: {
  functions: RegisteredFunction[];
  settings: Settings;
  stateDir: string;
  invoker: Invoker;
  clock: Clock;
  log: Log;
}): { stop(): void } {
  const { clock, log, invoker } = options;
  const monitor = new ScheduleMonitor(options.stateDir);
  const cancels = new Map<Timer, () => void>();
  let isStopped = false;
  const timers = options.functions
    .filter(({ trigger }) => trigger.type === 'timerTrigger')
    .map((registered) => readTimer(registered, options.settings, clock.now()));
  for (const timer of timers) start(timer);

  function start(timer: Timer): void {
    const { name } = timer.registered.metadata;
    const now = clock.now();
    const known = timer.isMonitored ? monitor.read(name) : undefined;
    // From the last update on, so that a schedule changed meanwhile counts in its new form.
    const isPastDue = known !== undefined && timer.schedule(known.lastUpdated) < now;
    const status = known ?? { last: 0, next: timer.schedule(now), lastUpdated: now };
    if (!known && timer.isMonitored) monitor.write(name, status);
    log('information', 'Host.Triggers.Timer', `The next occurrence of '${name}' is ${format(timer.schedule(now))}`);
    if (isPastDue || timer.runOnStartup) void run(timer, status, now, isPastDue);
    else arm(timer, status, timer.schedule(now));
  }

  function arm(timer: Timer, status: ScheduleStatus, due: number): void {
    if (isStopped) return;
    const cancel = clock.after(due - clock.now(), () => {
      // A clock may cap long waits.
      if (clock.now() < due) arm(timer, status, due);
      else void run(timer, status, due, false);
    });
    cancels.set(timer, cancel);
  }

  /** Never two runs of one timer at a time: the next is armed when this one has ended. */
  async function run(timer: Timer, status: ScheduleStatus, due: number, isPastDue: boolean): Promise<void> {
    const input = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: timer.isMonitored ? describeStatus(status) : null,
      IsPastDue: isPastDue,
    };
    const reason = isPastDue ? 'Timer fired, past due' : 'Timer fired';
    await invoker.invoke(timer.registered, { reason, input: { json: JSON.stringify(input) } }).catch(() => undefined); // logged already; a timer that failed waits for its next occurrence
    const now = clock.now();
    const next = timer.schedule(now);
    const updated = { last: due, next, lastUpdated: now };
    if (timer.isMonitored) monitor.write(timer.registered.metadata.name, updated);
    arm(timer, updated, next);
  }

  return {
    stop() {
      isStopped = true;
      for (const cancel of cancels.values()) cancel();
    },
  };
}

function readTimer(registered: RegisteredFunction, settings: Settings, now: number): Timer {
  const binding = timerBinding.parse(registered.trigger);
  const schedule = parseSchedule(resolveSettings(binding.schedule, settings));
  const first = schedule(now);
  const isMonitored = binding.useMonitor && schedule(first) - first >= 60_000;
  return { registered, schedule, runOnStartup: binding.runOnStartup, isMonitored };
}

function describeStatus({ last, next, lastUpdated }: ScheduleStatus): Record<string, string> {
  return {
    Last: last === 0 ? '0001-01-01T00:00:00+00:00' : format(last),
    Next: format(next),
    LastUpdated: format(lastUpdated),
  };
}

function format(instant: number): string {
  return new Date(instant).toISOString().replace('Z', '+00:00');
}
