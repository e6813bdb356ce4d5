import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiClient } from '../../../cli/api/apiClient.ts';
import { readLatest } from '../../../cli/images/readLatest.ts';
import { readVersions } from '../../../cli/images/readVersions.ts';

const image =
  '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/galleries/corp/images/debian-12';
const at = '2026-11-22T08:00:00Z';
const answers: Record<string, object> = {
  '/api/images': { images: [{ id: image, latest: { westeurope: '1.1.0' }, open: ['1.2.0'] }] },
  [`/api/audit/latest?at=${encodeURIComponent(at)}&limit=all`]: {
    at,
    images: [{ id: image, latest: [{ region: 'westeurope', version: '1.0.0', since: '2026-11-20T08:00:00Z' }] }],
  },
};
const versionOf = (number: string, at: string) => ({
  id: `${image}/versions/${number}`,
  outcome: 'published',
  reason: '',
  entries: [{ at, type: 'versionDetected', summary: 'detected' }],
});
answers['/api/versions'] = { versions: [versionOf('1.1.0', '2026-11-21T08:00:00Z')], cursor: 'bmV4dA' };
answers['/api/versions?cursor=bmV4dA'] = { versions: [versionOf('1.0.0', '2026-11-20T08:00:00Z')] };
const server = createServer(({ url = '' }, response) => {
  response.writeHead(answers[url] ? 200 : 404).end(JSON.stringify(answers[url] ?? {}));
});

beforeEach(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
afterEach(() => new Promise((done) => server.close(done)));

function client(): ApiClient {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credential = { getToken: async () => ({ token: 'token', expiresOnTimestamp: 0 }) };
  return new ApiClient(url, credential, 'api://imprimatur');
}

test('versions are read page by page, and told in the order of their detection', async () => {
  const found = await readVersions(client(), undefined);

  expect(found.map(({ id }) => id.split('/').at(-1))).toEqual(['1.0.0', '1.1.0']);
});

test('latest is what Azure picks now, and at an instant what it picked then', async () => {
  const api = client();

  expect(await readLatest(api, undefined)).toMatchObject([{ id: image, latest: { westeurope: '1.1.0' } }]);
  expect(await readLatest(api, at)).toEqual([{ id: image, latest: { westeurope: '1.0.0' } }]);
});
