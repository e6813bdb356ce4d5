import { ManagedIdentityCredential } from '@azure/identity';
import { z } from 'zod';
import { processClock } from '../clock.ts';
import { runAsProcess } from '../runAsProcess.ts';
import { eventGridOptionsSchema } from './options.ts';
import { startEventGrid } from './startEventGrid.ts';

/** Dead letters are written with a managed identity, which the environment has to offer. */
const processOptionsSchema = eventGridOptionsSchema.extend({
  deadLetterBlobs: z.strictObject({ endpoint: z.url(), clientId: z.string().optional() }).optional(),
});

await runAsProcess(processOptionsSchema, ({ deadLetterBlobs, ...options }) => {
  const blobs = deadLetterBlobs && {
    endpoint: deadLetterBlobs.endpoint,
    credential: new ManagedIdentityCredential(deadLetterBlobs.clientId ? { clientId: deadLetterBlobs.clientId } : {}),
  };
  const log = (line: string) => console.error(line);
  return startEventGrid({ ...options, ...(blobs ? { deadLetterBlobs: blobs } : {}), clock: processClock, log });
});
