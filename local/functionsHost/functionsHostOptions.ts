import { z } from 'zod';

const auth = z.strictObject({
  issuer: z.string(),
  audiences: z.array(z.string()).min(1),
  /** Address of the key set, or the key set itself. */
  jwks: z.union([z.url(), z.looseObject({ keys: z.array(z.looseObject({})) })]),
});

/** What the process is started with. */
export const functionsHostOptions = z.strictObject({
  /** Folder of the deployed app (its package.json names `main`), or the entry file itself. */
  entry: z.string(),
  hostJson: z.string(),
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535),
  keys: z.strictObject({ master: z.string().min(1), function: z.string().min(1), eventGrid: z.string().min(1) }),
  workers: z.int().min(1).default(1),
  /** App Service Authentication in front of the app, with unauthenticated access allowed. */
  auth: auth.optional(),
  /** Folder for what outlives the process: when each timer last ran. */
  stateDir: z.string(),
  log: z.enum(['text', 'json']).default('text'),
  /** File shaped like local.settings.json; what the environment already sets stays. */
  settingsFile: z.string().optional(),
});

export type FunctionsHostOptions = z.infer<typeof functionsHostOptions>;
export type EasyAuthOptions = z.infer<typeof auth>;
