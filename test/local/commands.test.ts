import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it.each(['demo', 'start', 'image', 'latest'])('%s explains itself', async (command) => {
  const { stdout } = await run(process.execPath, [`local/${command}.ts`, '--help']);

  expect(stdout).toContain(`Usage: ${command}`);
});

it.each([
  [['local/start.ts', '--port', 'arm=high'], 'a port is a number from 0 to 65535'],
  [
    ['local/start.ts', '--port', 'nothing=1'],
    'the parts are arm, eventGrid, identity, serviceBus, serviceBusTls, serviceBusAdministration, blob, queue, keyVault, functions',
  ],
  [['local/image.ts', 'ubuntu-2404', '1.0.0'], "missing required argument 'guest'"],
])('refuses %j in one line', async (args, message) => {
  await expect(run(process.execPath, args)).rejects.toMatchObject({ stderr: expect.stringContaining(message) });
});
