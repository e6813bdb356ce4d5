import type { Semaphore } from '../../semaphore.ts';
import type { BootEnd } from './boot.ts';

export interface PowerOptions {
  /** As many as may run at once; a machine that finds none free waits, powered on. */
  processors: Semaphore;
  /** Boots once and resolves when that boot has ended; the signal asks it to end. */
  boot(signal: AbortSignal): Promise<BootEnd | undefined>;
  /** The guest has switched itself off, or its QEMU broke. */
  onOff(): void;
}

/** A guest that resets itself as often as this without its agent ever answering is not started again. */
const bootsWithoutAgent = 5;

/** What a power button does: one boot after the other, until the machine is switched off. */
export class Power {
  readonly #options: PowerOptions;
  /** From power-on to power-off, restarts included. */
  #life: AbortController | undefined;
  /** Restarts what runs; undefined while a processor is waited for, or where the guest hangs for ever. */
  #restart: AbortController | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(options: PowerOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#life !== undefined;
  }

  on(): void {
    if (!this.#life) this.#begin();
  }

  off(): void {
    this.#life?.abort();
    this.#life = undefined;
    this.#restart = undefined;
  }

  restart(): void {
    if (!this.#life) return;
    if (this.#restart) {
      this.#restart.abort();
      return;
    }
    this.off();
    this.#begin();
  }

  /** Resolves when what was switched off has ended. */
  settled(): Promise<void> {
    return this.#last;
  }

  #begin(): void {
    const life = new AbortController();
    this.#life = life;
    const { signal } = life;
    const { processors } = this.#options;
    this.#last = this.#last.then(() => (signal.aborted ? undefined : processors.run(() => this.#live(signal))));
  }

  async #live(over: AbortSignal): Promise<void> {
    for (let boots = 1; !over.aborted; boots += 1) {
      const restart = new AbortController();
      this.#restart = restart;
      const end = await this.#options.boot(AbortSignal.any([over, restart.signal]));
      if (over.aborted) return;
      if (restart.signal.aborted || end?.answered) boots = 0;
      if (restart.signal.aborted || (end?.reason === 'guest-reset' && boots < bootsWithoutAgent)) continue;
      this.#restart = undefined;
      // As the platform sees them, a guest that hangs in a panic and one that resets for ever are running.
      if (end?.reason === 'guest-reset' || end?.reason === 'guest-panic') return;
      this.off();
      return this.#options.onOff();
    }
  }
}
