import { processClock } from '../clock.ts';
import { runAsProcess } from '../runAsProcess.ts';
import { identityOptionsSchema, startIdentity } from './startIdentity.ts';

await runAsProcess(identityOptionsSchema, (options) => startIdentity({ ...options, clock: processClock }));
