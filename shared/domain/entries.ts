import { hash as digest } from 'node:crypto';
import * as z from 'zod';
import { auditFact } from './audit/auditFacts.ts';
import { definitionFact, type Fact, incarnationFact } from './facts.ts';
import { instanceFact } from './instanceFacts.ts';
import { type Instant, later } from './instant.ts';
import { teamFact } from './teams/teamFacts.ts';

/** The newest schema of entries that this code writes; a log that holds a newer one belongs to a newer deployment. */
export const entrySchema = 2;
/** Schema 1 knew fewer facts; those that it knew have only gained optional members since. */
const readableSchemas = [1, 2] as const;

/**
 * One audit entry: a fact, who caused it and why, and its place in the hash chain of its log. `at` never decreases
 * within a log; the order is the sequence.
 */
export const entry = z.object({
  schema: z.literal(readableSchemas),
  log: z.string(),
  sequence: z.number().int().positive(),
  id: z.string(),
  at: z.iso.datetime(),
  actor: z.string(),
  cause: z.string(),
  appendId: z.string(),
  fact: z.union([incarnationFact, definitionFact, instanceFact, teamFact, auditFact]),
  previousHash: z.string(),
  hash: z.string(),
});
export type Entry = z.infer<typeof entry>;

export interface Head {
  sequence: number;
  hash: string;
  at: Instant;
}

export const emptyHead: Head = { sequence: 0, hash: '', at: '' };

export interface Authorship {
  actor: string;
  cause: string;
  appendId: string;
  at: Instant;
}

/** Entries never change: the hash of one is computed once, however often its log is read from memory. */
const intact = new WeakSet<Entry>();

/** Seals facts into entries that continue the chain behind `head`. */
export function sealEntries(log: string, head: Head, facts: Fact[], by: Authorship): Entry[] {
  const { actor, cause, appendId, at } = by;
  const entries: Entry[] = [];
  let last = head;
  for (const fact of facts) {
    const sequence = last.sequence + 1;
    const sealed: Entry = {
      schema: entrySchema,
      log,
      sequence,
      id: sha256(`${log}#${sequence}#${last.hash}`).slice(0, 32),
      at: later(at, last.at),
      actor,
      cause,
      appendId,
      fact,
      previousHash: last.hash,
      hash: '',
    };
    sealed.hash = hashOf(sealed);
    intact.add(sealed);
    entries.push(sealed);
    last = headOf(sealed);
  }
  return entries;
}

export function headOf(last: Entry | undefined): Head {
  return last ? { sequence: last.sequence, hash: last.hash, at: last.at } : emptyHead;
}

/** The sequence of the first entry whose hash, number or predecessor is wrong; undefined when the chain is intact. */
export function firstBroken(entries: Entry[]): number | undefined {
  let previous: Head = emptyHead;
  for (const current of entries) {
    const follows = current.sequence === previous.sequence + 1 && current.previousHash === previous.hash;
    if (!follows || !isIntact(current) || current.at < previous.at) return current.sequence;
    previous = current;
  }
  return undefined;
}

function isIntact(entry: Entry): boolean {
  if (intact.has(entry)) return true;
  if (hashOf(entry) !== entry.hash) return false;
  intact.add(entry);
  return true;
}

/** Whether the log has entries behind a sequence number. */
export function reachesBehind(log: Entry[], sequence: number): boolean {
  return (log.at(-1)?.sequence ?? 0) > sequence;
}

/** Whether two facts say the same, whoever parsed them. */
export function sameFact(one: Fact, other: Fact): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

/** Of all that is in the entry but its hash. */
function hashOf(entry: Entry): string {
  return sha256(canonicalJson(entry, 'hash'));
}

/** As it stands in JSON but for the quotes. */
const plainText = /^[ !#-[\]-~]*$/;

/** JSON with sorted keys and without undefined: the same bytes whoever parsed and wrote the entry in between. */
function canonicalJson(value: unknown, without?: string): string {
  if (Array.isArray(value)) return `[${value.map((member) => canonicalJson(member)).join(',')}]`;
  if (typeof value === 'string' && plainText.test(value)) return `"${value}"`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  let members = '';
  const object = value as Record<string, unknown>;
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member === undefined || key === without) continue;
    members += `${members === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** The names of members are few, and come again in every entry. */
const quotedNames = new Map<string, string>();
const mostNames = 1_000;

function quoted(name: string): string {
  const known = quotedNames.get(name);
  if (known !== undefined) return known;
  const text = JSON.stringify(name);
  if (quotedNames.size >= mostNames) quotedNames.clear();
  quotedNames.set(name, text);
  return text;
}

function sha256(text: string): string {
  return digest('sha256', text);
}
