import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificates } from '../../local/certificates.ts';
import { gallery, location, principals, resourceGroup, subscriptionId, tenantId } from '../../local/stack/names.ts';
import { type PartProcess, startPart } from '../../local/stack/partProcess.ts';

const installed = spawnSync('which', ['az']).status === 0;
const patience = { timeout: 120_000 };

describe('npm run az', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'az-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const az = async (args: string[], env: Record<string, string> = {}) => {
    const options = { cwd: folder, env: { HOME: folder, ...env }, reject: false } as const;
    const { exitCode, stdout, stderr } = await execa(process.execPath, [resolve('local/az.ts'), ...args], options);
    return { exitCode, stdout, stderr };
  };

  it('says in one line that local Azure is not up', async () => {
    expect(await az(['account', 'show'])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'There is no .local/endpoints.json: start local Azure with "npm start" first.',
    });
  });

  describe('with local Azure up', () => {
    let part: PartProcess;
    beforeAll(async () => {
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
          location,
          eventTopicUrl: 'http://127.0.0.1:9/api/events',
          audiences: ['https://management.azure.com/'],
          imagesDir: resolve('local/images'),
          identity: { folder, identities: [{ name: 'builder', ...principals.imageBuilder }] },
          settings: { replicationMs: 500, updateMs: 100, retryAfterSeconds: 1 },
        },
        log: () => {},
      });
      const arm = String(part.ready.url).replace('127.0.0.1', 'localhost');
      const rest = {
        serviceBus: 'localhost:1',
        serviceBusTls: 'localhost:2',
        serviceBusAdministration: 'localhost:3',
        queue: arm,
        keyVault: arm,
        caFile,
        subscriptionId,
        resourceGroup,
        gallery,
      };
      const endpoints = { arm, eventGrid: arm, blob: arm, functions: arm, identity: arm, ...rest };
      await mkdir(join(folder, '.local'));
      await writeFile(join(folder, '.local/endpoints.json'), JSON.stringify(endpoints));
    });
    afterAll(() => part.stop());

    it('says in one line that there is no az', async () => {
      const { exitCode, stderr } = await az(['account', 'show'], { PATH: folder });

      expect([exitCode, stderr]).toEqual([1, 'The Azure CLI is not installed: there is no "az" on the PATH.']);
    });

    /** What there is before `az` comes, made without it to be quick. */
    async function makeDefinition(): Promise<void> {
      const form = {
        grant_type: 'client_credentials',
        client_id: 'builder',
        client_secret: 'any',
        resource: 'https://management.azure.com/',
      };
      const url = String(part.ready.url);
      const granted = await fetch(`${url}/adfs/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
      const { access_token: token } = JSON.parse(await granted.text());
      const put = (path: string, properties: object) =>
        fetch(`${url}/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}${path}?api-version=2021-10-01`, {
          method: 'PUT',
          headers: { authorization: `Bearer ${token}` },
          body: JSON.stringify({ location, properties }),
        });
      const identifier = { publisher: 'corp', offer: 'linux', sku: 'ubuntu' };
      await put('', {});
      await put(`/providers/Microsoft.Compute/galleries/${gallery}`, {});
      await put(`/providers/Microsoft.Compute/galleries/${gallery}/images/ubuntu`, {
        osType: 'Linux',
        osState: 'Generalized',
        identifier,
      });
    }

    it.runIf(installed)('signs the real az in, which makes and changes an image version', patience, async () => {
      const out = async (...args: string[]) => {
        const { exitCode, stdout, stderr } = await az([...args, '--output', 'tsv', '--only-show-errors']);
        expect([exitCode, stderr]).toEqual([0, '']);
        return stdout;
      };
      const version = [
        '--gallery-name',
        gallery,
        '--gallery-image-definition',
        'ubuntu',
        '--gallery-image-version',
        '1.0.0',
      ];
      await makeDefinition();

      const created = await out(
        'sig',
        'image-version',
        'create',
        ...version,
        '--managed-image',
        'healthy',
        '--query',
        'provisioningState',
      );
      expect(created).toBe('Succeeded');
      const flag = 'publishingProfile.excludeFromLatest';
      expect(await out('sig', 'image-version', 'update', ...version, '--set', `${flag}=true`, '--query', flag)).toBe(
        'true',
      );
    });

    it.runIf(installed)('makes az vm work although Debian left API versions out', patience, async () => {
      const { exitCode, stdout } = await az(['vm', 'list', '--output', 'json']);

      expect([exitCode, JSON.parse(stdout)]).toEqual([0, []]);
      expect(existsSync(join(folder, '.azure'))).toBe(false);
    });
  });
});
