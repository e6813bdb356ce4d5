/** Bundles the Function App into dist/: what is deployed is this folder, with host.json and package.json beside it. */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

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
