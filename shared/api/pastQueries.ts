import { type LatestAt, latestAt } from '../domain/audit/latestAt.ts';
import { type Life, lifeOf } from '../domain/audit/life.ts';
import type { Entry } from '../domain/entries.ts';
import { definitionKey, type ImageDefinitionId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Ports } from '../ports.ts';
import { definitionLog } from '../workflow/log.ts';
import { readAll, readIncarnations } from './queries.ts';

type Reading = Pick<Ports, 'auditLogs'>;

/** What was latest at an instant: of one image definition by one read, or of all. */
export async function findLatestAt(
  { auditLogs }: Reading,
  instant: Instant,
  definition?: ImageDefinitionId,
  region?: string,
): Promise<{ id: string; latest: LatestAt[] }[]> {
  const logs = definition
    ? [(await auditLogs.read(definitionLog(definitionKey(definition)))).entries]
    : await readAll(auditLogs, 'definitions/');
  return logs.flatMap((entries) => {
    const first = entries[0]?.fact;
    if (first?.type !== 'definitionDetected') return [];
    const latest = latestAt(entries, instant).filter((each) => region === undefined || each.region === region);
    return latest.length === 0 ? [] : [{ id: first.imageDefinitionId, latest }];
  });
}

/** The life of every incarnation of a version. */
export async function findLives(
  { auditLogs }: Reading,
  definition: ImageDefinitionId,
  version: string,
): Promise<({ id: string; detectedAt: Instant } & Life)[]> {
  const logs = await readIncarnations({ auditLogs }, definitionKey(definition), version);
  return logs.flatMap((entries) => {
    const [first] = entries;
    if (first?.fact.type !== 'versionDetected') return [];
    return [{ id: first.fact.imageVersionId, detectedAt: first.at, ...lifeOf(entries) }];
  });
}

/** Logs that are read at a time, and held until their entries are taken. */
const atATime = 10;

/** The entries of logs, in the order of their names as given. */
export async function* streamLogs({ auditLogs }: Reading, names: string[]): AsyncGenerator<{ entries: Entry[] }> {
  for (let begin = 0; begin < names.length; begin += atATime) {
    const logs = await Promise.all(names.slice(begin, begin + atATime).map((name) => auditLogs.read(name)));
    for (const { entries } of logs) yield { entries };
  }
}
