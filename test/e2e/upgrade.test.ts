import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundle } from '../../.ci/bundle.ts';
import { apiClient } from '../../local/stack/apiClient.ts';
import { localCredential } from '../../local/stack/localCredential.ts';
import { galleryId } from '../../local/stack/names.ts';
import { publishVersion } from '../../local/stack/publishVersion.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { entrySchema } from '../../shared/domain/entries.ts';
import { publishUnder } from './publishUnder.ts';
import { startTestStack } from './testStack.ts';

const folder = resolve('.local/upgrade-app');
const nextSchema = entrySchema + 1;
const patient = { timeout: 90_000, interval: 500 };

/** A later release: it writes entries of the next schema, and reads those of this one. */
async function bundleNextRelease(): Promise<void> {
  await bundle(folder, { sourcemap: false });
  await build({
    entryPoints: ['functions/main.ts'],
    outfile: join(folder, 'main.mjs'),
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: ['@azure/functions-core'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
    },
    plugins: [
      {
        name: 'next-schema',
        setup: ({ onLoad }) =>
          onLoad({ filter: /shared\/domain\/entries\.ts$/ }, async ({ path }) => {
            const source = await readFile(path, 'utf8');
            const next = source
              .replace(`entrySchema = ${entrySchema};`, `entrySchema = ${nextSchema};`)
              .replace(/readableSchemas = \[(.*)\]/, `readableSchemas = [$1, ${nextSchema}]`);
            expect(next).toContain(`entrySchema = ${nextSchema};`);
            expect(next).toContain(`, ${nextSchema}] as const`);
            return { contents: next, loader: 'ts' };
          }),
      },
    ],
  });
}

describe('a deployment is replaced by another', () => {
  let stack: Stack;
  let refusals = 0;
  beforeAll(async () => {
    await bundle(folder, { sourcemap: false });
    stack = await startTestStack('upgrade', {
      app: folder,
      appSettings: { IMPRIMATUR_SWEEP_SCHEDULE: '0 * * * * *' },
      log: (_, line) => {
        if (line.includes(`schema ${nextSchema}, this app knows ${entrySchema}`)) refusals += 1;
      },
    });
  }, 180_000);
  afterAll(() => stack.stop());

  const replace = (deploy: () => Promise<unknown>) => async () => {
    await stack.functionsHost.kill();
    await deploy();
    await stack.functionsHost.restart();
  };
  const older = replace(() => bundle(folder, { sourcemap: false }));
  const newer = replace(bundleNextRelease);

  /** All logs, by name. */
  async function logs(): Promise<Map<string, string>> {
    const blobs = new BlobServiceClient(stack.endpoints.blob, localCredential(stack.endpoints, 'service'));
    const container = blobs.getContainerClient('audit-logs');
    const found = new Map<string, string>();
    for await (const { name } of container.listBlobsFlat())
      found.set(name, (await container.getBlobClient(name).downloadToBuffer()).toString());
    return found;
  }
  const schemas = (log = '') => new Set([...log.matchAll(/"schema":(\d)/g)].map(([, schema]) => schema));

  it('killed amid a smoke test and amid a publication, the older one is finished by the newer one', async () => {
    await publishUnder(stack, [
      { when: 'launchIntended', what: older },
      { when: 'publishIntended', what: newer },
    ]);

    const written = [...(await logs()).values()].map(schemas);
    expect(written.filter((found) => found.has(`${entrySchema}`) && found.has(`${nextSchema}`)).length).toBeGreaterThan(
      0,
    );
  }, 420_000);

  it('put back, the older one leaves alone what the newer one has touched, and the newer one goes on from there', async () => {
    await older();
    const before = await logs();
    const touched = [...before].filter(([, log]) => schemas(log).has(`${nextSchema}`));
    await publishVersion(stack.endpoints, 'ubuntu-2404', '1.0.9', 'healthy');
    // By the event and by the sweep it is asked again and again to go on with them.
    await vi.waitFor(() => expect(refusals).toBeGreaterThan(4), patient);

    const after = await logs();
    for (const [name, log] of touched) expect({ [name]: after.get(name) }).toEqual({ [name]: log });

    await newer();
    const id = `${galleryId}/images/ubuntu-2404/versions/1.0.9`;
    await vi.waitFor(async () => {
      const versions = await apiClient(stack.endpoints).versions();
      expect(versions.find((version) => version.id === id)?.outcome).toBe('published');
    }, patient);
  }, 420_000);
});
