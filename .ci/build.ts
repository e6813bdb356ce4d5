/** Bundles the Function App into dist/: what is deployed is this folder. */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ['functions/main.ts'],
  outfile: 'dist/main.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: true,
  minifySyntax: true,
  keepNames: true,
  // The worker injects this package at run time; it is not on the registry.
  external: ['@azure/functions-core'],
  // CommonJS parts of the SDKs call require, which an ES module has not.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
  },
});

copyFileSync('host.json', 'dist/host.json');
// Everything is in the bundle: with dependencies or scripts named here, a platform that builds would want to build.
const { name, version, type } = packageJson;
writeFileSync('dist/package.json', `${JSON.stringify({ name, version, private: true, type, main: 'main.mjs' })}\n`);
