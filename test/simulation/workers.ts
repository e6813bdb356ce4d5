import type { Ports } from '../../shared/ports.ts';
import { LastLooks } from '../../shared/workflow/lastLooks.ts';
import type { Task, Worker } from './scheduler.ts';
import { portsOf, running } from './simulatedPorts.ts';
import type { Simulation } from './simulation.ts';

export type Act = (ports: Ports, looks: LastLooks) => Promise<unknown>;

const askAgainAfterMs = 20_000;

/** The processes of the Function App, and the tasks that run on them. */
export class Workers {
  private readonly simulation: Simulation;
  private readonly all: Worker[] = ['A', 'B', 'C'].map((name) => ({
    name,
    tasks: new Set(),
    memory: undefined,
    skewMs: 0,
    upAtMs: 0,
  }));

  constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  up(): Worker[] {
    const { nowMs } = this.simulation.azure.time;
    return this.all.filter(({ upAtMs }) => upAtMs <= nowMs);
  }

  taskCount(): number {
    return this.all.reduce((count, { tasks }) => count + tasks.size, 0);
  }

  /** Starts a task on some worker that is up, if there is one; `lost` is called where it failed. */
  start(name: string, act: Act, lost: (error?: unknown) => void, done = () => {}): Task | undefined {
    const { random, trace, azure } = this.simulation;
    const [first, ...more] = this.up();
    if (!first) return undefined;
    const worker = random.pick([first, ...more]);
    const task: Task = { name, worker, isDead: false, isZombie: false };
    worker.tasks.add(task);
    const end = (then: () => void) => {
      worker.tasks.delete(task);
      if (!task.isDead) then();
    };
    worker.memory ??= { ports: portsOf(this.simulation, worker), looks: new LastLooks() };
    const { ports, looks } = worker.memory;
    running
      .run(task, () => act(ports, looks))
      .then(
        () => end(done),
        (error: unknown) => {
          trace?.threw(azure.time.now(), task, error);
          end(() => lost(error));
        },
      );
    return task;
  }

  /** What others keep asking for: while no worker is up, and again where it fails. */
  insist(name: string, act: Act, tries = 5): void {
    const { time } = this.simulation.azure;
    const again = () => {
      if (tries > 1) time.after(askAgainAfterMs, () => this.insist(name, act, tries - 1));
    };
    const task = this.start(name, act, again);
    if (!task) time.after(askAgainAfterMs, () => this.insist(name, act, tries));
  }

  /** The process dies at this call: it never returns, and everything else on the worker ends with it. */
  crash({ worker }: Task): Promise<never> {
    const { azure, random, trace, sessions, sweeps, scheduler } = this.simulation;
    trace?.line(azure.time.now(), `worker ${worker.name} dies`);
    for (const task of worker.tasks) {
      sessions.leaveLocked(task);
      sweeps.forget(task);
    }
    scheduler.kill(worker);
    worker.memory = undefined;
    worker.upAtMs = azure.time.nowMs + random.between(1_000, 60_000);
    return new Promise(() => {});
  }

  skew(worker: number, skewMs: number): void {
    const found = this.all[worker];
    if (found) found.skewMs = skewMs;
  }

  /** No worker runs for this long. */
  outage(forMs: number): void {
    for (const worker of this.all) {
      const [task] = worker.tasks;
      if (task) void this.crash(task);
      worker.upAtMs = this.simulation.azure.time.nowMs + forMs;
    }
  }
}
