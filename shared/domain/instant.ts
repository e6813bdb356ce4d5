/** An instant in UTC with milliseconds, `2026-11-22T07:00:00.000Z`: sorts as text, the same on every machine. */
export type Instant = string;

/** A step compares the same few instants again and again, and reading or writing one costs a microsecond. */
const written = new Map<number, Instant>();
const read = new Map<Instant, number>();
const mostKnown = 1_000;

export function instantOf(epochMs: number): Instant {
  return written.get(epochMs) ?? keep(written, epochMs, new Date(epochMs).toISOString());
}

function epochMsOf(instant: Instant): number {
  return read.get(instant) ?? keep(read, instant, Date.parse(instant));
}

function keep<K, V>(known: Map<K, V>, key: K, value: V): V {
  if (known.size >= mostKnown) known.clear();
  known.set(key, value);
  return value;
}

export function addMs(instant: Instant, ms: number): Instant {
  return instantOf(epochMsOf(instant) + ms);
}

/** The days (UTC) from one to another, both included. After that comes none, also where years get a fifth digit. */
export function* daysFrom(from: string, to: string): Generator<string> {
  const last = Date.parse(to);
  for (let at = Date.parse(from); at <= last; at += 24 * 3_600_000) yield instantOf(at).slice(0, 10);
}

/** Milliseconds from one instant to another, negative when `to` is earlier. */
export function msBetween(from: Instant, to: Instant): number {
  return epochMsOf(to) - epochMsOf(from);
}

/** So long nobody else is expected to have changed what was just read, or written. */
const recentMs = 1_000;

/** Whether an instant is so little ago that what was known then is taken to hold still; never one that is yet to come. */
export function isRecent(at: Instant | undefined, now: Instant): boolean {
  return at !== undefined && at <= now && msBetween(at, now) < recentMs;
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

const tellsWithinMs = 45_000;
const everyMinuteMs = 60_000;

/**
 * A look for the case that an event of Azure is lost: a minute or so after `since`, and each minute from then on. On a grid
 * that begins with the version, so that whatever is awaited for it in the same minute asks for the same instant, and is one
 * timer; those of others come at other seconds.
 */
export function lookUnlessTold({ detectedAt }: { detectedAt: Instant }, since: Instant, now: Instant): Instant {
  return nextLook(detectedAt, later(addMs(since, tellsWithinMs), now), everyMinuteMs);
}
