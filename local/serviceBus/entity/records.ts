import type { ParsedTeamSubscription } from '../entitySchemas.ts';
import type { RuleDescription } from '../filters/rule.ts';

/** What must survive a kill. Locks are not here: after a restart every message is available again. */
export type JournalRecord =
  | StoredRecord
  | { op: 'removed'; entity: string; number: number }
  | { op: 'changed'; entity: string; number: number; deliveryCount?: number; state?: 'deferred'; content?: string }
  | { op: 'seen'; entity: string; id: string; at: number }
  | { op: 'sessionState'; entity: string; session: string; state: string | null; at: number }
  | { op: 'rules'; entity: string; rules: RuleDescription[] }
  /** Made over the wire, or gone with null. */
  | { op: 'subscription'; entity: string; subscription: ParsedTeamSubscription | null }
  | { op: 'numbered'; entity: string; last: number };

export interface StoredRecord {
  op: 'stored';
  entity: string;
  number: number;
  state: 'active' | 'deferred' | 'scheduled';
  /** The encoded message in base64. */
  content: string;
  at: number;
  expiresAt?: number | undefined;
  deliveryCount?: number | undefined;
  dueAt?: number | undefined;
  deadLetterSource?: string | undefined;
  originalNumber?: number | undefined;
}

/** Where entities write what must survive. */
export interface Recorder {
  append(record: JournalRecord): void;
  /** Runs the action once everything appended so far is in the file. */
  whenDurable(action: () => void): void;
}
