import { type Entry, emptyHead, firstBroken, type Head, headOf, sealEntries } from '../domain/entries.ts';
import type { Fact } from '../domain/facts.ts';
import type { Instant } from '../domain/instant.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';

/** Somebody else appended since this log was read: what was decided on it is void. */
export class LogConflict extends Error {
  override readonly name = 'LogConflict';
}

/** A log as it was read, and what this step appended to it since. */
export interface LoadedLog {
  readonly name: string;
  entries: Entry[];
  position: number;
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

/** Appends facts as one block. Throws LogConflict when the log has grown under us. */
export async function appendFacts(
  ports: Pick<Ports, 'auditLogs' | 'ids'>,
  log: LoadedLog,
  facts: Fact[],
  by: { cause: string; at: Instant; actor?: string },
): Promise<void> {
  if (facts.length === 0) return;
  const appendId = ports.ids.random();
  const entries = sealEntries(log.name, logHead(log), facts, { actor: 'service', appendId, ...by });
  const appended = await ports.auditLogs.append(log.name, entries, log.position);
  if (appended === 'conflict') throw new LogConflict(log.name);
  log.entries.push(...entries);
  log.position = appended.position;
}

export function logHead(log: LoadedLog): Head {
  return log.entries.length > 0 ? headOf(log.entries.at(-1)) : emptyHead;
}

const unreadableCodes = ['ChainBroken', 'DamagedLog', 'LogMalformed', 'NewerSchema'];

/** Whether a log could be had and is not to be relied on: it is damaged, or a later release wrote it. */
export function isUnreadable(error: unknown): error is AdapterError {
  return error instanceof AdapterError && unreadableCodes.includes(error.code);
}
