import { z } from '@hono/zod-openapi';
import { type DefinitionState, foldDefinition } from '../domain/definitionState.ts';
import type { Entry } from '../domain/entries.ts';
import { definitionKey, parseImageId } from '../domain/ids.ts';
import type { Ports } from '../ports.ts';
import { incarnationLog } from '../workflow/log.ts';
import { readAll, readUnlessDamaged } from './queries.ts';
import { reportVersion } from './versionReport.ts';

const outcomes = z.enum(['open', 'needsAttention', 'inconclusive']);
export const unfinished = z.object({
  id: z.string(),
  outcome: outcomes,
  since: z.string(),
  reason: z.string(),
  last: z.string().openapi({ description: 'What happened last.' }),
});
export type Unfinished = z.infer<typeof unfinished>;

/**
 * Versions with work left, and those that only somebody can decide on. The logs of image definitions name them, so that
 * what is finished is not read, however much it is.
 */
export async function findUnfinished({ auditLogs }: Pick<Ports, 'auditLogs'>): Promise<Unfinished[]> {
  const definitions = (await readAll(auditLogs, 'definitions/')).map(foldDefinition);
  const names = definitions.flatMap(logsOfUnfinished);
  const logs = await Promise.all(names.map((log) => readUnlessDamaged(auditLogs, log)));
  return logs.flatMap((entries) => ('problem' in entries ? [] : unfinishedOf(entries)));
}

function unfinishedOf(log: Entry[]): Unfinished[] {
  const report = reportVersion(log);
  const outcome = outcomes.safeParse(report?.outcome).data;
  if (!report || !outcome) return [];
  const { id, reason, entries } = report;
  return [{ id, outcome, since: entries[0]?.at ?? '', reason, last: entries.at(-1)?.summary ?? '' }];
}

function logsOfUnfinished({ imageDefinitionId = '', open, versions }: DefinitionState): string[] {
  const definition = parseImageId(imageDefinitionId)?.definition;
  if (!definition) return [];
  const undecided = Object.values(versions).flatMap((known) =>
    known.kind === 'examined' && known.outcome === 'inconclusive' ? [known.incarnation] : [],
  );
  const incarnations = new Set([...Object.keys(open), ...undecided]);
  return [...incarnations].map((incarnation) => incarnationLog(definitionKey(definition), incarnation));
}
