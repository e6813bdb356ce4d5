import { instantOf } from '../../shared/domain/instant.ts';
import { parseWakeUp } from '../../shared/domain/wakeUps.ts';
import { handleWakeUp } from '../../shared/workflow/handleWakeUp.ts';
import type { QueuedMessage } from '../fakes/fakeServiceBus.ts';
import type { Task } from './scheduler.ts';
import type { Simulation } from './simulation.ts';
import type { Act } from './workers.ts';

const mostDeliveries = 10;
const longestLockMs = 300_000;

/** The session queue: one step of an image definition at a time, on whatever worker, until its lock is lost. */
export class Sessions {
  private readonly simulation: Simulation;
  private readonly holders = new Map<string, Task>();

  constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  isAnyHeld(): boolean {
    return this.holders.size > 0;
  }

  isAnyDeliverable(): boolean {
    return this.messages().some((message) => this.isDue(message));
  }

  /** Adds, by image definition with a message that is due and no step under way, its delivery. */
  addDeliverable(all: (() => void)[]): void {
    const keys: string[] = [];
    for (const message of this.messages())
      if (this.isDue(message) && !keys.includes(message.body.key)) keys.push(message.body.key);
    for (const key of keys) all.push(() => this.deliverOne(key));
  }

  nextMs(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { atMs, body } of this.messages()) if (atMs < least && !this.holders.has(body.key)) least = atMs;
    return least;
  }

  /** Who held the session goes on, and does not know. */
  loseLock(task: Task): void {
    task.isZombie = true;
    for (const [key, holder] of this.holders) if (holder === task) this.release(key, task);
  }

  /** Its worker died: the session stays locked until the lock ends. */
  leaveLocked(task: Task): void {
    const { azure, random } = this.simulation;
    const held = [...this.holders].find(([, holder]) => holder === task);
    if (held) azure.time.after(random.between(0, longestLockMs), () => this.release(held[0], task));
  }

  private deliverOne(key: string): void {
    const { random } = this.simulation;
    const [first, ...more] = this.messages().filter((each) => each.body.key === key && this.isDue(each));
    if (first) this.deliver(random.chance(0.3) ? random.pick([first, ...more]) : first);
  }

  private messages(): QueuedMessage[] {
    return this.simulation.azure.wakeUps.messages;
  }

  /** And no step of its image definition is under way. */
  private isDue({ atMs, body }: QueuedMessage): boolean {
    return atMs <= this.simulation.azure.time.nowMs && !this.holders.has(body.key);
  }

  private deliver(message: QueuedMessage): void {
    const { azure, workers, checker, settings } = this.simulation;
    const { key } = message.body;
    if (workers.up().length === 0) {
      message.atMs = azure.time.nowMs + 5_000;
      return;
    }
    message.deliveries += 1;
    if (message.deliveries > mostDeliveries) {
      checker.fail('no poison', `a message of ${key} is dead-lettered`);
      return;
    }
    const enqueuedAt = instantOf(message.atMs);
    const step: Act = (ports, looks) =>
      handleWakeUp(ports, settings, parseWakeUp(message.body), message.deliveries, { enqueuedAt, looks });
    const abandon = (error: unknown) => {
      if (this.release(key, task)) message.atMs = azure.time.nowMs + 1_000;
      this.noteDefect(error);
    };
    const task = workers.start(`step ${message.body.cause}`, step, abandon, () => this.complete(message, task));
    if (task) this.holders.set(key, task);
  }

  private complete(message: QueuedMessage, task: Task | undefined): void {
    const { azure, random, isUndisturbed } = this.simulation;
    if (!this.release(message.body.key, task)) return;
    const { messages } = azure.wakeUps;
    // Sometimes the completion is lost, and the message is delivered once more.
    if (isUndisturbed || !random.chance(0.02)) messages.splice(messages.indexOf(message), 1);
  }

  /** Whether the task held it still. */
  private release(key: string, task: Task | undefined): boolean {
    return this.holders.get(key) === task && this.holders.delete(key);
  }

  /** A step throws only what is a defect: whatever faults there are, there is none. */
  private noteDefect(error: unknown): void {
    if (error instanceof Error && error.name === 'AdapterError') return;
    const { checker } = this.simulation;
    checker.fail('no defect', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
