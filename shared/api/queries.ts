import { type DefinitionState, foldDefinition } from '../domain/definitionState.ts';
import { type Entry, firstBroken } from '../domain/entries.ts';
import { definitionKey, type ImageDefinitionId } from '../domain/ids.ts';
import type { Ports } from '../ports.ts';
import { definitionLog } from '../workflow/log.ts';
import { reportVersion, type VersionReport } from './versionReport.ts';

type Reading = Pick<Ports, 'auditLogs'>;

/** Every image definition that the instance has met, with what Azure picks as latest per region. */
export async function listDefinitions({
  auditLogs,
}: Reading): Promise<{ id: string; latest: DefinitionState['latest']; open: string[] }[]> {
  const states = await Promise.all(
    (await auditLogs.list('definitions/')).map(async (log) => foldDefinition((await auditLogs.read(log)).entries)),
  );
  return states.flatMap(({ imageDefinitionId, deleted, latest, open }) =>
    imageDefinitionId === undefined || deleted
      ? []
      : [{ id: imageDefinitionId, latest, open: Object.values(open).map(({ version }) => version) }],
  );
}

/** All incarnations, or those of one image definition, in the order of their detection. */
export async function listVersions({ auditLogs }: Reading, definition?: ImageDefinitionId): Promise<VersionReport[]> {
  const prefix = definition ? `incarnations/${definitionKey(definition)}/` : 'incarnations/';
  const logs = await Promise.all((await auditLogs.list(prefix)).map((log) => auditLogs.read(log)));
  const reports = logs.flatMap(({ entries }) => reportVersion(entries) ?? []);
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
  const logs = await Promise.all((await auditLogs.list(`incarnations/${key}/`)).map((log) => auditLogs.read(log)));
  return logs
    .map((log) => log.entries)
    .filter(([first]) => first?.fact.type === 'versionDetected' && first.fact.version === version)
    .flat();
}

/** Reads every log and checks every chain. */
export async function verifyAudit({
  auditLogs,
}: Reading): Promise<{ entries: number; chain: 'intact' | 'broken'; broken: { log: string; sequence: number }[] }> {
  const broken: { log: string; sequence: number }[] = [];
  let count = 0;
  for (const log of await auditLogs.list('')) {
    const { entries } = await auditLogs.read(log);
    count += entries.length;
    const sequence = firstBroken(entries);
    if (sequence !== undefined) broken.push({ log, sequence });
  }
  return { entries: count, chain: broken.length === 0 ? 'intact' : 'broken', broken };
}
