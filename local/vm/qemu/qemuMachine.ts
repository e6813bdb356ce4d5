import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, sleep } from '../../clock.ts';
import type { Semaphore } from '../../semaphore.ts';
import type { Machine, RunScriptOptions, ScriptResult } from '../machine.ts';
import { Boot, type BootEnd } from './boot.ts';
import { commandLine } from './commandLine.ts';
import { AgentSilent } from './guestAgent.ts';
import { makeOverlay } from './overlay.ts';
import { Power } from './power.ts';
import type { QemuImage } from './qemuImage.ts';
import { runInGuest } from './runInGuest.ts';

export interface QemuMachineOptions {
  image: QemuImage;
  hostname: string;
  clock: Clock;
  /** A folder of the machine's own, which it makes: its disk, and its serial log. */
  folder: string;
  /** As many as may run at once. */
  processors: Semaphore;
  firmware?: string | undefined;
  log(line: string): void;
  /** No process and no file of the machine is left. */
  onGone(): void;
}

const lookAtLogEveryMs = 1_000;
/** `host-qmp-quit` is our own order to quit. */
const knownEnds = ['guest-shutdown', 'guest-reset', 'guest-panic', 'host-qmp-quit'];

/** A virtual machine of QEMU on a throw-away copy of its image's disk. */
export class QemuMachine implements Machine {
  readonly #options: QemuMachineOptions;
  readonly #power: Power;
  readonly #listeners = new Set<() => void>();
  /** The guest that is up, coming up, or going down. */
  #boot: Boot | undefined;
  #hasDisk = false;
  #provisioned = false;
  #destroyed = false;
  /** After `destroy`: resolves when no process and no file of the machine is left. */
  gone = Promise.resolve();

  constructor(options: QemuMachineOptions) {
    this.#options = options;
    this.#power = new Power({
      processors: options.processors,
      boot: (signal) => this.#bootOnce(signal),
      onOff: () => this.#changed(),
    });
  }

  get running(): boolean {
    return this.#power.isOn;
  }

  get agent(): 'notReady' | 'ready' {
    return this.#boot?.session ? 'ready' : 'notReady';
  }

  get provisioned(): boolean {
    return this.#provisioned;
  }

  powerOn(): void {
    if (this.#power.isOn || this.#destroyed) return;
    this.#power.on();
    this.#changed();
  }

  powerOff(): void {
    if (!this.#power.isOn) return;
    this.#power.off();
    this.#changed();
  }

  restart(): void {
    if (!this.#power.isOn) return;
    this.#power.restart();
    this.#changed();
  }

  destroy(): void {
    if (this.#destroyed) return;
    const { folder, log, onGone } = this.#options;
    this.#destroyed = true;
    this.powerOff();
    this.#boot?.quit();
    this.gone = this.#power
      .settled()
      .then(() => rm(folder, { recursive: true, force: true }))
      .catch((error: unknown) => log(`${folder}: ${String(error)}`))
      .then(onGone);
  }

  serialLog(): string {
    try {
      return readFileSync(join(this.#options.folder, 'serial.log'), 'utf8');
    } catch {
      return '';
    }
  }

  async runScript(script: string, options: RunScriptOptions): Promise<ScriptResult> {
    const { hostname, clock } = this.#options;
    const boot = this.#boot;
    const session = boot?.session;
    if (!session) throw new Error(`the agent of ${hostname} is not ready: nothing can run there`);
    try {
      return await runInGuest(session, script, options, clock);
    } catch (error) {
      if (error instanceof AgentSilent) boot?.lose(session);
      throw error;
    }
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  async #bootOnce(stop: AbortSignal): Promise<BootEnd | undefined> {
    const { image, folder, hostname, clock, firmware, log } = this.#options;
    try {
      if (!this.#hasDisk) await makeOverlay(folder, image.disk);
    } catch (error) {
      log(`${hostname} has no disk: ${String(error)}`);
      return undefined;
    }
    this.#hasDisk = true;
    if (stop.aborted) return undefined;
    const boot = new Boot(commandLine(image, firmware), folder, clock, () => this.#hearAgent());
    this.#boot = boot;
    const down = () => (this.#destroyed ? boot.quit() : boot.shutDown());
    stop.addEventListener('abort', down, { once: true });
    void this.#watchLog(AbortSignal.any([stop, boot.over]));
    const end = await boot.ended;
    stop.removeEventListener('abort', down);
    this.#boot = undefined;
    if (!knownEnds.includes(end.reason)) log(`${hostname}: QEMU ended: ${end.reason} ${end.lastWords}`);
    return end;
  }

  #hearAgent(): void {
    if (this.#boot?.session && !this.#options.image.provisioned) this.#provisioned = true;
    this.#changed();
  }

  async #watchLog(over: AbortSignal): Promise<void> {
    const { image, clock } = this.#options;
    while (image.provisioned && !over.aborted && !this.#provisioned) {
      if (image.provisioned.test(this.serialLog())) {
        this.#provisioned = true;
        return this.#changed();
      }
      await sleep(clock, lookAtLogEveryMs, over);
    }
  }
}
