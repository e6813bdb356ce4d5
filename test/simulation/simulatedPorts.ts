import { AsyncLocalStorage } from 'node:async_hooks';
import { addMs, type Instant } from '../../shared/domain/instant.ts';
import { AdapterError } from '../../shared/errors.ts';
import type { Ports } from '../../shared/ports.ts';
import type { Checker } from './checker.ts';
import type { CallFault } from './faults.ts';
import type { Task, Worker } from './scheduler.ts';
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

function clockOf({ azure: { time } }: Simulation, { skewMs }: Worker): Instant {
  return skewMs === 0 ? time.now() : addMs(time.now(), skewMs);
}

/** The task whose call it is: those of one process share their ports, as the product's own do. */
export const running = new AsyncLocalStorage<Task>();

class SimulatedPort {
  readonly simulation: Simulation;
  /** What it does in truth. */
  readonly port: object;

  constructor(simulation: Simulation, port: object) {
    this.simulation = simulation;
    this.port = port;
  }
}
type Kind = readonly [name: (typeof reachingOut)[number], Port: typeof SimulatedPort];

/** Made once, not for each seed: what is called through the same functions, seed after seed, stays compiled. */
let kinds: Kind[] | undefined;

/** The ports as a process sees them: every call waits for its turn, and can meet a fault; every effect is looked at. */
export function portsOf(simulation: Simulation, worker: Worker): Ports {
  const { ports } = simulation.azure;
  kinds ??= reachingOut.map((name) => [name, kindOf(name, ports[name])]);
  const seen: Ports = { ...ports, clock: { now: () => clockOf(simulation, worker) } };
  for (const [name, Port] of kinds) Reflect.set(seen, name, new Port(simulation, ports[name]));
  return seen;
}

function kindOf(name: string, like: object): typeof SimulatedPort {
  class Port extends SimulatedPort {}
  for (const member of membersOf(like)) {
    const call = `${name}.${member}`;
    const value = function (this: SimulatedPort, ...args: unknown[]) {
      return perform(this, call, member, args);
    };
    const get = function (this: SimulatedPort): unknown {
      return Reflect.get(this.port, member);
    };
    const isMethod = typeof Reflect.get(like, member) === 'function';
    Object.defineProperty(Port.prototype, member, isMethod ? { value } : { get });
  }
  return Port;
}

function membersOf(port: object): string[] {
  const names = new Set<string>();
  for (let from = port; from !== Object.prototype; from = Object.getPrototypeOf(from))
    for (const name of Object.getOwnPropertyNames(from)) names.add(name);
  return [...names].filter((name) => name !== 'constructor');
}

function perform(port: SimulatedPort, call: string, method: string, args: unknown[]): unknown {
  const { simulation } = port;
  const { azure, calls, random } = simulation;
  const task = running.getStore();
  if (!task) throw new Error(`${call} is called by no task`);
  const fault = calls.faultAt(task, call);
  const latencyMs = calls.latencyMs(fault, call);
  // Often no other task comes in between; that needs no turn of the scheduler, nor does a turn that none else can take.
  const isHeld = fault || latencyMs > 0 || (random.chance(0.4) && !simulation.isAlone());
  if (isHeld) return performInTurn(port, { task, call, method, args, fault, atMs: azure.time.nowMs + latencyMs });
  calls.note(task, call, args, fault);
  return act(port, task, call, method, args);
}

interface Held {
  readonly task: Task;
  readonly call: string;
  readonly method: string;
  readonly args: unknown[];
  readonly fault: CallFault | undefined;
  /** When it is its turn at the earliest. */
  readonly atMs: number;
}

async function performInTurn(port: SimulatedPort, { task, call, method, args, fault, atMs }: Held): Promise<unknown> {
  const { simulation } = port;
  const { azure, scheduler, calls, workers } = simulation;
  await scheduler.hold(task, atMs);
  calls.note(task, call, args, fault);
  if (fault === undefined) return act(port, task, call, method, args);
  const refusal = refusals[fault];
  if (refusal) {
    const [code, message, retryAfterMs] = refusal;
    throw new AdapterError(message, { code, retryable: true, retryAfterMs });
  }
  if (fault === 'crashBefore') return workers.crash(task);
  if (fault === 'appendConflict' || fault === 'documentConflict') return 'conflict';
  if (fault === 'messageLost') {
    // The next sweep has to find what it told of, so all is not at rest before.
    simulation.noteChange();
    return undefined;
  }
  const result = await act(port, task, call, method, args, altered(args, fault, azure.time.now()));
  if (fault === 'crashAfter') return workers.crash(task);
  if (fault === 'timeoutAfter' || fault === 'partlySent')
    throw new AdapterError('no answer within 30 s', { code: 'Timeout', retryable: true });
  return result;
}

/**
 * The effect, and the looks at it: before, at what is asked for; after, at what was done of it. Most calls are read only, and
 * nobody looks at what they find.
 */
function act(port: SimulatedPort, task: Task, call: string, method: string, args: unknown[], given = args): unknown {
  const { checker } = port.simulation;
  checker.before(task, call, args);
  const result: unknown = Reflect.apply(Reflect.get(port.port, method), port.port, given);
  return checker.looksAfter(call) ? lookedAt(checker, task, call, given, result) : result;
}

async function lookedAt(checker: Checker, task: Task, call: string, args: unknown[], acted: unknown): Promise<unknown> {
  const result = await acted;
  checker.after(task, call, args, result);
  return result;
}

function altered(args: unknown[], fault: CallFault | undefined, now: Instant): unknown[] {
  if (fault === 'messageLate') {
    const [, , at = now] = args;
    return [args[0], args[1], addMs(typeof at === 'string' && at > now ? at : now, 400_000)];
  }
  if (fault === 'partlySent' && Array.isArray(args[0])) return [args[0].slice(0, 1), ...args.slice(1)];
  return args;
}
