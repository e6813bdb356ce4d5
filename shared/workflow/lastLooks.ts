import { type Instant, msBetween } from '../domain/instant.ts';
import type { WakeUp } from '../domain/wakeUps.ts';

/** The clocks of the queue and of this process are closer together than this. */
const clocksDifferMs = 5_000;
const mostKept = 1_000;

/**
 * When this process last began a step that looked at everything of an image definition, and left no problem. A burst of
 * events leaves a queue of wake-ups: the first step sees all that has happened by then, and the others that waited have
 * nothing to add. Should one be taken for answered though it was not, since the clocks differ more, the sweep finds what
 * is left.
 */
export class LastLooks {
  readonly #begunAt = new Map<string, Instant>();

  /** `undefined`: the step did not look at everything. */
  note(key: string, begunAt: Instant | undefined): void {
    if (begunAt === undefined) return;
    if (this.#begunAt.size >= mostKept) this.#begunAt.clear();
    this.#begunAt.set(key, begunAt);
  }

  /** Whether what the wake-up is about had happened, or was due, before the last look began. `enqueuedAt`: by the queue. */
  isAnswered({ key, dueAt, readsDefinition }: WakeUp, enqueuedAt: Instant): boolean {
    const begunAt = this.#begunAt.get(key);
    if (begunAt === undefined || readsDefinition) return false;
    return msBetween(enqueuedAt, begunAt) > clocksDifferMs && (dueAt === undefined || dueAt < begunAt);
  }
}
