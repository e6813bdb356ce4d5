import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanUpHostProcesses, type HostProcess, startHostProcess } from '../hostProcess.ts';

let host: HostProcess;
beforeAll(async () => {
  host = await startHostProcess('httpApp.mjs', { env: { 'AzureWebJobs.settings.Disabled': 'true' } });
});
afterAll(cleanUpHostProcesses);

const get = (path: string, init?: RequestInit) => fetch(`${host.url}${path}`, init);

test('a request reaches the function with address, parameters, query, headers and body', async () => {
  const response = await get('/api/items/5/a%20b?x=1&x=2&empty=', {
    method: 'POST',
    body: 'héllo',
    headers: { 'X-One': 'uno' },
  });

  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({
    method: 'POST',
    url: `${host.url}/api/items/5/a%20b?x=1&x=2&empty=`,
    params: { id: '5', rest: 'a b' },
    query: { x: '1,2', empty: '' },
    header: 'uno',
    principal: null,
    user: null,
    text: 'héllo',
    triggerMetadata: 'none',
  });
});

test('a response carries status, headers and cookies; appStart hooks ran before', async () => {
  const { headers } = await get('/api/items/5');

  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('x-seen')).toBe('appStart');
  expect(headers.getSetCookie()).toEqual(['flavour=oat%20meal; max-age=60; path=/; samesite=strict; httponly']);
});

test('bytes pass unchanged in both directions', async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);

  const response = await get('/api/binary', { method: 'POST', body: bytes });

  expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes.toReversed());
});

test('the more specific route wins, whatever the order of registration', async () => {
  expect(await (await get('/api/items/7/special')).text()).toBe('literal wins');
});

test('a catch-all takes the rest of the path', async () => {
  expect(await (await get('/api/files/a/b/c')).text()).toBe('a/b/c');
});

test('a function without a result is 204', async () => {
  expect((await get('/api/nothing')).status).toBe(204);
});

test('a function that throws is 500 without a body, and its stack is logged', async () => {
  const response = await get('/api/broken');

  expect(response.status).toBe(500);
  expect(await response.text()).toBe('');
  expect(await host.logged(/Error: broken on purpose/)).toBeDefined();
});

test('a postInvocation hook can turn an error into a result, and sees what preInvocation left', async () => {
  const response = await get('/api/forgiven');

  expect(response.status).toBe(299);
  expect(await response.text()).toBe('forgiven after forgiven');
});

test.each([
  ['DELETE', '/api/nothing'],
  ['HEAD', '/api/nothing'],
  ['GET', '/api/unknown'],
  ['GET', '/api/items/abc'],
  ['GET', '/api/settings'], // disabled by a setting
])('%s %s is 404 without a body', async (method, path) => {
  const response = await get(path, { method });

  expect(response.status).toBe(404);
  expect(await response.text()).toBe('');
});

test.each([
  ['/api/guarded', {}, 401],
  ['/api/guarded?code=wrong', {}, 401],
  ['/api/guarded?code=function-key', {}, 200],
  ['/api/guarded', { 'x-functions-key': 'function-key' }, 200],
  ['/api/guarded', { 'x-functions-key': 'master-key' }, 200],
  ['/api/admins', { 'x-functions-key': 'function-key' }, 401],
  ['/api/admins', { 'x-functions-key': 'master-key' }, 200],
])('%s with %j is %i', async (path, headers, status) => {
  expect((await get(path, { headers: headers as Record<string, string> })).status).toBe(status);
});

test('the root is the home page', async () => {
  const response = await get('/');

  expect(response.status).toBe(200);
  expect(await response.text()).toContain('Your Functions app is up and running');
});

test('context.log appears with the name of the function', async () => {
  await get('/api/items/44');

  expect(await host.logged(/information Function\.echo\.User: echo 44/)).toBeDefined();
});

test('a principal that a caller made up does not reach the app', async () => {
  const response = await get('/api/items/5', { headers: { 'X-MS-CLIENT-PRINCIPAL': 'e30=' } });

  expect(await response.json()).toMatchObject({ principal: null });
});
