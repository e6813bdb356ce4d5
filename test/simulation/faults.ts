import type { Random } from './random.ts';

/** What can happen to one call of a port. */
export type CallFault =
  | 'crashBefore'
  | 'crashAfter'
  | 'throttled'
  | 'unavailable'
  | 'conflict'
  | 'preconditionFailed'
  | 'timeoutBefore'
  | 'timeoutAfter'
  | 'appendConflict'
  | 'documentConflict'
  | 'lockLost'
  | 'slow'
  | 'messageLost'
  | 'messageLate'
  | 'partlySent';

const everywhere: CallFault[] = [
  'crashBefore',
  'crashAfter',
  'crashBefore',
  'crashAfter',
  'throttled',
  'unavailable',
  'timeoutBefore',
  'timeoutAfter',
  'timeoutAfter',
  'lockLost',
  'slow',
];

/** Calls at which some faults alone make sense; all others can meet any call. */
const only: Partial<Record<CallFault, (call: string) => boolean>> = {
  conflict: (call) => /writeFlags|launch|startRunCommand|restart|smokeTestVms.delete/.test(call),
  preconditionFailed: (call) => /writeFlags|launch|smokeTestVms.delete/.test(call),
  appendConflict: (call) => call === 'auditLogs.append',
  documentConflict: (call) => call === 'documents.write' || call === 'documents.delete',
  messageLost: (call) => call === 'wakeUps.send',
  messageLate: (call) => call === 'wakeUps.send',
  partlySent: (call) => call === 'announcements.send' || call === 'auditIndex.send',
};

const kinds = [...everywhere, ...(Object.keys(only) as CallFault[])] as [CallFault, ...CallFault[]];

/** The faults of one seed: each waits for its turn among the calls, then for the first call that it makes sense at. */
export class Faults {
  readonly injected: string[] = [];
  private readonly planned: { atCall: number; kind: CallFault }[];

  constructor(random: Random) {
    const count = random.between(3, 8);
    const reach = random.pick([80, 150, 350, 600]);
    // Three at least come early enough for the shortest seed.
    const atCall = (index: number) => random.between(0, index < 3 ? Math.min(reach, 150) : reach);
    this.planned = Array.from({ length: count }, (_, index) => ({ atCall: atCall(index), kind: random.pick(kinds) }));
    this.planned.sort((a, b) => a.atCall - b.atCall);
  }

  /** The fault of this call; `number` counts the calls of all tasks. */
  at(number: number, call: string): CallFault | undefined {
    for (const [index, { atCall, kind }] of this.planned.entries()) {
      if (atCall > number) return undefined;
      if (only[kind] && !only[kind](call)) continue;
      this.planned.splice(index, 1);
      this.injected.push(`${kind} at ${call}`);
      return kind;
    }
    return undefined;
  }
}
