import { effectiveLatest } from '../../shared/domain/effectiveLatest.ts';
import type { ImageDefinitionId } from '../../shared/domain/ids.ts';
import { parseWakeUp } from '../../shared/domain/wakeUps.ts';
import type { Ports } from '../../shared/ports.ts';
import { handleWakeUp } from '../../shared/workflow/handleWakeUp.ts';
import { receiveEvent } from '../../shared/workflow/receiveEvent.ts';
import type { Settings } from '../../shared/workflow/settings.ts';
import { sweep } from '../../shared/workflow/sweep.ts';
import type { QueuedMessage } from '../fakes/fakeServiceBus.ts';
import { SimulatedAzure } from './azure.ts';
import { Checker } from './checker.ts';
import { type CallFault, Faults } from './faults.ts';
import { guests, kindOf } from './guests.ts';
import { happen } from './happen.ts';
import { Random } from './random.ts';
import { definitions, drawScenario, type Scenario } from './scenario.ts';
import { Scheduler, type Task, untilAllWait, type Worker } from './scheduler.ts';
import { portsOf } from './simulatedPorts.ts';
import type { Trace } from './trace.ts';

const sweepEveryMs = 300_000;
const idleSweepEveryMs = 1_800_000;
/** Nothing that is waited for takes longer: quota is asked for again every hour. */
const restAfterMs = 2 * 3_600_000;
/** A slot is not freed by the sweep before. */
const slotGraceMs = 600_000;
const longestMs = 72 * 3_600_000;

type Act = (ports: Ports) => Promise<unknown>;

function isRead(call: string): boolean {
  return /\.(read|list|get|look)/.test(call);
}

/** One seed: the workflow on two workers, everything around it, and all that goes wrong. */
export class Simulation {
  readonly azure: SimulatedAzure;
  readonly scheduler = new Scheduler();
  readonly checker: Checker;
  readonly scenario: Scenario;
  readonly faults: Faults;
  readonly settings: Settings;
  calls = 0;
  lastChangeMs: number;
  private readonly random: Random;
  private readonly trace: Trace | undefined;
  private readonly workers: Worker[];
  private readonly sessions = new Map<string, { task: Task; message: QueuedMessage }>();
  private sweeping: Task | undefined;
  /** When the last sweep began that found nothing wrong with itself. */
  private sweptAtMs = 0;
  private nextSweepMs: number;
  private events = 0;
  private undisturbed = false;

  constructor(seed: number, trace?: Trace) {
    this.random = new Random(seed);
    this.trace = trace;
    this.scenario = drawScenario(this.random);
    this.faults = new Faults(this.random);
    this.azure = new SimulatedAzure(
      (sourceId) => guests[kindOf(sourceId)].guest,
      (subject) => this.emit(subject),
    );
    const { time, galleries, policyFile } = this.azure;
    this.checker = new Checker(this.azure, this.scenario.slotsPerRegion);
    this.workers = ['A', 'B', 'C'].map((name) => ({ name, tasks: new Set(), skewMs: 0, upAtMs: 0 }));
    this.settings = { instance: 'blue', galleries: definitions.slice(0, 1), takeChargeAt: '2026-11-22T07:59:00.000Z' };
    galleries.resetsPublishedDate = this.scenario.resetsPublishedDate;
    for (const definition of definitions) galleries.createDefinition(definition);
    galleries.onChange = () => {
      this.lastChangeMs = time.nowMs;
      this.checker.lookAtLatest(definitions, (definition) => this.latest(definition));
    };
    policyFile.text = this.scenario.policy;
    this.lastChangeMs = time.nowMs;
    this.nextSweepMs = time.nowMs + sweepEveryMs;
    for (const happening of this.scenario.happenings)
      time.after(happening.atMs, () => {
        this.lastChangeMs = time.nowMs;
        this.trace?.happening(time.now(), happening);
        happen(this, happening);
      });
  }

  latest(definition: ImageDefinitionId): Record<string, string> {
    return effectiveLatest(this.azure.versionsOf(definition).map(({ version }) => version));
  }

  /** Goes on until all is at rest, or until something is wrong. */
  async run(): Promise<void> {
    const { time } = this.azure;
    const endMs = time.nowMs + longestMs;
    while (this.checker.violations.length === 0) {
      await untilAllWait();
      const choices = [...this.scheduler.ready(time.nowMs), ...this.deliverable(), ...this.sweepDue()];
      const [first, ...more] = choices;
      if (first) {
        this.random.pick([first, ...more])();
        continue;
      }
      if (this.isAtRest()) return;
      if (time.nowMs > endMs) this.checker.fail('comes to rest', `not within ${longestMs / 3_600_000} h`);
      time.moveTo(this.nextMs());
    }
  }

  /** Looks at every version once more, with no fault and nothing new. */
  async runAgainUndisturbed(): Promise<void> {
    this.undisturbed = true;
    this.lastChangeMs = this.azure.time.nowMs;
    for (const { id } of this.azure.galleries.all()) this.emit(id);
    await this.run();
  }

  /** Starts a task on some worker that is up, if there is one; `lost` is called where it failed. */
  start(name: string, act: Act, lost: (error?: unknown) => void, done = () => {}): Task | undefined {
    const { nowMs } = this.azure.time;
    const [first, ...more] = this.workers.filter(({ upAtMs }) => upAtMs <= nowMs);
    if (!first) return undefined;
    const worker = this.random.pick([first, ...more]);
    const task: Task = { name, worker, isDead: false, isZombie: false };
    worker.tasks.add(task);
    const end = (then: () => void) => {
      worker.tasks.delete(task);
      if (!task.isDead) then();
    };
    act(portsOf(this, task)).then(
      () => end(done),
      (error: unknown) => {
        this.trace?.threw(this.azure.time.now(), task, error);
        end(() => lost(error));
      },
    );
    return task;
  }

  /** What others keep asking for: while no worker is up, and again where it fails. */
  insist(name: string, act: Act, tries = 5): void {
    const again = () => {
      if (tries > 1) this.azure.time.after(20_000, () => this.insist(name, act, tries - 1));
    };
    const task = this.start(name, act, again);
    if (!task) this.azure.time.after(20_000, () => this.insist(name, act, tries));
  }

  faultAt(task: Task, call: string): CallFault | undefined {
    const fault = this.undisturbed ? undefined : this.faults.at(this.calls, call);
    this.calls += 1;
    if (fault === 'lockLost') this.loseLock(task);
    return fault;
  }

  /** Most calls take no time; some take seconds, and one that has lost its lock comes back late. */
  latencyMs(fault: CallFault | undefined, call: string): number {
    if (fault === 'slow') return this.random.between(10_000, isRead(call) ? 100_000 : 30_000);
    // Adapters give up on a write after 30 s; only a process that was frozen in between comes back later.
    if (fault === 'lockLost') return this.random.between(1_000, isRead(call) ? 400_000 : 30_000);
    if (fault === 'timeoutBefore') return 30_000;
    return this.random.chance(0.1) ? this.random.between(1, 3_000) : 0;
  }

  note(task: Task, call: string, args: unknown[], fault: CallFault | undefined): void {
    if (call === 'auditLogs.append') this.lastChangeMs = this.azure.time.nowMs;
    this.trace?.call(this.azure.time.now(), task, call, args, fault);
  }

  /** The process dies at this call: it never returns, and everything else on the worker ends with it. */
  crash({ worker }: Task): Promise<never> {
    const { time } = this.azure;
    this.trace?.line(time.now(), `worker ${worker.name} dies`);
    for (const task of worker.tasks) {
      const session = [...this.sessions].find(([, held]) => held.task === task);
      if (session) time.after(this.random.between(0, 300_000), () => this.release(session[0], task));
      if (this.sweeping === task) this.sweeping = undefined;
    }
    this.scheduler.kill(worker);
    worker.upAtMs = time.nowMs + this.random.between(1_000, 60_000);
    return new Promise(() => {});
  }

  skew(worker: number, skewMs: number): void {
    const found = this.workers[worker];
    if (found) found.skewMs = skewMs;
  }

  /** No worker runs for this long. */
  outage(forMs: number): void {
    for (const worker of this.workers) {
      const [task] = worker.tasks;
      if (task) void this.crash(task);
      worker.upAtMs = this.azure.time.nowMs + forMs;
    }
  }

  private emit(subject: string): void {
    const copies = this.undisturbed ? 1 : this.random.pick([0, 1, 1, 1, 1, 1, 1, 2]);
    for (let copy = 0; copy < copies; copy += 1) {
      const id = `event-${++this.events}`;
      const delayMs = this.random.chance(0.1) ? this.random.between(1, 400_000) : this.random.between(0, 2_000);
      const event = { id, type: 'Microsoft.Resources.ResourceWriteSuccess', subject };
      const receive: Act = (ports) => receiveEvent(ports, this.settings, event);
      this.azure.time.after(delayMs, () => this.insist(`event ${id}`, receive, 3));
    }
  }

  private deliverable(): (() => void)[] {
    const { time, wakeUps } = this.azure;
    const keys = new Set<string>();
    const due = wakeUps.messages.filter(({ atMs, body }) => atMs <= time.nowMs && !this.sessions.has(body.key));
    for (const { body } of due) keys.add(body.key);
    return [...keys].map((key) => () => {
      const [first, ...more] = due.filter(({ body }) => body.key === key);
      if (first) this.deliver(this.random.chance(0.3) ? this.random.pick([first, ...more]) : first);
    });
  }

  private deliver(message: QueuedMessage): void {
    const { key } = message.body;
    const { nowMs } = this.azure.time;
    if (this.workers.every(({ upAtMs }) => upAtMs > nowMs)) {
      message.atMs = nowMs + 5_000;
      return;
    }
    message.deliveries += 1;
    if (message.deliveries > 10) {
      this.checker.fail('no poison', `a message of ${key} is dead-lettered`);
      return;
    }
    const abandon = () => {
      if (this.sessions.get(key)?.task !== task) return;
      message.atMs = this.azure.time.nowMs + 1_000;
      this.sessions.delete(key);
    };
    const complete = () => {
      if (this.sessions.get(key)?.task !== task) return;
      this.sessions.delete(key);
      const { messages } = this.azure.wakeUps;
      // Sometimes the completion is lost, and the message is delivered once more.
      if (this.undisturbed || !this.random.chance(0.02)) messages.splice(messages.indexOf(message), 1);
    };
    const step = (ports: Ports) => handleWakeUp(ports, this.settings, parseWakeUp(message.body));
    const task = this.start(
      `step ${message.body.cause}`,
      step,
      (error) => {
        abandon();
        this.noteDefect(error);
      },
      complete,
    );
    if (task) this.sessions.set(key, { task, message });
  }

  /** A step throws only what is a defect: whatever faults there are, there is none. */
  private noteDefect(error: unknown): void {
    if (error instanceof Error && error.name === 'AdapterError') return;
    this.checker.fail('no defect', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  private loseLock(task: Task): void {
    task.isZombie = true;
    for (const [key, held] of this.sessions) if (held.task === task) this.release(key, task);
  }

  private release(key: string, task: Task): void {
    if (this.sessions.get(key)?.task === task) this.sessions.delete(key);
  }

  private sweepDue(): (() => void)[] {
    const { time } = this.azure;
    if (time.nowMs < this.nextSweepMs || this.sweeping) return [];
    return [
      () => {
        const isIdle = time.nowMs - this.lastChangeMs > 900_000;
        this.nextSweepMs = time.nowMs + (isIdle ? idleSweepEveryMs : sweepEveryMs);
        const beganAtMs = time.nowMs;
        const end = () => {
          this.sweeping = undefined;
        };
        const done = () => {
          this.sweptAtMs = beganAtMs;
          end();
        };
        this.sweeping = this.start('sweep', (ports) => sweep(ports, this.settings), end, done);
      },
    ];
  }

  private nextMs(): number {
    const { time, wakeUps } = this.azure;
    const free = wakeUps.messages.filter(({ body }) => !this.sessions.has(body.key));
    const sweepMs = this.sweeping ? Number.POSITIVE_INFINITY : this.nextSweepMs;
    const all = [this.scheduler.nextMs(), time.nextTimerMs() ?? Number.POSITIVE_INFINITY, sweepMs];
    return Math.max(
      time.nowMs,
      free.reduce((least, { atMs }) => Math.min(least, atMs), Math.min(...all)),
    );
  }

  /** Nothing is on its way, and the last sweep found nothing to do, or all that is open waits for somebody. */
  private isAtRest(): boolean {
    const { time, wakeUps, documents, smokeTestVms } = this.azure;
    const isBusy =
      this.sessions.size > 0 || this.sweeping !== undefined || this.scheduler.nextMs() < Number.POSITIVE_INFINITY;
    const isAwaited = wakeUps.messages.length > 0 || time.nextTimerMs() !== undefined;
    const sinceMs = this.sweptAtMs - this.lastChangeMs;
    const { vms } = smokeTestVms;
    // No step knows it: the sweep deletes it when it expires, and not before.
    const isReaped = [...this.checker.lateVms].every((vmName) => !vms.has(vmName));
    const isOpen = [...documents.documents.keys()].some((name) => name.startsWith('open/'));
    if (isBusy || !isReaped) return false;
    if (!isAwaited && !isOpen) return sinceMs > slotGraceMs;
    return sinceMs > restAfterMs;
  }
}
