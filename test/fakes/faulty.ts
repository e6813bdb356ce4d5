import { AdapterError } from '../../shared/errors.ts';
import type { Ports } from '../../shared/ports.ts';
import type { World } from './world.ts';

class Crash extends Error {}

export type Fault = 'crashBefore' | 'crashAfter' | 'unavailable' | 'unavailableAfter';

/** Counts the calls to all ports; the fault at a call number happens before or after its effect. */
export function faulty(world: World, faultAt: (call: number) => Fault | undefined): { calls: number } {
  const counter = { calls: 0 };
  const wrapPort = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          const fault = faultAt(counter.calls++);
          if (fault === 'crashBefore') throw new Crash();
          if (fault === 'unavailable') throw new AdapterError('unavailable', { code: 'ServerBusy', retryable: true });
          const result: unknown = await Reflect.apply(member, target, args);
          if (fault === 'crashAfter') throw new Crash();
          if (fault === 'unavailableAfter')
            throw new AdapterError('response lost', { code: 'Timeout', retryable: true });
          return result;
        };
      },
    });
  world.wrap = (ports: Ports) => ({
    ...ports,
    galleries: wrapPort(ports.galleries),
    smokeTestVms: wrapPort(ports.smokeTestVms),
    auditLogs: wrapPort(ports.auditLogs),
    documents: wrapPort(ports.documents),
    evidence: wrapPort(ports.evidence),
    wakeUps: wrapPort(ports.wakeUps),
    announcements: wrapPort(ports.announcements),
    auditIndex: wrapPort(ports.auditIndex),
    policyFile: wrapPort(ports.policyFile),
  });
  return counter;
}
