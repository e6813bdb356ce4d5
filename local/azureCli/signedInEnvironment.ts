import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import type { Endpoints } from '../stack/endpoints.ts';
import { principals } from '../stack/names.ts';

const cloud = 'Local';
const markerFile = 'signed-in-to.json';
const { clientId } = principals.imageBuilder;
const login = ['login', '--service-principal', '--username', clientId, '--password', 'any', '--tenant', 'adfs'];

/**
 * The environment in which `az` talks to local Azure, signed in. Its configuration lies in `folder` and is made anew
 * when the endpoints have changed; the user's own is neither read nor written.
 */
export async function signedInEnvironment(folder: string, endpoints: Endpoints): Promise<Record<string, string>> {
  const before = {
    AZURE_CONFIG_DIR: resolve(folder),
    REQUESTS_CA_BUNDLE: resolve(endpoints.caFile),
    AZURE_CORE_COLLECT_TELEMETRY: 'false',
    PYTHONPATH: import.meta.dirname,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const environment = { ...before, AZURE_CLOUD_NAME: cloud, AZURE_DEFAULTS_GROUP: endpoints.resourceGroup };
  const marker = JSON.stringify([endpoints.arm, endpoints.caFile, endpoints.subscriptionId]);
  if ((await read(join(folder, markerFile))) !== marker) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await az(before, ...registration(endpoints.arm));
    await az(environment, ...login);
    await writeFile(join(folder, markerFile), marker);
  }
  // The clock of local Azure may run faster than this machine's: a token kept from an earlier call may be too old there.
  await rm(join(folder, 'msal_token_cache.json'), { force: true });
  return environment;
}

const registration = (arm: string) => [
  ...['cloud', 'register', '--name', cloud],
  ...['--endpoint-resource-manager', arm, '--endpoint-management', arm],
  // MSAL leaves the discovery of public clouds out for authorities that end in /adfs.
  ...['--endpoint-active-directory', `${arm}/adfs`, '--endpoint-active-directory-resource-id', arm],
  ...['--endpoint-active-directory-graph-resource-id', `${arm}/graph`],
  ...['--suffix-storage-endpoint', 'localhost'],
];

async function az(env: Record<string, string>, ...args: string[]): Promise<void> {
  await execa('az', [...args, '--output', 'none', '--only-show-errors'], { env });
}

async function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
