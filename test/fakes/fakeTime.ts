import { type Instant, instantOf } from '../../shared/domain/instant.ts';
import type { Clock } from '../../shared/ports.ts';

/** A clock that only moves when told, with the things that will happen on it. */
export class FakeTime implements Clock {
  nowMs: number;
  private timers: { atMs: number; action: () => void }[] = [];
  private told: { nowMs: number; instant: Instant } | undefined;

  constructor(start: Instant) {
    this.nowMs = Date.parse(start);
  }

  now(): Instant {
    if (this.told?.nowMs !== this.nowMs) this.told = { nowMs: this.nowMs, instant: instantOf(this.nowMs) };
    return this.told.instant;
  }

  after(delayMs: number, action: () => void): void {
    this.timers.push({ atMs: this.nowMs + delayMs, action });
  }

  nextTimerMs(): number | undefined {
    return this.next()?.atMs;
  }

  /** The earliest, and of those the first that was asked for: they are in the order of asking. */
  private next() {
    let next: (typeof this.timers)[number] | undefined;
    for (const timer of this.timers) if (!next || timer.atMs < next.atMs) next = timer;
    return next;
  }

  /** Moves to an instant, running what is due on the way in its order. */
  moveTo(atMs: number): void {
    for (;;) {
      const next = this.next();
      if (!next || next.atMs > atMs) break;
      this.timers.splice(this.timers.indexOf(next), 1);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.action();
    }
    this.nowMs = Math.max(this.nowMs, atMs);
  }
}
