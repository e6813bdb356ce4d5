import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { appSettings } from '../local/stack/appSettings.ts';

export interface PackageMeasures {
  files: { name: string; bytes: number }[];
  bytes: number;
  /** What goes over the wire to every new instance, as a zip file deflates it. */
  compressedBytes: number;
  /** From the first import to all functions registered, median of fresh processes on this machine. */
  loadMilliseconds: number;
}

/** Loading reads settings and signs in nowhere, so nobody has to listen at these. */
const settings = appSettings(
  {
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
  },
  '2026-11-22T08:00:00.000Z',
);

const load =
  'const begin = performance.now(); await import(process.argv[1]); console.log(performance.now() - begin); process.exit(0);';

/** @throws when the package does not load. */
export async function measurePackage(folder: string, loads: number): Promise<PackageMeasures> {
  const names = (await readdir(folder)).sort();
  const contents = await Promise.all(names.map((name) => readFile(join(folder, name))));
  const times: number[] = [];
  for (let count = 0; count < loads; count += 1) times.push(await timeLoad(join(folder, 'main.mjs')));
  return {
    files: names.map((name, index) => ({ name, bytes: contents[index]?.length ?? 0 })),
    bytes: contents.reduce((sum, content) => sum + content.length, 0),
    compressedBytes: contents.reduce((sum, content) => sum + deflateRawSync(content).length, 0),
    loadMilliseconds: times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0,
  };
}

async function timeLoad(main: string): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', load, resolve(main)],
    { env: { PATH: process.env.PATH, ...settings } },
  );
  return Number(stdout.trim().split('\n').at(-1));
}
