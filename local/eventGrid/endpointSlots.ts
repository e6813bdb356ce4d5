const requestsAtOnce = 32;

/** How many requests may be under way to one endpoint, shared by the event subscriptions that deliver there. */
export class EndpointSlots {
  #free = requestsAtOnce;
  readonly #users: (() => void)[] = [];

  /** Registers somebody who wants to know when a slot is free again. */
  join(onFree: () => void): void {
    this.#users.push(onFree);
  }

  take(): boolean {
    if (this.#free === 0) return false;
    this.#free--;
    return true;
  }

  give(): void {
    this.#free++;
    const first = this.#users.shift();
    if (first) this.#users.push(first); // each gets the first chance in turn
    for (const onFree of this.#users) onFree();
  }
}
