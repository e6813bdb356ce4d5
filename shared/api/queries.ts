import { type DefinitionState, foldDefinition } from '../domain/definitionState.ts';
import { type Entry, firstBroken } from '../domain/entries.ts';
import { definitionKey, type ImageDefinitionId } from '../domain/ids.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { definitionLog } from '../workflow/log.ts';
import { reportVersion, type VersionReport } from './versionReport.ts';

interface BrokenLog {
  log: string;
  problem: string;
}

type Reading = Pick<Ports, 'auditLogs'>;

/** Every image definition that the instance has met, with what Azure picks as latest per region. */
export async function listDefinitions({
  auditLogs,
}: Reading): Promise<{ id: string; latest: DefinitionState['latest']; open: string[] }[]> {
  const states = (await readAll(auditLogs, 'definitions/')).map(foldDefinition);
  return states.flatMap(({ imageDefinitionId, deleted, latest, open }) =>
    imageDefinitionId === undefined || deleted
      ? []
      : [{ id: imageDefinitionId, latest, open: Object.values(open).map(({ version }) => version) }],
  );
}

/** All incarnations, or those of one image definition, in the order of their detection. */
export async function listVersions({ auditLogs }: Reading, definition?: ImageDefinitionId): Promise<VersionReport[]> {
  const prefix = definition ? `incarnations/${definitionKey(definition)}/` : 'incarnations/';
  const reports = (await readAll(auditLogs, prefix)).flatMap((entries) => reportVersion(entries) ?? []);
  return reports.sort((a, b) => ((a.entries[0]?.at ?? '') < (b.entries[0]?.at ?? '') ? -1 : 1));
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

/** The logs of every incarnation of a version; smoke tests by hand have logs of their own. */
export async function readIncarnations({ auditLogs }: Reading, key: string, version: string): Promise<Entry[][]> {
  const logs = await readAll(auditLogs, `incarnations/${key}/`);
  return logs.filter(([first]) => first?.fact.type === 'versionDetected' && first.fact.version === version);
}

/** Reads every log and checks every chain. */
export async function verifyAudit({
  auditLogs,
}: Reading): Promise<{ entries: number; chain: 'intact' | 'broken'; broken: BrokenLog[] }> {
  const broken: BrokenLog[] = [];
  let count = 0;
  for (const log of await auditLogs.list('')) {
    const entries = await readUnlessDamaged(auditLogs, log);
    if ('problem' in entries) {
      broken.push({ log, problem: entries.problem });
      continue;
    }
    count += entries.length;
    const sequence = firstBroken(entries);
    if (sequence !== undefined) broken.push({ log, problem: `the chain is broken at entry ${sequence}` });
  }
  return { entries: count, chain: broken.length === 0 ? 'intact' : 'broken', broken };
}

/** A damaged log hides no other; the check of the audit trail names it. */
async function readAll(auditLogs: Reading['auditLogs'], prefix: string): Promise<Entry[][]> {
  const logs = await auditLogs.list(prefix);
  const read = await Promise.all(logs.map((log) => readUnlessDamaged(auditLogs, log)));
  return read.flatMap((entries) => ('problem' in entries ? [] : [entries]));
}

async function readUnlessDamaged(auditLogs: Reading['auditLogs'], log: string): Promise<Entry[] | { problem: string }> {
  try {
    return (await auditLogs.read(log)).entries;
  } catch (error) {
    if (error instanceof AdapterError && error.code === 'DamagedLog') return { problem: error.message };
    throw error;
  }
}
