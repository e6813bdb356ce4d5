import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readHostJson } from '../../../local/functionsHost/hostJson.ts';

const folder = mkdtempSync(join(tmpdir(), 'host-json-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: object) {
  const file = join(folder, 'host.json');
  writeFileSync(file, JSON.stringify(content));
  return readHostJson(file);
}

test('an empty host.json has the defaults of the host', () => {
  const { functionTimeout, extensions, logging } = read({ version: '2.0' });

  expect(functionTimeout).toBe(1_800_000);
  expect(extensions.http.routePrefix).toBe('api');
  expect(extensions.serviceBus).toMatchObject({
    prefetchCount: 0,
    autoCompleteMessages: true,
    maxAutoLockRenewalDuration: 300_000,
    maxConcurrentCalls: 16,
    maxConcurrentSessions: 8,
    maxMessageBatchSize: 1000,
    minMessageBatchSize: 1,
    maxBatchWaitTime: 30_000,
    clientRetryOptions: { mode: 'exponential', tryTimeout: 60_000, delay: 800, maxDelay: 60_000, maxRetries: 3 },
  });
  expect(logging.logLevel.default).toBe('information');
});

test('the host.json of the product is read', () => {
  const { functionTimeout, extensions } = readHostJson('host.json');

  expect(functionTimeout).toBe(600_000);
  expect(extensions.serviceBus.sessionIdleTimeout).toBe(1000);
});

test('an unbounded functionTimeout is no limit', () => {
  expect(read({ version: '2.0', functionTimeout: '-1' }).functionTimeout).toBe(Number.POSITIVE_INFINITY);
});

test('a mistake is refused with its place', () => {
  expect(() => read({ version: '2.0', extensions: { serviceBus: { sessionIdleTimeout: '2s' } } })).toThrow(
    /"2s" is not a time span.*\n.*sessionIdleTimeout/s,
  );
});

test('an application setting overrides the value at its path, whatever its case', () => {
  const { extensions, functionTimeout } = readHostJson('host.json', {
    AzureFunctionsJobHost__extensions__ServiceBus__maxConcurrentSessions: '4',
    AzureFunctionsJobHost__functionTimeout: '00:02:00',
    AzureWebJobsStorage: 'x',
  });

  expect(extensions.serviceBus).toMatchObject({ maxConcurrentSessions: 4, sessionIdleTimeout: 1000 });
  expect(functionTimeout).toBe(120_000);
});
