/**
 * Preloaded (`node --import`) into every process of local Azure and into the app's own: makes Date and the timers run
 * IMPRIMATUR_CLOCK = {"origin":<real epoch ms>,"speed":<n>} times as fast as real time, counted from the origin.
 * All processes that share an origin share one clock, so lock times, token buckets, replication and the app's own
 * schedules shrink together, and neither the app nor an SDK knows. I/O does not shrink: choose the speed so that the
 * shortest timeout still leaves real time for it.
 */
const setting = process.env.IMPRIMATUR_CLOCK;
if (setting) compress(JSON.parse(setting) as { origin: number; speed: number });

function compress({ origin, speed }: { origin: number; speed: number }): void {
  const RealDate = Date;
  const now = () => Math.round(origin + (RealDate.now() - origin) * speed);
  class CompressedDate extends RealDate {
    constructor(...args: [] | [number | string | Date]) {
      if (args.length === 0) super(now());
      else super(...args);
    }
    static override now(): number {
      return now();
    }
  }
  globalThis.Date = new Proxy(CompressedDate, { apply: () => new RealDate(now()).toString() }) as DateConstructor;
  globalThis.setTimeout = shortened(globalThis.setTimeout, speed);
  globalThis.setInterval = shortened(globalThis.setInterval, speed);
}

function shortened<F extends typeof setTimeout | typeof setInterval>(timer: F, speed: number): F {
  return new Proxy(timer, {
    apply: (target, self, [action, delayMs = 0, ...rest]: [() => void, number?, ...unknown[]]) =>
      Reflect.apply(target, self, [action, delayMs / speed, ...rest]),
  });
}
