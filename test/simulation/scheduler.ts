import type { Ports } from '../../shared/ports.ts';
import type { LastLooks } from '../../shared/workflow/lastLooks.ts';

/** What runs on a worker: a step, a sweep, an event, a request. Its next call may be its last. */
export interface Task {
  readonly name: string;
  readonly worker: Worker;
  isDead: boolean;
  /** It goes on, although another may hold its session by now. */
  isZombie: boolean;
}

/** A process of the Function App, with a clock of its own. */
export interface Worker {
  readonly name: string;
  readonly tasks: Set<Task>;
  /** What it has in memory until it dies: the product keeps what it knows by its ports. */
  memory: { readonly ports: Ports; readonly looks: LastLooks } | undefined;
  /** How far its clock is ahead of the true one. */
  skewMs: number;
  /** Dead until then. */
  upAtMs: number;
}

interface Waiting {
  readonly task: Task;
  readonly atMs: number;
  readonly goOn: () => void;
}

/** Holds every task at every await of a port; who goes on next is decided outside. */
export class Scheduler {
  private waiting: Waiting[] = [];

  /** Settles when the task is let go on, not before the instant; never where its worker has died. */
  hold(task: Task, atMs: number): Promise<void> {
    return new Promise((resume) => {
      if (task.isDead) return;
      const goOn = () => {
        this.waiting.splice(this.waiting.indexOf(held), 1);
        resume();
      };
      const held: Waiting = { task, atMs, goOn };
      this.waiting.push(held);
    });
  }

  /** Adds those that may go on now. */
  addReady(nowMs: number, all: (() => void)[]): void {
    for (const { atMs, goOn } of this.waiting) if (atMs <= nowMs) all.push(goOn);
  }

  /** Whether of so many tasks all but one wait, and none of them may go on now. */
  areOthersLater(nowMs: number, tasks: number): boolean {
    if (this.waiting.some(({ atMs }) => atMs <= nowMs)) return false;
    return tasks - new Set(this.waiting.map(({ task }) => task)).size <= 1;
  }

  nextMs(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { atMs } of this.waiting) if (atMs < least) least = atMs;
    return least;
  }

  /** The process is gone: none of its calls ever returns. */
  kill({ tasks }: Worker): void {
    for (const task of tasks) task.isDead = true;
    this.waiting = this.waiting.filter(({ task }) => !task.isDead);
    tasks.clear();
  }
}

const settled = Promise.resolve();

/**
 * Takes turns until there is none left. Each begins when nothing can go on by itself any more: every task has ended or waits
 * at a port.
 */
export function untilDone(turn: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = () => {
      try {
        if (turn()) afterAll();
        else resolve();
      } catch (error) {
        reject(error);
      }
    };
    // A tick comes when no promise has anything to do any more, but for one that is asked for within a tick.
    const tick = () => process.nextTick(go);
    const afterAll = () => void settled.then(tick);
    afterAll();
  });
}
