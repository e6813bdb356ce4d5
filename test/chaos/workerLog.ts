import { setTimeout as wait } from 'node:timers/promises';

/** How many workers the Functions host has started in place of others, by its log. */
export class WorkerLog {
  #started = 0;

  read(line: string): void {
    if (line === 'another worker is up') this.#started += 1;
  }

  /** Resolves when so many have been started, or when the signal aborts. */
  async untilStarted(number: number, signal: AbortSignal): Promise<void> {
    while (this.#started < number && !signal.aborted) await wait(50);
  }
}
