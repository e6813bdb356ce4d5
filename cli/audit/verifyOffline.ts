import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { type BrokenLog, brokenChain, contradictions, grownWithin } from '../../shared/domain/audit/manifests.ts';
import type { Entry } from '../../shared/domain/entries.ts';
import { later } from '../../shared/domain/instant.ts';
import { UsageError } from '../exitCodes.ts';
import { logsOf, rowsOf } from './bundleLines.ts';
import { nameDifferences, placeOf } from './nameDifferences.ts';
import { place, RecordBalance } from './recordBalance.ts';

const bundle = z.object({ from: z.string(), to: z.string(), files: z.record(z.string(), z.string()) });

export interface Verified {
  entries: number;
  logs: number;
  manifests: number;
  /** Digest of the newest manifest in it: to be compared with what was announced. */
  digest: string | undefined;
  problems: string[];
}

/**
 * Checks a bundle by itself, without the service: files, chains, manifests, and that what is recorded is what was written.
 * Held are one log at a time, the heads that manifests name, and a balance of one size.
 */
export async function verifyOffline(folder: string): Promise<Verified> {
  const { files, from, to } = await readBundle(folder);
  const problems: string[] = [];
  for (const [name, digest] of Object.entries(files))
    if ((await digestOf(join(folder, name))) !== digest) problems.push(`${name} is not the file that was written`);
  const manifests: Entry[] = [];
  const broken: BrokenLog[] = [];
  for await (const { log, entries } of logsOf(join(folder, 'manifests.ndjson'), problems)) {
    manifests.push(...entries);
    broken.push(...[brokenChain(log, entries)].filter((each) => each !== undefined));
  }
  const records = join(folder, 'records.ndjson');
  const balance = new RecordBalance();
  let newest = '';
  for await (const one of rowsOf(records, place, problems)) {
    balance.recorded(one);
    newest = later(newest, one.at);
  }
  const heads = headsOf(manifests);
  const present = new Set<string>();
  let count = 0;
  for await (const { log, entries } of logsOf(join(folder, 'entries.ndjson'), problems)) {
    count += entries.length;
    present.add(log);
    broken.push(...[brokenChain(log, entries)].filter((each) => each !== undefined));
    for (const one of entries) {
      const head = `${log}#${one.sequence}`;
      if (heads.has(head)) heads.set(head, one.hash);
      if (isWithin(one, from, to)) balance.written(placeOf(one));
    }
  }
  const named = new Set(broken.map(({ log }) => log));
  const expected = new Set([...grownWithin(manifests, from, to), ...present].filter((log) => !named.has(log)));
  const contradicted = contradictions(manifests, (log, sequence) => heads.get(`${log}#${sequence}`));
  broken.push(...contradicted.filter(({ log }) => expected.has(log)));
  problems.push(...broken.map(({ log, problem }) => `${log}: ${problem}`));
  const written = async function* () {
    for await (const { entries } of logsOf(join(folder, 'entries.ndjson'), []))
      yield* entries.filter((one) => isWithin(one, from, to)).map(placeOf);
  };
  problems.push(
    ...(await nameDifferences(balance, { recorded: rowsOf(records, place, []), written: written(), newest })),
  );
  return { entries: count, logs: present.size, manifests: manifests.length, digest: manifests.at(-1)?.hash, problems };
}

async function readBundle(folder: string): Promise<z.infer<typeof bundle>> {
  try {
    return bundle.parse(JSON.parse(await readFile(join(folder, 'bundle.json'), 'utf8')));
  } catch (cause) {
    throw new UsageError(`${folder} is no bundle of "imprimatur audit report"`, { cause });
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** What manifests name, to be filled with the hashes that are found there. */
function headsOf(manifests: Entry[]): Map<string, string | undefined> {
  const facts = manifests.map(({ fact }) => fact).filter((fact) => fact.type === 'manifestWritten');
  return new Map(facts.flatMap(({ heads }) => heads.map(({ log, sequence }) => [`${log}#${sequence}`, undefined])));
}

function isWithin({ at }: Entry, from: string, to: string): boolean {
  const day = at.slice(0, 10);
  return day >= from && day <= to;
}
