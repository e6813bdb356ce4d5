import { type Entry, emptyHead, firstBroken, type Head, headOf, sealEntries } from '../domain/entries.ts';
import type { Fact } from '../domain/facts.ts';
import type { Instant } from '../domain/instant.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';

/** Somebody else appended since this log was read: what was decided on it is void. */
export class LogConflict extends Error {
  override readonly name = 'LogConflict';
}

/** A log as it was read, and what this step appended to it since, or has yet to append. */
export interface LoadedLog {
  readonly name: string;
  entries: Entry[];
  position: number;
  /** How many of the entries were there when it was read. */
  readonly found?: number;
  /** When this step was last sure that nothing comes after what it has: it had appended to it, or asked for its position. */
  asOf?: Instant;
  /** What was decided from this entry on is not appended yet. */
  staged?: { from: number; appendId: string };
}

export function definitionLog(key: string): string {
  return `definitions/${key}`;
}

export function incarnationLog(key: string, incarnation: string): string {
  return `incarnations/${key}/${incarnation}`;
}

export async function loadLog(ports: Pick<Ports, 'auditLogs'>, name: string): Promise<LoadedLog> {
  const { entries, position } = await ports.auditLogs.read(name);
  const broken = firstBroken(entries);
  if (broken !== undefined) {
    throw new AdapterError(`audit log ${name} is broken at entry ${broken}: nothing is decided on it`, {
      code: 'ChainBroken',
      retryable: false,
    });
  }
  return { name, entries, position };
}

type By = { cause: string; at: Instant; actor?: string };

/** Appends facts as one block, with what was staged before. Throws LogConflict when the log has grown under us. */
export async function appendFacts(
  ports: Pick<Ports, 'auditLogs' | 'ids'>,
  log: LoadedLog,
  facts: Fact[],
  by: By,
): Promise<void> {
  stageFacts(ports, log, facts, by);
  await saveStaged(ports, log);
}

/** Adds facts in memory alone: they are lost unless they are saved, and nothing may be done that follows from them. */
export function stageFacts({ ids }: Pick<Ports, 'ids'>, log: LoadedLog, facts: Fact[], by: By): void {
  if (facts.length === 0) return;
  log.staged ??= { from: log.entries.length, appendId: ids.random() };
  const { appendId } = log.staged;
  log.entries.push(...sealEntries(log.name, logHead(log), facts, { actor: 'service', appendId, ...by }));
}

/**
 * Appends what is staged, as one block; what cannot be appended is forgotten. Returns from which entry on. Throws
 * LogConflict when the log has grown under us.
 */
export async function saveStaged(ports: Pick<Ports, 'auditLogs'>, log: LoadedLog): Promise<number | undefined> {
  const { staged } = log;
  if (!staged) return undefined;
  delete log.staged;
  const entries = log.entries.splice(staged.from);
  const appended = await ports.auditLogs.append(log.name, entries, log.position);
  if (appended === 'conflict') throw new LogConflict(log.name);
  log.entries.push(...entries);
  log.position = appended.position;
  return staged.from;
}

export function logHead(log: LoadedLog): Head {
  return log.entries.length > 0 ? headOf(log.entries.at(-1)) : emptyHead;
}

const unreadableCodes = ['ChainBroken', 'DamagedLog', 'LogMalformed', 'NewerSchema'];

/** Whether a log could be had and is not to be relied on: it is damaged, or a later release wrote it. */
export function isUnreadable(error: unknown): error is AdapterError {
  return error instanceof AdapterError && unreadableCodes.includes(error.code);
}
