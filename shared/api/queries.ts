import { type BrokenLog, brokenChain, contradictions, manifestsLog } from '../domain/audit/manifests.ts';
import { type DefinitionState, foldDefinition } from '../domain/definitionState.ts';
import type { Entry } from '../domain/entries.ts';
import { definitionKey, type ImageDefinitionId } from '../domain/ids.ts';
import { incarnationPrefix } from '../domain/incarnation.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { definitionLog, incarnationLog } from '../workflow/log.ts';
import { type CheckHistory, historyOfChecks } from './checkHistory.ts';
import { type PageAsked, pageOf } from './page.ts';
import { reportVersion, type VersionReport } from './versionReport.ts';

type Reading = Pick<Ports, 'auditLogs'>;

/** Every image definition that the instance has met, with what Azure picks as latest per region. */
export async function listDefinitions({
  auditLogs,
}: Reading): Promise<
  { id: string; latest: DefinitionState['latest']; open: string[]; adopted: { version: string; failed: boolean }[] }[]
> {
  const states = (await readAll(auditLogs, 'definitions/')).map(foldDefinition);
  return states.flatMap(({ imageDefinitionId, deleted, latest, open, versions }) =>
    imageDefinitionId === undefined || deleted
      ? []
      : [
          {
            id: imageDefinitionId,
            latest,
            open: Object.values(open).map(({ version }) => version),
            adopted: adoptedOf(versions),
          },
        ],
  );
}

function adoptedOf(versions: DefinitionState['versions']): { version: string; failed: boolean }[] {
  return Object.entries(versions).flatMap(([version, known]) => {
    if (known.kind === 'adopted') return [{ version, failed: false }];
    return known.outcome === 'adopted' ? [{ version, failed: known.retested === 'failed' }] : [];
  });
}

/**
 * A page of all incarnations, or of those of one image definition: of its logs, and no others are read. Within the page in
 * the order of their detection.
 */
export async function listVersions(
  { auditLogs }: Reading,
  asked: PageAsked,
  definition?: ImageDefinitionId,
): Promise<{ versions: VersionReport[]; cursor?: string }> {
  const prefix = definition ? `incarnations/${definitionKey(definition)}/` : 'incarnations/';
  const { items: logs, next } = pageOf(await auditLogs.list(prefix), (log) => log, asked);
  const versions = (await readLogs(auditLogs, logs)).flatMap((entries) => reportVersion(entries) ?? []);
  versions.sort((a, b) => ((a.entries[0]?.at ?? '') < (b.entries[0]?.at ?? '') ? -1 : 1));
  return { versions, ...(next !== undefined && { cursor: next }) };
}

/** The entries of one image version, every incarnation of it, or of the image definition where no version is named. */
export async function listEntries(
  { auditLogs }: Reading,
  definition: ImageDefinitionId,
  version?: string,
): Promise<Entry[]> {
  const key = definitionKey(definition);
  if (version === undefined) return (await auditLogs.read(definitionLog(key))).entries;
  return (await readIncarnations({ auditLogs }, key, version)).flat();
}

/**
 * The logs of every incarnation of a version, in the order of their detection: found by name, so that the life of one
 * incarnation costs one read.
 */
export async function readIncarnations({ auditLogs }: Reading, key: string, version: string): Promise<Entry[][]> {
  const named = await readAll(auditLogs, incarnationLog(key, incarnationPrefix(key, version)));
  const found = named.length > 0 ? named : await readOpened({ auditLogs }, key, version);
  return found
    .filter(([first]) => first?.fact.type === 'versionDetected' && first.fact.version === version)
    .sort(([a], [b]) => ((a?.at ?? '') < (b?.at ?? '') ? -1 : 1));
}

/**
 * Logs that were begun before their names began with the version's hash. The definition's log names them, so that only
 * these are read; where it is damaged all logs of the definition are looked through.
 */
async function readOpened({ auditLogs }: Reading, key: string, version: string): Promise<Entry[][]> {
  const definition = await readUnlessDamaged(auditLogs, definitionLog(key));
  if ('problem' in definition) return readAll(auditLogs, incarnationLog(key, ''));
  const names = definition.flatMap(({ fact }) =>
    fact.type === 'incarnationOpened' && fact.version === version ? [incarnationLog(key, fact.incarnation)] : [],
  );
  const read = await Promise.all([...new Set(names)].map((log) => readUnlessDamaged(auditLogs, log)));
  return read.flatMap((entries) => ('problem' in entries ? [] : [entries]));
}

/** How each check of an image did in its smoke tests, those by hand too. */
export async function listChecks({ auditLogs }: Reading, definition: ImageDefinitionId): Promise<CheckHistory[]> {
  return historyOfChecks(await readAll(auditLogs, `incarnations/${definitionKey(definition)}/`));
}

/** Reads every log, checks every chain, and holds the logs against every manifest. Names the first broken entry of each. */
export async function verifyAudit({
  auditLogs,
}: Reading): Promise<{ entries: number; chain: 'intact' | 'broken'; manifests: number; broken: BrokenLog[] }> {
  const broken: BrokenLog[] = [];
  const manifests = await readUnlessDamaged(auditLogs, manifestsLog);
  const sealed = 'problem' in manifests ? [] : manifests;
  const named = sequencesByLog(sealed);
  const hashes = new Map<string, string>();
  let count = 0;
  for (const log of await auditLogs.list('')) {
    const entries = await readUnlessDamaged(auditLogs, log);
    if ('problem' in entries) {
      broken.push({ log, problem: entries.problem });
      named.delete(log);
      continue;
    }
    count += entries.length;
    for (const sequence of named.get(log) ?? []) {
      const entry = entries[sequence - 1];
      if (entry) hashes.set(`${log}#${sequence}`, entry.hash);
    }
    const problem = brokenChain(log, entries);
    if (problem) broken.push(problem);
  }
  const known = new Set(broken.map(({ log }) => log));
  const contradicted = contradictions(sealed, (log, sequence) => hashes.get(`${log}#${sequence}`));
  broken.push(...contradicted.filter(({ log }) => !known.has(log)));
  return { entries: count, chain: broken.length === 0 ? 'intact' : 'broken', manifests: sealed.length, broken };
}

function sequencesByLog(manifests: Entry[]): Map<string, number[]> {
  const named = new Map<string, number[]>();
  for (const { fact } of manifests)
    if (fact.type === 'manifestWritten')
      for (const { log, sequence } of fact.heads) named.set(log, [...(named.get(log) ?? []), sequence]);
  return named;
}

/** A damaged log hides no other; the check of the audit trail names it. */
export async function readAll(auditLogs: Reading['auditLogs'], prefix: string): Promise<Entry[][]> {
  return readLogs(auditLogs, await auditLogs.list(prefix));
}

async function readLogs(auditLogs: Reading['auditLogs'], logs: string[]): Promise<Entry[][]> {
  const read = await Promise.all(logs.map((log) => readUnlessDamaged(auditLogs, log)));
  return read.flatMap((entries) => ('problem' in entries ? [] : [entries]));
}

export async function readUnlessDamaged(
  auditLogs: Reading['auditLogs'],
  log: string,
): Promise<Entry[] | { problem: string }> {
  try {
    return (await auditLogs.read(log)).entries;
  } catch (error) {
    if (error instanceof AdapterError && error.code === 'DamagedLog') return { problem: error.message };
    throw error;
  }
}
