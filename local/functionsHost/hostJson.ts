import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Settings } from './settings.ts';
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

/**
 * Reads host.json, or throws one message with everything that is wrong in it. An application setting
 * `AzureFunctionsJobHost__path__to__setting` overrides the value at that path
 * (https://learn.microsoft.com/azure/azure-functions/functions-host-json#override-hostjson-values).
 */
export function readHostJson(file: string, settings: Settings = {}): HostJson {
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const overridden = Object.entries(settings).reduce(overrideValue, content);
  const parsed = hostJson.safeParse(overridden);
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function overrideValue(content: unknown, [name, text]: [string, string | undefined]): unknown {
  const [prefix, ...path] = name.split('__');
  return prefix === 'AzureFunctionsJobHost' && text !== undefined
    ? withValue(content, path, parseValue(text))
    : content;
}

function withValue(content: unknown, [key, ...path]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  const object: Record<string, unknown> = { ...z.looseObject({}).safeParse(content).data };
  // Configuration keys of .NET have no case.
  const known = Object.keys(object).find((each) => each.toLowerCase() === key.toLowerCase()) ?? key;
  return { ...object, [known]: withValue(object[known], path, value) };
}

/** Settings are text: a number or a truth value is meant where one is written. */
function parseValue(text: string): unknown {
  return /^(\d+|true|false)$/i.test(text) ? JSON.parse(text.toLowerCase()) : text;
}
