import type { Ports } from '../../shared/ports.ts';
import { EditsAtIntents } from './editsAtIntents.ts';
import type { CallFault } from './faults.ts';
import type { Task } from './scheduler.ts';
import type { Simulation } from './simulation.ts';

/** Calls of ports by all tasks: each may meet a fault, takes its time, and stands in the trace. */
export class Calls {
  count = 0;
  private readonly simulation: Simulation;
  private readonly edits: EditsAtIntents;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.edits = new EditsAtIntents(simulation);
  }

  faultAt(task: Task, call: string): CallFault | undefined {
    const { isUndisturbed, faults, sessions } = this.simulation;
    const fault = isUndisturbed ? undefined : faults.at(this.count, call);
    this.count += 1;
    if (fault === 'lockLost') sessions.loseLock(task);
    return fault;
  }

  /** Most calls take no time; some take seconds, and one that has lost its lock comes back late. */
  latencyMs(fault: CallFault | undefined, call: string): number {
    const { random } = this.simulation;
    if (fault === 'slow') return random.between(10_000, isRead(call) ? 100_000 : 30_000);
    // Adapters give up on a write after 30 s; only a process that was frozen in between comes back later.
    if (fault === 'lockLost') return random.between(1_000, isRead(call) ? 400_000 : 30_000);
    if (fault === 'timeoutBefore') return 30_000;
    return random.chance(0.1) ? random.between(1, 3_000) : 0;
  }

  note(task: Task, call: string, args: unknown[], fault: CallFault | undefined): void {
    const { azure, trace } = this.simulation;
    if (call === 'auditLogs.append') {
      this.simulation.noteChange();
      this.edits.noteAppend(args as Parameters<Ports['auditLogs']['append']>);
    }
    trace?.call(azure.time.now(), task, call, args, fault);
  }
}

function isRead(call: string): boolean {
  return /\.(read|list|get|look)/.test(call);
}
