import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { timeSpan } from './timeSpan.ts';

const retry = z.looseObject({
  mode: z.enum(['exponential', 'fixed', 'Exponential', 'Fixed']).default('exponential'),
  tryTimeout: timeSpan.default(60_000),
  delay: timeSpan.default(800),
  maxDelay: timeSpan.default(60_000),
  maxRetries: z.int().min(0).default(3),
});

const serviceBus = z.looseObject({
  clientRetryOptions: retry.prefault({}),
  prefetchCount: z.int().min(0).default(0),
  autoCompleteMessages: z.boolean().default(true),
  maxAutoLockRenewalDuration: timeSpan.default(300_000),
  maxConcurrentCalls: z.int().min(1).default(16),
  maxConcurrentSessions: z.int().min(1).default(8),
  sessionIdleTimeout: timeSpan.optional(),
  maxMessageBatchSize: z.int().min(1).default(1000),
  minMessageBatchSize: z.int().min(1).default(1),
  maxBatchWaitTime: timeSpan.default(30_000),
});

const logLevel = z
  .enum(['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None'])
  .transform((level) => level.toLowerCase() as Lowercase<typeof level>);

const hostJson = z.looseObject({
  version: z.literal('2.0'),
  functionTimeout: z.union([z.literal('-1').transform(() => Number.POSITIVE_INFINITY), timeSpan]).default(30 * 60_000),
  extensions: z
    .looseObject({
      http: z.looseObject({ routePrefix: z.string().default('api') }).prefault({}),
      serviceBus: serviceBus.prefault({}),
    })
    .prefault({}),
  logging: z
    .looseObject({ logLevel: z.looseObject({ default: logLevel.default('information') }).prefault({}) })
    .prefault({}),
});

/** host.json with the defaults of the host and of extension bundle 4; durations in milliseconds. */
export type HostJson = z.infer<typeof hostJson>;
export type ServiceBusSettings = HostJson['extensions']['serviceBus'];

/** Reads host.json, or throws one message with everything that is wrong in it. */
export function readHostJson(file: string): HostJson {
  const parsed = hostJson.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
