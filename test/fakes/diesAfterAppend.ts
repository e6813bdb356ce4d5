import type { Ports } from '../../shared/ports.ts';
import { withMethods } from './withMethods.ts';

/** For `World.wrap`: the worker dies once, right after its first append has been carried out. */
export function diesAfterAppend(): (ports: Ports) => Ports {
  let crashes = 1;
  return (ports) => ({
    ...ports,
    auditLogs: withMethods(ports.auditLogs, {
      append: async (...args) => {
        const done = await ports.auditLogs.append(...args);
        if (crashes-- > 0) throw new Error('died');
        return done;
      },
    }),
  });
}
