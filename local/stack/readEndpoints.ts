import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Endpoints, endpoints } from './endpoints.ts';

/** The endpoints of the stack that `npm start` runs. */
export async function readEndpoints(): Promise<Endpoints> {
  const file = join(resolve(import.meta.dirname, '../..'), '.local/endpoints.json');
  try {
    return endpoints.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new Error('local Azure does not seem to run: start it with "npm start" in another terminal', { cause });
  }
}
