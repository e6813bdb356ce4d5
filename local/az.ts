/** Runs the real Azure CLI against a local Azure that is up: `npm run az -- sig image-version list …`. */
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { signedInEnvironment } from './azureCli/signedInEnvironment.ts';
import { endpoints } from './stack/endpoints.ts';

const endpointsFile = '.local/endpoints.json';

process.exitCode = await run(process.argv.slice(2));

async function run(args: string[]): Promise<number> {
  const text = await readFile(endpointsFile, 'utf8').catch(() => undefined);
  if (!text) return complain(`There is no ${endpointsFile}: start local Azure with "npm start" first.`);
  try {
    const env = await signedInEnvironment('.local/azure-cli', endpoints.parse(JSON.parse(text)));
    const { exitCode = 1 } = await execa('az', args, { env, stdio: 'inherit', reject: false });
    return exitCode;
  } catch (error) {
    if (isMissing(error)) return complain('The Azure CLI is not installed: there is no "az" on the PATH.');
    return complain(`Cannot sign in to local Azure: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function complain(line: string): number {
  console.error(line);
  return 1;
}
