import { processClock } from '../clock.ts';
import { runAsProcess } from '../runAsProcess.ts';
import { identityOptionsSchema, startIdentity } from './startIdentity.ts';

await runAsProcess(identityOptionsSchema, async (options) => {
  const { routes: _, ...running } = await startIdentity({ ...options, clock: processClock });
  return running;
});
