import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUpHostProcesses, type HostProcess, startHostProcess } from '../hostProcess.ts';

describe('an app that streams', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await startHostProcess('streamApp.mjs');
  });
  afterAll(cleanUpHostProcesses);

  it('gets a request whole, and its response passes with status and headers', async () => {
    await expectEcho(host);
  });

  it('gets it in the worker process that was asked, where there are several', async () => {
    const several = await startHostProcess('streamApp.mjs', { workers: 2 });
    for (let run = 0; run < 4; run += 1) await expectEcho(several);
  });

  it('makes no more than the client takes, and nothing once it is gone', async () => {
    const gone = new AbortController();
    const { body } = await fetch(`${host.url}/api/endless`, { signal: gone.signal });
    const first = await body?.getReader().read();
    gone.abort();

    expect(first?.value?.length).toBeGreaterThan(0);
    const { taken } = (await (await fetch(`${host.url}/api/cancelled`)).json()) as { taken: number };
    expect(taken).toBeGreaterThan(0);
  });

  it('breaks an answer off that fails in the middle', async () => {
    const response = await fetch(`${host.url}/api/breaksOff`);

    expect(response.status).toBe(200);
    await fetch(`${host.url}/api/break`);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  it('answers 500 for a function that throws before it answers', async () => {
    expect((await fetch(`${host.url}/api/broken`)).status).toBe(500);
  });
});

async function expectEcho(host: HostProcess): Promise<void> {
  const response = await fetch(`${host.url}/api/echo/a%20b?x=1`, {
    method: 'POST',
    body: 'héllo',
    headers: { 'X-One': 'uno' },
  });

  expect(response.status).toBe(201);
  expect(response.headers.get('x-one')).toBe('uno');
  expect(await response.json()).toEqual({
    url: `${host.url}/api/echo/a%20b?x=1`,
    id: 'a b',
    query: '1',
    text: 'héllo',
  });
}
