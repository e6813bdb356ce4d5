import type { Span } from '../publication/spans.ts';

/** When at least one part of an invocation was at work, and not all that were left waited. */
export class BusySpans {
  readonly spans: Span[] = [];
  readonly #now: () => number;
  #working = 0;
  #since = 0;

  /** @param now milliseconds of any clock */
  constructor(now: () => number) {
    this.#now = now;
  }

  async within<T>(work: () => Promise<T>): Promise<T> {
    this.#begin();
    try {
      return await work();
    } finally {
      this.#end();
    }
  }

  /** Called within work: it rests until the promise is fulfilled. */
  async rest(until: () => Promise<unknown>): Promise<void> {
    this.#end();
    try {
      await until();
    } finally {
      this.#begin();
    }
  }

  #begin(): void {
    if (this.#working === 0) this.#since = this.#now();
    this.#working += 1;
  }

  #end(): void {
    this.#working -= 1;
    if (this.#working === 0) this.spans.push([this.#since, this.#now()]);
  }
}
