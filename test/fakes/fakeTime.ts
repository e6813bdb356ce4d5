import { type Instant, instantOf } from '../../shared/domain/instant.ts';
import type { Clock } from '../../shared/ports.ts';

/** A clock that only moves when told, with the things that will happen on it. */
export class FakeTime implements Clock {
  nowMs: number;
  private timers: { atMs: number; order: number; action: () => void }[] = [];
  private order = 0;

  constructor(start: Instant) {
    this.nowMs = Date.parse(start);
  }

  now(): Instant {
    return instantOf(this.nowMs);
  }

  after(delayMs: number, action: () => void): void {
    this.order += 1;
    this.timers.push({ atMs: this.nowMs + delayMs, order: this.order, action });
  }

  nextTimerMs(): number | undefined {
    return this.timers.length === 0 ? undefined : Math.min(...this.timers.map((timer) => timer.atMs));
  }

  /** Moves to an instant, running what is due on the way in its order. */
  moveTo(atMs: number): void {
    for (;;) {
      const due = this.timers.filter((timer) => timer.atMs <= atMs);
      const next = due.sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
      if (!next) break;
      this.timers.splice(this.timers.indexOf(next), 1);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.action();
    }
    this.nowMs = Math.max(this.nowMs, atMs);
  }
}
