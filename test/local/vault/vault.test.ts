import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { processClock } from '../../../local/clock.ts';
import type { RunningIdentity } from '../../../local/identity/startIdentity.ts';
import { serveHttp } from '../../../local/serveHttp.ts';
import { startVault } from '../../../local/vault/startVault.ts';
import { createSecrets } from '../../../shared/azure/createSecrets.ts';
import { Secret } from '../../../shared/domain/secret.ts';
import { startTestIdentity } from '../../shared/azure/startTestIdentity.ts';
import { trustLocalAuthority } from '../../shared/azure/trustLocalAuthority.ts';

const vaultId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv';
const officer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';
const user = '4633458b-17de-408a-b874-0445c86b69e6';
const stops: (() => Promise<unknown>)[] = [];
let identity: RunningIdentity;
let start: () => ReturnType<typeof startVault>;
let uri: string;
let assigned: { scope: string; roleDefinitionId: string }[];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vault-'));
  const tls = await trustLocalAuthority(folder);
  identity = await startTestIdentity(folder);
  const roles = await serveHttp(
    new Hono().get('/', (context) => context.json(assigned)),
    { port: 0 },
  );
  const access = {
    jwks: identity.jwks,
    issuer: 'https://sts.windows.net/11111111-1111-1111-1111-111111111111/',
    vaultId,
    roles: roles.url,
  };
  start = () => startVault({ port: 0, tls, file: join(folder, 'vault.json'), access, clock: processClock });
  const vault = await start();
  uri = vault.url;
  stops.push(vault.stop, roles.stop, identity.stop, () => rm(folder, { recursive: true }));
});
beforeEach(() => {
  assigned = [{ scope: vaultId, roleDefinitionId: `/x/${officer}` }];
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

const secrets = (scope = 'https://vault.azure.net/.default', at = uri) =>
  createSecrets({ uri: at, scope, identity: { kind: 'managedIdentity' } });

test('keeps a secret, its newest value first, over a restart', async () => {
  expect(await secrets().read('webhook-web')).toBeUndefined();
  await secrets().write('webhook-web', new Secret('whsec_a'));
  await secrets().write('webhook-web', new Secret('whsec_b'));

  const again = await start();
  stops.unshift(again.stop);

  expect((await secrets(undefined, again.url).read('webhook-web'))?.reveal()).toBe('whsec_b');
});

test('lets in by role only: a reader writes nothing, and roles on another vault are none', async () => {
  assigned = [{ scope: vaultId, roleDefinitionId: `/x/${user}` }];
  await expect(secrets().write('webhook-web', new Secret('x'))).rejects.toMatchObject({ code: 'Forbidden' });
  expect(await secrets().read('webhook-other')).toBeUndefined();
  assigned = [{ scope: `${vaultId}2`, roleDefinitionId: `/x/${officer}` }];
  await expect(secrets().read('webhook-web')).rejects.toMatchObject({ code: 'Forbidden', retryable: false });
});

test('a token for something else opens nothing', async () => {
  await expect(secrets('https://storage.azure.com/.default').read('webhook-web')).rejects.toMatchObject({
    code: 'Unauthorized',
  });
  expect((await fetch(`${uri}/secrets/webhook-web`)).status).toBe(401);
});
