import type { Clock } from '../../clock.ts';
import type { JournalRecord, Recorder } from './records.ts';

/** The message ids that an entity has seen within its window, oldest first. */
export class DuplicateHistory {
  readonly #path: string;
  readonly #windowMs: number;
  readonly #clock: Clock;
  readonly #recorder: Recorder;
  readonly #seen = new Map<string, number>();

  constructor(path: string, windowMs: number, surroundings: { clock: Clock; recorder: Recorder }) {
    this.#path = path;
    this.#windowMs = windowMs;
    this.#clock = surroundings.clock;
    this.#recorder = surroundings.recorder;
  }

  /** Notes an id; false where it was seen within the window before. */
  note(id: string): boolean {
    this.#forgetOld();
    if (this.#seen.has(id)) return false;
    const at = this.#clock.now();
    this.#seen.set(id, at);
    this.#recorder.append({ op: 'seen', entity: this.#path, id, at });
    return true;
  }

  restore(id: string, at: number): void {
    this.#seen.delete(id);
    this.#seen.set(id, at);
  }

  *snapshot(): Iterable<JournalRecord> {
    this.#forgetOld();
    for (const [id, at] of this.#seen) yield { op: 'seen', entity: this.#path, id, at };
  }

  #forgetOld(): void {
    const limit = this.#clock.now() - this.#windowMs;
    for (const [id, at] of this.#seen) {
      if (at > limit) return;
      this.#seen.delete(id);
    }
  }
}
