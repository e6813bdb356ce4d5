/** The numbers of one entity and its dead-letter queue: unique, rising, never given twice. */
export class SequenceNumbers {
  #last = 0;

  get last(): number {
    return this.#last;
  }

  next(): number {
    this.#last += 1;
    return this.#last;
  }

  atLeast(number: number): void {
    this.#last = Math.max(this.#last, number);
  }
}
