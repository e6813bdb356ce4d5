import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { cleanUpHostProcesses, type HostProcess, startHostProcess } from './hostProcess.ts';

afterEach(cleanUpHostProcesses);

async function json(host: HostProcess, path: string, headers: Record<string, string> = {}): Promise<unknown> {
  return (await fetch(`${host.url}${path}`, { headers: { connection: 'close', ...headers } })).json();
}

test('a running function ends before a stopped host does, and the appTerminate hooks run', async () => {
  const host = await startHostProcess('lifecycleApp.mjs');
  const slow = fetch(`${host.url}/api/slow`);
  await host.logged(/slow started/);

  const code = await host.end('SIGTERM');

  expect(await (await slow).text()).toBe('slow ended');
  expect(code).toBe(0);
  expect(host.log()).toContain('appTerminate ran');
});

test('a taken port is one line that names it', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
  });

  await expect(startHostProcess('lifecycleApp.mjs', { port })).rejects.toThrow(
    `the host ended (1): port ${port} on 127.0.0.1 is already taken`,
  );
  other.close();
});

test('bindings that the host cannot serve are refused at start, all of them', async () => {
  await expect(startHostProcess('unsupportedApp.mjs')).rejects.toThrow(
    /function "copies": trigger "queueTrigger"; function "sends": out binding "serviceBus"/,
  );
});

test('an app that throws while loading is refused with its reason and stack', async () => {
  await expect(startHostProcess('brokenApp.mjs')).rejects.toThrow(
    /at .*brokenApp\.mjs:1[\s\S]*unable to load entry point "brokenApp\.mjs": no setting AUDIENCE/,
  );
});

test('a deployed folder is loaded by the pattern in its package.json, as CommonJS where it is', async () => {
  const host = await startHostProcess('deployed');

  expect(host.functions).toEqual(['one', 'two']);
  expect(await (await fetch(`${host.url}/api/one`)).text()).toBe('from CommonJS');
});

test('a settings file sets what the environment does not, and apps run in UTC', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  const settingsFile = join(folder, 'local.settings.json');
  writeFileSync(settingsFile, JSON.stringify({ IsEncrypted: false, Values: { SETTING_A: 'file', SETTING_B: 'file' } }));

  const host = await startHostProcess('lifecycleApp.mjs', { settingsFile, env: { SETTING_A: 'environment' } });

  expect(await json(host, '/api/settings')).toEqual(['environment', 'file', 'UTC']);
  rmSync(folder, { recursive: true });
});

test('compressed time applies once, in the host and in its workers', async () => {
  const origin = Date.now() - 10_000;
  const env = { IMPRIMATUR_CLOCK: JSON.stringify({ origin, speed: 1000 }) };
  for (const workers of [1, 2]) {
    const host = await startHostProcess('lifecycleApp.mjs', { env, workers });

    const seconds = (Number(await json(host, '/api/now')) - origin) / 1000;

    expect(seconds).toBeGreaterThan(10_000);
    expect(seconds).toBeLessThan(100_000);
  }
});

test('the admin API describes the host to the master key only', async () => {
  const host = await startHostProcess('lifecycleApp.mjs', { log: 'json' });
  const admin = { 'x-functions-key': 'master-key' };

  expect((await fetch(`${host.url}/admin/host/ping`)).status).toBe(200);
  expect((await fetch(`${host.url}/admin/host/status`)).status).toBe(401);
  expect(await json(host, '/admin/host/status', admin)).toMatchObject({
    state: 'Running',
    version: expect.stringMatching(/^4\./),
  });
  expect(await json(host, '/admin/functions', admin)).toContainEqual(
    expect.objectContaining({ name: 'pid', config: expect.objectContaining({ bindings: expect.any(Array) }) }),
  );
  expect(JSON.parse(await host.logged(/Executed 'Functions.tick'/))).toMatchObject({
    level: 'information',
    category: 'Function.tick',
    functionName: 'tick',
    invocationId: expect.any(String),
  });
});

test('a timer can be run at once, with the master key', async () => {
  const host = await startHostProcess('lifecycleApp.mjs');
  const run = (name: string, key: string) =>
    fetch(`${host.url}/admin/functions/${name}`, { method: 'POST', headers: { 'x-functions-key': key }, body: '{}' });

  expect((await run('tick', 'another-key')).status).toBe(401);
  expect((await run('pid', 'master-key')).status).toBe(501);
  expect((await run('tick', 'master-key')).status).toBe(202);
  await host.logged(/programmatically called via the host APIs/);
});
