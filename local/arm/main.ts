import { z } from 'zod';
import { processClock } from '../clock.ts';
import { identityRoutes } from '../identity/identityRoutes.ts';
import { openSigningKey } from '../identity/openSigningKey.ts';
import { principalSchema } from '../identity/principal.ts';
import { runAsProcess } from '../runAsProcess.ts';
import { createMachine } from '../vm/createMachine.ts';
import { readGuestImage } from '../vm/guestImage.ts';
import { defaultSettings } from './options.ts';
import { startArm } from './startArm.ts';

const milliseconds = z.number().min(0);

const settingsSchema = z.strictObject({
  replicationMs: milliseconds.default(defaultSettings.replicationMs),
  updateMs: milliseconds.default(defaultSettings.updateMs),
  allocationMs: milliseconds.default(defaultSettings.allocationMs),
  vmDeleteMs: milliseconds.default(defaultSettings.vmDeleteMs),
  writesWhileUpdating: z.enum(['refuse', 'accept']).default(defaultSettings.writesWhileUpdating),
  tokenBuckets: z.boolean().default(defaultSettings.tokenBuckets),
  retryAfterSeconds: z.int().min(0).default(defaultSettings.retryAfterSeconds),
});

const optionsSchema = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65535),
  tls: z.strictObject({ keyFile: z.string(), certFile: z.string() }),
  dataDir: z.string(),
  subscriptionId: z.string(),
  tenantId: z.string(),
  location: z.string(),
  eventTopicUrl: z.url(),
  audiences: z.array(z.string()).min(1),
  imagesDir: z.string(),
  /** Whose tokens are accepted; their token endpoints are served beside ARM. */
  identity: z.strictObject({ folder: z.string(), identities: z.array(principalSchema) }),
  settings: settingsSchema.prefault({}),
});

await runAsProcess(optionsSchema, async ({ identity, ...options }) => {
  const key = await openSigningKey(identity.folder);
  return startArm({
    ...options,
    jwks: key.jwks,
    routes: identityRoutes({ tenantId: options.tenantId, identities: identity.identities, key, clock: processClock }),
    clock: processClock,
    readGuestImage,
    createMachine,
    log: (line) => console.error(line),
  });
});
