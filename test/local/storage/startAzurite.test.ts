import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CertificateFiles, ensureCertificates } from '../../../local/certificates.ts';
import { processClock } from '../../../local/clock.ts';
import { type RunningIdentity, startIdentity } from '../../../local/identity/startIdentity.ts';
import { type RunningAzurite, startAzurite } from '../../../local/storage/startAzurite.ts';

const tenantId = '11111111-1111-1111-1111-111111111111';
const app = { name: 'app', clientId: 'c-app', objectId: 'o-app', managedIdentity: 'systemAssigned' } as const;
const account = { name: 'audit', key: Buffer.from('local storage key').toString('base64') };

let folder: string;
let tls: CertificateFiles;
let identity: RunningIdentity;
let azurite: RunningAzurite;

function start(port = 0): Promise<RunningAzurite> {
  return startAzurite({ port, folder: join(folder, 'blobs'), tls, account, log: () => {} });
}

/** Runs a script with the trust and the identity that the app has. */
async function runAsApp(script: string): Promise<string> {
  const env = {
    NODE_EXTRA_CA_CERTS: tls.caFile,
    IDENTITY_ENDPOINT: identity.msiEndpoint,
    IDENTITY_HEADER: identity.header,
  };
  const connect = `
    import { ManagedIdentityCredential } from '@azure/identity';
    import { BlobServiceClient } from '@azure/storage-blob';
    const service = new BlobServiceClient('${azurite.endpoint}/${account.name}', new ManagedIdentityCredential());`;
  return (await execa(process.execPath, ['--input-type=module', '-e', connect + script], { env })).stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'azurite-'));
  tls = await ensureCertificates(join(folder, 'certificates'));
  identity = await startIdentity({ port: 0, folder, tenantId, identities: [app], clock: processClock });
  azurite = await start();
});

afterAll(async () => {
  await azurite.stop();
  await identity.stop();
  await rm(folder, { recursive: true });
});

describe('startAzurite', () => {
  it('lets the managed identity in and keeps append blobs honest', async () => {
    const codes = await runAsApp(`
      const container = service.getContainerClient('logs');
      await container.create();
      const blob = container.getAppendBlobClient('log');
      await blob.create({ conditions: { ifNoneMatch: '*' } });
      await blob.appendBlock('one', 3, { conditions: { appendPosition: 0 } });
      const again = await blob.appendBlock('two', 3, { conditions: { appendPosition: 0 } }).catch(({ code }) => code);
      const twice = await blob.create({ conditions: { ifNoneMatch: '*' } }).catch(({ code }) => code);
      console.log(again, twice);`);

    expect(codes).toBe('AppendPositionConditionNotMet BlobAlreadyExists');
  });

  it('refuses callers without a token', async () => {
    const script = `fetch('${azurite.endpoint}/${account.name}?comp=list').then(({ status }) => console.log(status))`;

    expect((await execa(process.execPath, ['-e', script], { env: { NODE_EXTRA_CA_CERTS: tls.caFile } })).stdout).toBe(
      '403',
    );
  });

  it('keeps an idle connection for a minute, as local Resource Manager and the others do', async () => {
    const script = `
      const kept = async (url) => (await fetch(url)).headers.get('keep-alive');
      console.log(await kept('${azurite.endpoint}/${account.name}?comp=list'), await kept('${identity.url}'));`;
    const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', script], {
      env: { NODE_EXTRA_CA_CERTS: tls.caFile },
    });

    expect(stdout).toBe('timeout=60 timeout=60');
  });

  it('keeps what it has acknowledged when it is stopped', async () => {
    await runAsApp(`
      await service.createContainer('kept');
      await service.getContainerClient('kept').getBlockBlobClient('b').upload('late', 4);`);

    await azurite.stop();
    azurite = await start();

    expect(
      await runAsApp(
        `console.log((await service.getContainerClient('kept').getBlobClient('b').downloadToBuffer()).toString())`,
      ),
    ).toBe('late');
  });

  it('names a taken port in one line', async () => {
    const port = Number(new URL(identity.url).port);

    await expect(start(port)).rejects.toThrow(`port ${port} on 127.0.0.1 is already taken`);
  });
});
