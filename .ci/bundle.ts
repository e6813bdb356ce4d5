import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };

/**
 * Writes the Function App (or another, by its entry point) into a folder, which it empties first: one bundle, host.json and
 * a bare package.json. The source map is for this machine: Azure would load twice the bytes for it.
 */
export async function bundle(
  folder: string,
  { sourcemap, entryPoint = 'functions/main.ts' }: { sourcemap: boolean; entryPoint?: string },
): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: [entryPoint],
    outfile: join(folder, 'main.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    sourcemap,
    minifySyntax: true,
    keepNames: true,
    // The worker injects this package at run time; it is not on the registry.
    external: ['@azure/functions-core'],
    // CommonJS parts of the SDKs call require, which an ES module has not.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
    },
  });
  copyFileSync('host.json', join(folder, 'host.json'));
  // Everything is in the bundle: with dependencies or scripts named here, a platform that builds would want to build.
  const { name, version, type } = packageJson;
  const manifest = { name, version, private: true, type, main: 'main.mjs' };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest)}\n`);
}
