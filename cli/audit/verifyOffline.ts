import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { type BrokenLog, brokenChain, contradictions } from '../../shared/domain/audit/manifests.ts';
import { type Entry, entry } from '../../shared/domain/entries.ts';
import { UsageError } from '../exitCodes.ts';

const bundle = z.object({ from: z.string(), to: z.string(), files: z.record(z.string(), z.string()) });
const place = z.object({ id: z.string(), log: z.string(), sequence: z.number() });

export interface Verified {
  entries: number;
  logs: number;
  manifests: number;
  /** Digest of the newest manifest in it: to be compared with what was announced. */
  digest: string | undefined;
  problems: string[];
}

/** Checks a bundle by itself, without the service: files, chains, manifests, and that every record has its entry. */
export async function verifyOffline(folder: string): Promise<Verified> {
  const { files } = await readBundle(folder);
  const problems: string[] = [];
  for (const [name, digest] of Object.entries(files))
    if ((await digestOf(join(folder, name))) !== digest) problems.push(`${name} is not the file that was written`);
  const ids = await recordPlaces(join(folder, 'records.ndjson'));
  const hashes = new Map<string, string>();
  const broken: BrokenLog[] = [];
  const seen = { entries: 0, logs: 0 };
  const manifests: Entry[] = [];
  await eachLog(join(folder, 'manifests.ndjson'), problems, (log, entries) => {
    manifests.push(...entries);
    broken.push(...[brokenChain(log, entries)].filter((each) => each !== undefined));
  });
  const sealed = new Set(
    manifests.flatMap(({ fact }) =>
      fact.type === 'manifestWritten' ? fact.heads.map(({ log, sequence }) => `${log}#${sequence}`) : [],
    ),
  );
  const present = new Set<string>();
  await eachLog(join(folder, 'entries.ndjson'), problems, (log, entries) => {
    seen.entries += entries.length;
    seen.logs += 1;
    present.add(log);
    const chain = brokenChain(log, entries);
    if (chain) broken.push(chain);
    for (const { sequence, hash, id } of entries) {
      if (sealed.has(`${log}#${sequence}`)) hashes.set(`${log}#${sequence}`, hash);
      ids.delete(id);
    }
  });
  const contradicted = contradictions(manifests, (log, sequence) => hashes.get(`${log}#${sequence}`));
  const named = new Set(broken.map(({ log }) => log));
  broken.push(...contradicted.filter(({ log }) => present.has(log) && !named.has(log)));
  problems.push(...broken.map(({ log, problem }) => `${log}: ${problem}`));
  for (const where of [...ids.values()].slice(0, 10)) problems.push(`${where} is recorded, and its entry is missing`);
  return { ...seen, manifests: manifests.length, digest: manifests.at(-1)?.hash, problems };
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

async function recordPlaces(file: string): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  for await (const line of linesOf(file)) {
    const { id, log, sequence } = place.parse(JSON.parse(line));
    places.set(id, `entry ${sequence} of ${log}`);
  }
  return places;
}

/** Logs lie behind one another, each as a whole, so that one at a time is held. */
async function eachLog(file: string, problems: string[], act: (log: string, entries: Entry[]) => void): Promise<void> {
  let entries: Entry[] = [];
  const flush = () => {
    const [first] = entries;
    if (first) act(first.log, entries);
    entries = [];
  };
  for await (const line of linesOf(file)) {
    const parsed = entry.safeParse(JSON.parse(line));
    if (!parsed.success) {
      problems.push(`a line of ${file} is no audit entry: ${line.slice(0, 80)}`);
      continue;
    }
    if (entries[0] && entries[0].log !== parsed.data.log) flush();
    entries.push(parsed.data);
  }
  flush();
}

function linesOf(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}
