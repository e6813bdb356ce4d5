import type { Clock } from '../../clock.ts';
import { sleep } from '../../clock.ts';
import { agentPort } from './commandLine.ts';
import { GuestAgent } from './guestAgent.ts';
import { type QemuEnd, QemuProcess } from './qemuProcess.ts';
import type { QmpEvent } from './qmp.ts';

const synchroniseLimitMs = 30_000;
const betweenTriesMs = 5_000;
/** What a guest gets for its orderly shutdown. */
const shutDownLimitMs = 60_000;

/** An agent that has answered, and what ends with it. */
export interface Session {
  agent: GuestAgent;
  over: AbortSignal;
}

export interface BootEnd extends QemuEnd {
  /** Whether the guest's agent has ever answered in this boot. */
  answered: boolean;
}

/** One boot of a guest: a QEMU, and the agent in it once it answers. */
export class Boot {
  readonly ended: Promise<BootEnd>;
  readonly #process: QemuProcess;
  readonly #agent: GuestAgent;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #over = new AbortController();
  #answered = false;
  #isGoingDown = false;
  /** Aborts when the guest's end of the port closes, or QEMU ends. */
  #port: AbortController | undefined;
  #session: Session | undefined;

  constructor(args: string[], folder: string, clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
    this.#process = new QemuProcess(args, folder, clock, (event) => this.#hear(event));
    this.#agent = new GuestAgent(this.#process.agentStream, clock);
    this.ended = this.#process.ended.then((end) => {
      this.#over.abort();
      this.#close();
      return { ...end, answered: this.#answered };
    });
  }

  /** Aborts when QEMU has ended. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  /** The guest does not answer although its port is open: from now on it is asked whether it is back. */
  lose(session: Session): void {
    if (this.#session !== session || !this.#port) return;
    this.#open();
  }

  /** Lets a guest that answers shut down in its own order, and pulls the plug otherwise. */
  shutDown(): void {
    if (!this.#session) {
      this.quit();
      return;
    }
    this.#session.agent.shutDown();
    this.#isGoingDown = true;
    this.#close();
    const cancel = this.#clock.after(shutDownLimitMs, () => this.quit());
    void this.ended.then(cancel);
  }

  quit(): void {
    this.#process.quit();
  }

  #hear(event: QmpEvent): void {
    if (event.event !== 'VSERPORT_CHANGE' || event.data.id !== agentPort || this.#isGoingDown) return;
    if (event.data.open) this.#open();
    else this.#close();
  }

  #open(): void {
    this.#close();
    const port = new AbortController();
    this.#port = port;
    void this.#greet(port.signal);
  }

  #close(): void {
    this.#port?.abort();
    this.#port = undefined;
    if (!this.#session) return;
    this.#session = undefined;
    this.#changed();
  }

  async #greet(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      try {
        await this.#agent.synchronise(synchroniseLimitMs, over);
        this.#answered = true;
        this.#session = { agent: this.#agent, over };
        return this.#changed();
      } catch {
        await sleep(this.#clock, betweenTriesMs, over);
      }
    }
  }
}
