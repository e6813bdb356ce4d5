import { effectiveLatest } from '../../shared/domain/effectiveLatest.ts';
import type { ImageDefinitionId } from '../../shared/domain/ids.ts';
import type { Settings } from '../../shared/workflow/settings.ts';
import { SimulatedAzure } from './azure.ts';
import { Calls } from './calls.ts';
import { Checker } from './checker.ts';
import { definitions } from './definitions.ts';
import { Events } from './events.ts';
import { Faults } from './faults.ts';
import { guests, kindOf } from './guests.ts';
import { askEverything, happen } from './happen.ts';
import type { Happening } from './happening.ts';
import { isAtRest, isHeld } from './isAtRest.ts';
import { Random } from './random.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import { Scheduler, untilDone } from './scheduler.ts';
import { Sessions } from './sessions.ts';
import { Sweeps } from './sweeps.ts';
import type { Trace } from './trace.ts';
import { Workers } from './workers.ts';

const longestMs = 72 * 3_600_000;
/** Many times what the longest seed needs: who gets here goes round in circles without the clock. */
const mostCalls = 30_000;

/** One seed: the workflow on its workers, everything around it, and all that goes wrong. */
export class Simulation {
  readonly random: Random;
  readonly trace: Trace | undefined;
  readonly scenario: Scenario;
  readonly faults: Faults;
  readonly azure: SimulatedAzure;
  readonly checker: Checker;
  readonly scheduler = new Scheduler();
  readonly calls = new Calls(this);
  readonly workers = new Workers(this);
  readonly sessions = new Sessions(this);
  readonly events = new Events(this);
  readonly sweeps: Sweeps;
  readonly settings: Settings = {
    instance: 'blue',
    galleries: definitions.slice(0, 1),
    takeChargeAt: '2026-11-22T07:59:00.000Z',
  };
  /** When something was last done, by whomever. */
  lastChangeMs: number;
  /** No faults any more: every event comes once, and every completion arrives. */
  isUndisturbed = false;

  /** Every tenth seed reads what is stored of the audit logs back, as production does; it comes to the same. */
  constructor(seed: number, trace?: Trace, readsBack = seed % 10 === 0) {
    this.random = new Random(seed);
    this.trace = trace;
    this.scenario = drawScenario(this.random);
    this.faults = new Faults(this.random);
    this.azure = new SimulatedAzure(
      (sourceId) => guests[kindOf(sourceId)].guest,
      (...of) => this.events.emit(...of),
      readsBack,
    );
    this.checker = new Checker(this.azure, this.scenario.slotsPerRegion);
    this.lastChangeMs = this.azure.time.nowMs;
    this.sweeps = new Sweeps(this);
    this.prepare();
  }

  noteChange(): void {
    this.lastChangeMs = this.azure.time.nowMs;
    this.sweeps.hasten();
  }

  latest(definition: ImageDefinitionId): Record<string, string> {
    return effectiveLatest(this.azure.versionsOf(definition).map(({ version }) => version));
  }

  /** Goes on until all is at rest, or until something is wrong. */
  run(): Promise<void> {
    const endMs = this.azure.time.nowMs + longestMs;
    return untilDone(() => this.goOn(endMs));
  }

  /** Whether nobody but the task that calls a port now could have the next turn. */
  isAlone(): boolean {
    const { azure, scheduler, sessions, sweeps, workers } = this;
    const { nowMs } = azure.time;
    return scheduler.areOthersLater(nowMs, workers.taskCount()) && !sessions.isAnyDeliverable() && !sweeps.isDue();
  }

  /** One turn, of whatever can go on now, or of the clock; returns whether there is more to come. */
  private goOn(endMs: number): boolean {
    const { azure, checker, scheduler, sessions, sweeps, random } = this;
    const { time } = azure;
    if (checker.violations.length > 0) return false;
    const next: (() => void)[] = [];
    scheduler.addReady(time.nowMs, next);
    sessions.addDeliverable(next);
    sweeps.addDue(next);
    if (this.calls.count > mostCalls) checker.fail('comes to rest', `not within ${mostCalls} calls of ports`);
    if (next.length > 0) {
      random.pick(next as [() => void])();
      return true;
    }
    if (isAtRest(this)) {
      if (!isHeld(this)) return false;
      this.noteChange();
      askEverything(this, { kind: 'resume', reason: 'all that can be done is done' }, time.now());
      return true;
    }
    if (time.nowMs > endMs) checker.fail('comes to rest', `not within ${longestMs / 3_600_000} h`);
    const timerMs = time.nextTimerMs() ?? Number.POSITIVE_INFINITY;
    time.moveTo(Math.max(time.nowMs, Math.min(scheduler.nextMs(), timerMs, sessions.nextMs(), sweeps.nextMs())));
    return true;
  }

  letHappen(happening: Happening): void {
    this.noteChange();
    this.trace?.happening(this.azure.time.now(), happening);
    happen(this, happening);
  }

  /** Looks at every version once more, with no fault and nothing new. */
  async runAgainUndisturbed(): Promise<void> {
    this.isUndisturbed = true;
    this.noteChange();
    for (const { id } of this.azure.galleries.all()) this.events.emit(id);
    await this.run();
  }

  private prepare(): void {
    const { azure, checker, scenario } = this;
    const { time, galleries, policyFile } = azure;
    policyFile.text = scenario.policy;
    azure.smokeTestVms.pace = scenario.pace;
    galleries.resetsPublishedDate = scenario.resetsPublishedDate;
    for (const definition of definitions) galleries.createDefinition(definition);
    galleries.onChange = () => {
      this.noteChange();
      checker.lookAtLatest(definitions, (definition) => this.latest(definition));
    };
    for (const happening of scenario.happenings) time.after(happening.atMs, () => this.letHappen(happening));
  }
}
