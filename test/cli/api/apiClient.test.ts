import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ApiClient } from '../../../cli/api/apiClient.ts';

const server = createServer((_request, response) => {
  response.write('the beginning\n');
  setImmediate(() => response.destroy());
});
afterEach(() => void server.close());

it('an answer that breaks off ends the command, and is not taken for a short one', async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const credential = { getToken: async () => ({ token: 'token', expiresOnTimestamp: 0 }) };
  const api = new ApiClient(`http://127.0.0.1:${port}`, credential, 'api://imprimatur');

  const all = async () => {
    let text = '';
    for await (const part of api.read('days/2026-11-22?format=ndjson')) text += part;
    return text;
  };
  await expect(all()).rejects.toThrow('the answer broke off');
});
