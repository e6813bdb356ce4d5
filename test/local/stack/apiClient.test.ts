import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiClient } from '../../../local/stack/apiClient.ts';
import type { Endpoints } from '../../../local/stack/endpoints.ts';

let tokens = 0;
let expired = 0;
let busy = 0;
const audit = { entries: 3, chain: 'intact' };
const server = createServer((request, response) => {
  if (request.method === 'POST') {
    tokens += 1;
    response.end(JSON.stringify({ access_token: `t${tokens}`, expires_in: 3600 }));
    return;
  }
  const isGood = Number(request.headers.authorization?.replace('Bearer t', '')) > expired;
  const isBusy = busy > 0;
  busy -= 1;
  response.writeHead(isBusy ? 503 : isGood ? 200 : 401).end(JSON.stringify(audit));
});
let endpoints: Endpoints;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${address.port}`;
  endpoints = { identity: url, functions: url } as Endpoints;
});
afterAll(() => server.close());

it('signs in anew when its token has expired by the clock of the service, and gives up when a new one is refused', async () => {
  const api = apiClient(endpoints);
  expect(await api.audit()).toEqual(audit);
  expect(await api.audit()).toEqual(audit);
  expect(tokens).toBe(1);

  expired = 1;
  expect(await api.audit()).toEqual(audit);
  expect(tokens).toBe(2);

  expired = Number.POSITIVE_INFINITY;
  await expect(api.audit()).rejects.toThrow('GET /api/audit: 401');
});

it('asks again where the service cannot answer now', async () => {
  const api = apiClient(endpoints);
  expired = 0;

  busy = 1;
  expect(await api.audit()).toEqual(audit);
});
