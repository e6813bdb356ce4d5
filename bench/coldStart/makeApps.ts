import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '../../.ci/bundle.ts';

/** Folder, or entry file, of each app that is started. */
export interface Apps {
  bundle: string;
  unbundled: string;
  empty: string;
}

/** Makes the three apps below a folder of this project, so that the unbundled one finds its packages. */
export async function makeApps(folder: string): Promise<Apps> {
  const apps = { bundle: join(folder, 'bundle'), unbundled: join(folder, 'unbundled'), empty: join(folder, 'empty') };
  await bundle(apps.bundle, { sourcemap: false });
  await bundle(apps.empty, { sourcemap: false, entryPoint: 'bench/coldStart/emptyApp.ts' });
  await compile(apps.unbundled);
  return { ...apps, unbundled: join(apps.unbundled, 'functions/main.js') };
}

async function compile(outDir: string): Promise<void> {
  const flags = ['--ignoreConfig', '--noCheck', '--noEmit', 'false', '--rewriteRelativeImportExtensions'];
  const target = ['--module', 'nodenext', '--target', 'es2024', '--resolveJsonModule', '--skipLibCheck'];
  const output = ['--rootDir', '.', '--outDir', outDir, 'functions/main.ts'];
  await promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', ...flags, ...target, ...output]);
}
