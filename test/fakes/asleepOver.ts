import type { Ports } from '../../shared/ports.ts';
import { withMethods } from './withMethods.ts';

type Call = (...args: never[]) => Promise<unknown>;
type Calls<Port> = { [Name in keyof Port]: Port[Name] extends Call ? Name : never }[keyof Port];

/**
 * Ports of a worker that falls asleep over one call: `asked` comes when it is reached, and `goOn` lets it be done. With
 * `answered` it is done at once, and its answer comes late. `isIt` says whether a call is the one, by its count from 1 on.
 */
export function asleepOver<P extends 'auditLogs' | 'galleries' | 'policyFile', M extends Calls<Ports[P]> & string>(
  ports: Ports,
  port: P,
  method: M,
  isIt: (count: number, ...args: unknown[]) => boolean = (count) => count === 1,
  answered = false,
) {
  const [asked, woken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const call = (ports[port][method] as Call).bind(ports[port]) as (...args: unknown[]) => Promise<unknown>;
  let count = 0;
  const slow = async (...args: unknown[]) => {
    count += 1;
    if (!isIt(count, ...args)) return call(...args);
    const answer = answered ? await call(...args) : undefined;
    asked.resolve();
    await woken.promise;
    return answered ? answer : call(...args);
  };
  const methods = { [method]: slow } as Partial<Ports[P]>;
  return { ports: { ...ports, [port]: withMethods(ports[port], methods) }, asked: asked.promise, goOn: woken.resolve };
}
