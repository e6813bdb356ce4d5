import { addMs, type Instant } from '../../shared/domain/instant.ts';
import { AdapterError } from '../../shared/errors.ts';
import type { Ports } from '../../shared/ports.ts';
import type { CallFault } from './faults.ts';
import type { Task } from './scheduler.ts';
import type { Simulation } from './simulation.ts';

const refusals: Partial<Record<CallFault, [code: string, message: string, retryAfterMs?: number]>> = {
  throttled: ['TooManyRequests', '429: too many requests', 17_000],
  unavailable: ['ServiceUnavailable', '503: the server is busy'],
  conflict: ['Conflict', '409: another operation is in progress'],
  preconditionFailed: ['PreconditionFailed', '412: the resource has changed'],
  timeoutBefore: ['Timeout', 'no answer within 30 s'],
};

/** Calls that reach out; what follows on one port of them is done in one instant, and the answer may be lost. */
const reachingOut = [
  'galleries',
  'smokeTestVms',
  'auditLogs',
  'documents',
  'evidence',
  'wakeUps',
  'announcements',
  'auditIndex',
  'dayIndex',
  'policyFile',
  'teamSubscriptions',
  'checkFiles',
] as const satisfies (keyof Ports)[];

function clockOf({ azure: { time } }: Simulation, { worker: { skewMs } }: Task): Instant {
  return skewMs === 0 ? time.now() : addMs(time.now(), skewMs);
}

type PortOfTask = new (task: Task) => object;
type Act = (args: unknown[]) => Promise<unknown>;

/** The ports as tasks see them: every call waits for its turn, and can meet a fault; every effect is looked at. */
export class SimulatedPorts {
  private readonly simulation: Simulation;
  private readonly kinds: (readonly [name: string, PortOfTask])[];

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.kinds = reachingOut.map((name) => [name, portOfTask(simulation, name)]);
  }

  of(task: Task): Ports {
    const { simulation, kinds } = this;
    const ports = { ...simulation.azure.ports, clock: { now: () => clockOf(simulation, task) } };
    return Object.assign(ports, Object.fromEntries(kinds.map(([name, Port]) => [name, new Port(task)])));
  }
}

/** A port whose calls are those of one task: there are many tasks, and few ports. */
function portOfTask(simulation: Simulation, name: (typeof reachingOut)[number]): PortOfTask {
  const port = simulation.azure.ports[name];
  class Port {
    readonly task: Task;

    constructor(task: Task) {
      this.task = task;
    }
  }
  for (const method of methodsOf(port)) {
    const call = `${name}.${method}`;
    const act: Act = (args) => Reflect.apply(Reflect.get(port, method), port, args);
    const value = function (this: Port, ...args: unknown[]) {
      return perform(simulation, this.task, call, args, act);
    };
    Object.defineProperty(Port.prototype, method, { value });
  }
  // What a port has besides its methods.
  Object.setPrototypeOf(Port.prototype, port);
  return Port;
}

function methodsOf(port: object): string[] {
  const names = new Set<string>();
  for (let from = port; from !== Object.prototype; from = Object.getPrototypeOf(from))
    for (const name of Object.getOwnPropertyNames(from)) names.add(name);
  return [...names].filter((name) => name !== 'constructor' && typeof Reflect.get(port, name) === 'function');
}

async function perform(simulation: Simulation, task: Task, call: string, args: unknown[], act: Act): Promise<unknown> {
  const { azure, scheduler, checker } = simulation;
  const fault = simulation.calls.faultAt(task, call);
  const latencyMs = simulation.calls.latencyMs(fault, call);
  // Often no other task comes in between; that needs no turn of the scheduler.
  if (fault || latencyMs > 0 || simulation.random.chance(0.4)) await scheduler.hold(task, azure.time.nowMs + latencyMs);
  simulation.calls.note(task, call, args, fault);
  const refusal = fault && refusals[fault];
  if (refusal) {
    const [code, message, retryAfterMs] = refusal;
    throw new AdapterError(message, { code, retryable: true, retryAfterMs });
  }
  if (fault === 'crashBefore') return simulation.workers.crash(task);
  if (fault === 'appendConflict' || fault === 'documentConflict') return 'conflict';
  if (fault === 'messageLost') return undefined;
  checker.before(task, call, args);
  const given = altered(args, fault, azure.time.now());
  const result = await act(given);
  checker.after(task, call, given, result);
  if (fault === 'crashAfter') return simulation.workers.crash(task);
  if (fault === 'timeoutAfter' || fault === 'partlySent')
    throw new AdapterError('no answer within 30 s', {
      code: 'Timeout',
      retryable: true,
    });
  return result;
}

function altered(args: unknown[], fault: CallFault | undefined, now: Instant): unknown[] {
  if (fault === 'messageLate') return [args[0], args[1], addMs(now, 400_000)];
  if (fault === 'partlySent' && Array.isArray(args[0])) return [args[0].slice(0, 1), ...args.slice(1)];
  return args;
}
