import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { World } from '../../fakes/world.ts';
import { apiOf } from './signedIn.ts';

test('the OpenAPI document is valid by the rules of Redocly, and open to everybody', async () => {
  const response = await apiOf(new World().ports).request('/api/openapi.json');
  const folder = await mkdtemp(join(tmpdir(), 'openapi-'));
  const file = join(folder, 'openapi.json');
  await writeFile(file, await response.text());
  // Its own tracking stays off: a check needs no network.
  const env = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

  const { exitCode, all } = await execa('redocly', ['lint', '--extends', 'recommended', '--format', 'stylish', file], {
    preferLocal: true,
    reject: false,
    all: true,
    env,
  });

  expect(response.status).toBe(200);
  expect({ exitCode, all: exitCode === 0 ? '' : all }).toEqual({ exitCode: 0, all: '' });
  await rm(folder, { recursive: true });
});
