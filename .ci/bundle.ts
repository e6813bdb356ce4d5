import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };

/** Paths of the modules in a bundle: those that its start reads, and all. */
export interface BundledModules {
  start: string[];
  all: string[];
}

/**
 * Writes the Function App (or another, by its entry point) into a folder, which it empties first: the bundle, host.json and
 * a bare package.json. The source map is for this machine: Azure would load twice the bytes for it.
 */
export async function bundle(
  folder: string,
  { sourcemap, entryPoint = 'functions/main.ts' }: { sourcemap: boolean; entryPoint?: string },
): Promise<BundledModules> {
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
    metafile: true,
    entryPoints: { main: entryPoint },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    // What is imported on demand is not read at the start.
    splitting: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    sourcemap,
    // A third of a start is V8 reading the code, by the byte. Names stay: stack traces and an SDK tell classes by them.
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    // An ES module loses what nobody uses, which CommonJS, the default of this platform, does not.
    mainFields: ['module', 'main'],
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
  return modulesIn(metafile);
}

function modulesIn({ outputs }: Metafile): BundledModules {
  const start = Object.keys(outputs).filter((path) => path.endsWith('/main.mjs'));
  // The list grows while it is walked.
  for (const path of start)
    for (const { path: next, kind } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && next in outputs && !start.includes(next)) start.push(next);
  const modulesOf = (paths: string[]) => paths.flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  return { start: modulesOf(start), all: modulesOf(Object.keys(outputs)) };
}
