import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureCertificates } from '../../../local/certificates.ts';
import { type PartProcess, startPart } from '../../../local/stack/partProcess.ts';
import { eventually } from '../../eventually.ts';
import {
  audience,
  definition,
  gallery,
  group,
  subscriptionId,
  tenantId,
  version,
  versionBody,
} from './startTestArm.ts';

const principal = { name: 'tester', clientId: 'client-1', objectId: 'object-1' };

describe('local ARM as a process', () => {
  let folder: string;
  let part: PartProcess;
  let token: string;
  const log: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'arm-main-'));
    const { caFile, keyFile, certFile } = await ensureCertificates(folder);
    setDefaultCACertificates([...getCACertificates('default'), await readFile(caFile, 'utf8')]);
    part = await startPart({
      name: 'arm',
      main: 'local/arm/main.ts',
      options: {
        port: 0,
        tls: { keyFile, certFile },
        dataDir: folder,
        subscriptionId,
        tenantId,
        location: 'westeurope',
        eventTopicUrl: 'http://127.0.0.1:9/api/events',
        audiences: [audience],
        imagesDir: 'local/images',
        identity: { folder, identities: [principal] },
        settings: { replicationMs: 100, updateMs: 50, tokenBuckets: false },
      },
      log: (line) => log.push(line),
    });
    const response = await fetch(`${part.ready.url}/adfs/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'tester',
        client_secret: 'any',
        resource: audience,
      }),
    });
    token = JSON.parse(await response.text()).access_token;
  });
  afterEach(async () => {
    await part.stop();
    await rm(folder, { recursive: true });
  });

  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${part.ready.url}/subscriptions/${subscriptionId}${path}?api-version=2025-03-03`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  };

  it('gives tokens that it accepts, and remembers through SIGKILL what it has acknowledged', async () => {
    await call('PUT', group, { location: 'westeurope' });
    await call('PUT', gallery, { location: 'westeurope', properties: {} });
    const identifier = { publisher: 'p', offer: 'o', sku: 's' };
    await call('PUT', definition, {
      location: 'westeurope',
      properties: { osType: 'Linux', osState: 'Generalized', identifier },
    });
    expect((await call('PUT', version('1.0.0'), versionBody('healthy'))).status).toBe(201);
    await part.kill();
    await part.restart();

    await eventually(async () => expect(await stateOf()).toBe('Succeeded'));
    expect((await call('GET', version('1.0.0'))).body.systemData.createdBy).toBe('client-1');
  });

  const stateOf = async () => (await call('GET', version('1.0.0'))).body.properties.provisioningState;

  it('says in one line which port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const lines: string[] = [];
    const { keyFile, certFile } = await ensureCertificates(folder);
    const options = {
      port,
      tls: { keyFile, certFile },
      dataDir: join(folder, 'other'),
      subscriptionId,
      tenantId,
      location: 'westeurope',
      eventTopicUrl: 'http://127.0.0.1:9',
      audiences: [audience],
      imagesDir: 'local/images',
      identity: { folder, identities: [principal] },
    };

    await expect(
      startPart({ name: 'arm', main: 'local/arm/main.ts', options, log: (line) => lines.push(line) }),
    ).rejects.toThrow(String(port));
    taken.close();
    expect(lines).toEqual([`port ${port} on 127.0.0.1 is already taken`]);
  });
});
