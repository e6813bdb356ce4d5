import { DateTime } from 'luxon';
import { type Instant, instantOf } from './instant.ts';
import { type ReleaseRules, weekdays } from './releaseRules.ts';

type Calendar = Pick<ReleaseRules, 'timeZone' | 'windows' | 'freezes' | 'atMostOncePer'>;

interface Span {
  fromMs: number;
  toMs: number;
}

/** A window that opens later than this is a mistake of the calendar. */
const horizonDays = 400;

/**
 * The first instant, not before `now`, at which regions may be published; `now` itself when they may be now. Undefined
 * when there is none within 400 days. `lastRelease` is given where the cadence counts: at the begin of a release.
 */
export function nextOpening(calendar: Calendar, now: Instant, lastRelease?: Instant): Instant | undefined {
  const { timeZone, atMostOncePer, windows, freezes } = calendar;
  // Most policies have no calendar: it is asked at every look at a version that is due.
  if (windows.length + freezes.length === 0 && atMostOncePer === undefined) return now;
  const start = DateTime.fromISO(now, { zone: timeZone });
  const period = lastRelease !== undefined && atMostOncePer;
  const nextPeriod = period
    ? DateTime.fromISO(lastRelease, { zone: timeZone })
        .startOf(period)
        .plus({ [period]: 1 })
        .toMillis()
    : 0;
  const earliestMs = Math.max(start.toMillis(), nextPeriod);
  const frozen = freezes.map(({ from, to }) => ({
    fromMs: localMs(from, timeZone),
    toMs: localMs(to, timeZone),
  }));
  const firstDay = DateTime.fromMillis(earliestMs, { zone: timeZone }).startOf('day');
  for (let day = 0; day < horizonDays; day += 1) {
    for (const { fromMs, toMs } of openOn(calendar, firstDay.plus({ days: day }))) {
      const openMs = afterFreezes(Math.max(fromMs, earliestMs), frozen);
      if (openMs < toMs) return instantOf(openMs);
    }
  }
  return undefined;
}

/** Why it opens only then: the freezes without which it would have opened before; none where windows or cadence are why. */
export function freezesBefore(calendar: Calendar, opensAt: Instant, now: Instant, lastRelease?: Instant): string[] {
  const unfrozen = nextOpening({ ...calendar, freezes: [] }, now, lastRelease);
  if (unfrozen === undefined) return [];
  const [fromMs, toMs] = [Date.parse(unfrozen), Date.parse(opensAt)];
  const { freezes, timeZone } = calendar;
  const inTheWay = freezes.filter(({ from, to }) => localMs(from, timeZone) < toMs && localMs(to, timeZone) > fromMs);
  return inTheWay.map(({ reason }) => reason);
}

function openOn({ windows }: Calendar, day: DateTime): Span[] {
  const whole = { fromMs: day.toMillis(), toMs: day.plus({ days: 1 }).toMillis() };
  if (windows.length === 0) return [whole];
  const weekday = weekdays[day.weekday - 1];
  return windows
    .filter(({ days }) => weekday !== undefined && days.includes(weekday))
    .map(({ from, to }) => ({ fromMs: atTime(day, from), toMs: to === '24:00' ? whole.toMs : atTime(day, to) }))
    .sort((a, b) => a.fromMs - b.fromMs);
}

function atTime(day: DateTime, time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return day.set({ hour: hour ?? 0, minute: minute ?? 0 }).toMillis();
}

function localMs(local: string, zone: string): number {
  return DateTime.fromISO(local, { zone }).toMillis();
}

/** Freezes may overlap: the end of one can lie in another. */
function afterFreezes(atMs: number, frozen: Span[]): number {
  const over = frozen.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  return over ? afterFreezes(over.toMs, frozen) : atMs;
}
