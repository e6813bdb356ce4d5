import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };

/** Paths of the modules in a bundle: those that its start reads, those that the first message reads, and all. */
export interface BundledModules {
  start: string[];
  work: string[];
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
    // A third of a start is V8 reading the code, by the byte. Identifiers stay, for stack traces. Keeping the names of what is
    // renamed, too, would be a call for each function that is made, at the start and in every request.
    minifySyntax: true,
    minifyWhitespace: true,
    // An ES module loses what nobody uses, which CommonJS, the default of this platform, does not.
    mainFields: ['module', 'main'],
    // The worker injects this package at run time; it is not on the registry.
    external: ['@azure/functions-core'],
    plugins: [englishOnly],
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

/** The API's library takes zod as a whole: half of that is its messages in other languages, which nobody reads. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup({ onResolve }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ path, resolveDir, importer }) =>
      /\/node_modules\/zod\//.test(importer) ? { path: join(resolveDir, path, '../en.js') } : undefined,
    );
  },
};

function modulesIn({ outputs }: Metafile): BundledModules {
  const modulesOf = (paths: string[]) => paths.flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  const loadedWith = (entryPoint: string) => {
    const loaded = Object.keys(outputs).filter((path) => outputs[path]?.entryPoint === entryPoint);
    // The list grows while it is walked.
    for (const path of loaded)
      for (const { path: next, kind } of outputs[path]?.imports ?? [])
        if (kind === 'import-statement' && next in outputs && !loaded.includes(next)) loaded.push(next);
    return modulesOf(loaded);
  };
  return {
    start: loadedWith('functions/main.ts'),
    work: loadedWith('shared/app.ts'),
    all: modulesOf(Object.keys(outputs)),
  };
}
