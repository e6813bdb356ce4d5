import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { processClock } from '../clock.ts';
import { runAsProcess } from '../runAsProcess.ts';
import { roleAccessOptions } from './access/roleAccess.ts';
import type { Entities, TeamSubscriptions } from './entitySchemas.ts';
import { startServiceBus } from './startServiceBus.ts';

/** Entities and subscriptions pass through as they are: startServiceBus parses them. */

const optionsSchema = z.strictObject({
  host: z.string().optional(),
  port: z.int(),
  tlsPort: z.int(),
  administrationPort: z.int().optional(),
  roleAccess: roleAccessOptions.optional(),
  tls: z.strictObject({ keyFile: z.string(), certFile: z.string() }),
  dataFile: z.string(),
  entitiesFile: z.string(),
  teamSubscriptions: z.custom<TeamSubscriptions>(Array.isArray).default([]),
});

await runAsProcess(optionsSchema, async ({ host, tls, entitiesFile, administrationPort, roleAccess, ...options }) => {
  const [key, cert, entities] = await Promise.all(
    [tls.keyFile, tls.certFile, entitiesFile].map((file) => readFile(file, 'utf8')),
  );
  return startServiceBus({
    ...options,
    ...(host !== undefined && { host }),
    ...(administrationPort !== undefined && { administrationPort }),
    ...(roleAccess && { roleAccess }),
    tls: { key: key ?? '', cert: cert ?? '' },
    entities: z.custom<Entities>().parse(JSON.parse(entities ?? '')),
    clock: processClock,
    log: (line) => console.error(`service bus: ${line}`),
  });
});
