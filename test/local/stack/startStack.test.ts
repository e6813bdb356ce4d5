import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { anyPorts } from '../../../local/stack/ports.ts';
import { startStack } from '../../../local/stack/startStack.ts';

it('names a port that is taken, and leaves the folder of the stack that may run there alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stack-'));
  await writeFile(join(folder, 'serviceBus.journal'), 'acknowledged');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  const { port } = server.address() as AddressInfo;

  const starting = startStack({
    folder,
    ports: { ...anyPorts, serviceBus: port },
    speed: 1,
    policyFile: 'local/policy.yaml',
    teams: [],
    app: '.',
    log: () => undefined,
  });

  await expect(starting).rejects.toThrow(`port ${port} is taken: choose another with --port serviceBus=NUMBER`);
  expect(await readdir(folder)).toEqual(['serviceBus.journal']);
});
