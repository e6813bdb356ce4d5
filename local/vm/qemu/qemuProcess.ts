import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { Duplex } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { descriptors } from './commandLine.ts';
import { Qmp, type QmpEvent } from './qmp.ts';

/** How QEMU came to its end: the reason of its SHUTDOWN event, such as `guest-reset`, or what it said when it died. */
export interface QemuEnd {
  reason: string;
  lastWords: string;
}

/** Below everything else on this machine: an emulated processor takes all that it gets. */
const niceness = 5;
const quitLimitMs = 10_000;
const program = 'qemu-system-x86_64';

/**
 * QEMU dies with its parent, however that ends, and can never gain a privilege; where it is started by root, it has
 * none of root's capabilities.
 */
function harness(): string[] {
  const capabilities = process.getuid?.() === 0 ? ['--inh-caps=-all', '--bounding-set=-all'] : [];
  return ['--pdeathsig', 'KILL', '--no-new-privs', ...capabilities];
}

/** One running QEMU, from its start to its exit. */
export class QemuProcess {
  /** The host's end of the guest agent's serial port. */
  readonly agentStream: Duplex;
  readonly ended: Promise<QemuEnd>;
  readonly #child: ChildProcess;
  readonly #qmp: Qmp;
  readonly #clock: Clock;
  #reason: string | undefined;
  #lastWords = '';

  constructor(args: string[], folder: string, clock: Clock, onEvent: (event: QmpEvent) => void) {
    this.#clock = clock;
    this.#child = spawn('setpriv', [...harness(), program, ...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    });
    if (this.#child.pid !== undefined) setPriority(this.#child.pid, niceness);
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#lastWords = `${this.#lastWords}${chunk}`.slice(-2_000);
    });
    this.agentStream = streamOf(this.#child, descriptors.agent);
    this.#qmp = new Qmp(streamOf(this.#child, descriptors.qmp), (event) => {
      if (event.event === 'SHUTDOWN') this.#reason = event.data.reason;
      onEvent(event);
    });
    this.ended = new Promise((resolve) => {
      const end = (how: string) => resolve({ reason: this.#reason ?? how, lastWords: this.#lastWords.trim() });
      this.#child.once('error', (error) => end(error.message));
      this.#child.once('close', (code, signal) => end(`died (${signal ?? code})`));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends QEMU at once, as when the plug is pulled: by its own command, and by SIGKILL if it does not obey. */
  quit(): void {
    this.#qmp.quit();
    const cancel = this.#clock.after(quitLimitMs, () => this.#child.kill('SIGKILL'));
    void this.ended.then(cancel);
  }
}

function streamOf({ stdio }: ChildProcess, descriptor: number): Duplex {
  const stream = stdio[descriptor];
  if (!(stream instanceof Duplex)) throw new Error(`QEMU was started without descriptor ${descriptor}`);
  return stream;
}
