import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appSettings } from '../../local/stack/appSettings.ts';
import { hostKeys } from '../../local/stack/names.ts';
import { startPart } from '../../local/stack/partProcess.ts';

const root = resolve(import.meta.dirname, '../..');
/** Nobody listens there: loading needs nobody. */
const nowhere = {
  arm: 'https://localhost:1',
  eventGrid: 'http://localhost:1',
  serviceBus: 'localhost:1',
  serviceBusTls: 'localhost:1',
  serviceBusAdministration: 'localhost:1',
  blob: 'https://localhost:1',
  queue: 'https://localhost:1',
  keyVault: 'https://localhost:1',
  functions: 'http://localhost:1',
  identity: 'http://localhost:1',
  caFile: '',
  subscriptionId: '',
  resourceGroup: '',
  gallery: '',
};

describe('the deployed folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imprimatur-'));
    await cp(join(root, 'dist'), folder, { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true }));

  const start = (env: Record<string, string>) =>
    startPart({
      name: 'functionsHost',
      main: join(root, 'local/functionsHost/main.ts'),
      options: {
        entry: folder,
        hostJson: join(folder, 'host.json'),
        port: 0,
        keys: hostKeys,
        stateDir: join(folder, 'state'),
      },
      env,
      log: () => undefined,
    });

  it('loads in the host with no dependency beside it and registers every function', async () => {
    const host = await start(appSettings(nowhere, '2026-11-22T08:00:00.000Z'));

    expect(host.ready.functions).toEqual([
      'auditIndex',
      'httpApi',
      'imageEvents',
      'publicationSteps',
      'queuedImageEvents',
      'sweep',
      'teamDeliveries',
    ]);
    await host.stop();
  }, 120_000);

  it('refuses to start with a wrong setting, and names every one that is wrong', async () => {
    const settings = { ...appSettings(nowhere, 'yesterday'), IMPRIMATUR_GALLERIES: 'corpGallery' };

    await expect(start(settings)).rejects.toThrow(
      /IMPRIMATUR_GALLERIES[\s\S]*IMPRIMATUR_TAKE_CHARGE_AT|IMPRIMATUR_TAKE_CHARGE_AT[\s\S]*IMPRIMATUR_GALLERIES/,
    );
  }, 120_000);
});
