/** An instant in UTC with milliseconds, `2026-11-22T07:00:00.000Z`: sorts as text, the same on every machine. */
export type Instant = string;

export function instantOf(epochMs: number): Instant {
  return new Date(epochMs).toISOString();
}

export function addMs(instant: Instant, ms: number): Instant {
  return instantOf(Date.parse(instant) + ms);
}

/** The days (UTC) from one to another, both included. After that comes none, also where years get a fifth digit. */
export function* daysFrom(from: string, to: string): Generator<string> {
  const last = Date.parse(to);
  for (let at = Date.parse(from); at <= last; at += 24 * 3_600_000) yield instantOf(at).slice(0, 10);
}

/** Milliseconds from one instant to another, negative when `to` is earlier. */
export function msBetween(from: Instant, to: Instant): number {
  return Date.parse(to) - Date.parse(from);
}

export function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

export function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

export function earliest(instants: (Instant | undefined)[]): Instant | undefined {
  let first: Instant | undefined;
  for (const instant of instants)
    if (instant !== undefined && (first === undefined || instant < first)) first = instant;
  return first;
}

/**
 * The next look at something that began at `since`: a multiple of `everyMs` after it, strictly after `now`.
 * On this grid all wake-ups that find the same wait ask for the same instant, so their timers are one timer; a plain
 * `now + everyMs` would start a new chain of timers with every event.
 */
export function nextLook(since: Instant, now: Instant, everyMs: number): Instant {
  const looks = Math.floor(Math.max(0, msBetween(since, now)) / everyMs) + 1;
  return addMs(since, looks * everyMs);
}
