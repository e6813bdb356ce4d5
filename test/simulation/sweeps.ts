import { sweep } from '../../shared/workflow/sweep.ts';
import type { Task } from './scheduler.ts';
import type { Simulation } from './simulation.ts';

/** Where nothing has changed for a while, it is not worth simulating every one, until something does. */
const idleEveryMs = 10_800_000;
const idleAfterMs = 900_000;
/** Where nothing new comes and nothing goes wrong, the one that finds all at rest suffices. */
const undisturbedInMs = 900_000;

/** The timer, which runs one sweep at a time. */
export class Sweeps {
  /** When the last one began that ended well. */
  lastBeganMs = 0;
  private readonly simulation: Simulation;
  private nextAtMs: number;
  private running: Task | undefined;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.nextAtMs = simulation.azure.time.nowMs + simulation.scenario.sweepEveryMs;
  }

  isRunning(): boolean {
    return this.running !== undefined;
  }

  isDue(): boolean {
    return this.simulation.azure.time.nowMs >= this.nextAtMs && !this.running;
  }

  addDue(all: (() => void)[]): void {
    if (this.isDue()) all.push(() => this.begin());
  }

  nextMs(): number {
    return this.running ? Number.POSITIVE_INFINITY : this.nextAtMs;
  }

  /** Something has changed: the next one looks at it. */
  hasten(): void {
    const { azure, scenario, isUndisturbed } = this.simulation;
    const inMs = isUndisturbed ? undisturbedInMs : scenario.sweepEveryMs;
    this.nextAtMs = Math.min(this.nextAtMs, azure.time.nowMs + inMs);
  }

  /** Its worker died. */
  forget(task: Task): void {
    if (this.running === task) this.running = undefined;
  }

  private begin(): void {
    const { azure, lastChangeMs, workers, settings, scenario } = this.simulation;
    const beganMs = azure.time.nowMs;
    this.nextAtMs = beganMs + (beganMs - lastChangeMs > idleAfterMs ? idleEveryMs : scenario.sweepEveryMs);
    const end = () => {
      this.running = undefined;
    };
    const done = () => {
      this.lastBeganMs = beganMs;
      end();
    };
    this.running = workers.start('sweep', (ports) => sweep(ports, settings), end, done);
  }
}
