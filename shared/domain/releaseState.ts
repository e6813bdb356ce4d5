import type { HandEdit } from './handEdit.ts';
import type { Instant } from './instant.ts';

/** How far a version that passed has come, by region. */
export interface ReleaseState {
  /** When its first region was intended to be published. */
  begunAt?: Instant;
  /** Since when it is offered there, as read back from Azure. */
  published: Record<string, Instant>;
  /** Not replicated in time: replication was asked for again. */
  retried: Record<string, Instant>;
  /** Not replicated after that either: excluded, and no longer waited for. */
  left: Record<string, Instant>;
  /** Why nothing is written at the moment, as it was recorded last. */
  waits?: { code: string; reason: string; until?: Instant };
  /** The policy that was in force when the release was last decided on. */
  policyHash: string;
  /** The last answer of each team, and of each operator. */
  answers: { by: string; team?: string; answer: 'approve' | 'veto' | 'abstain'; reason: string }[];
  /** Soak, windows, deadlines and queue do not count. */
  expedited?: { by: string; ticket: string };
  /** An operator wants it published: gates and newer versions do not count. */
  ordered?: { by: string };
  /** The newer version whose verdict it waits for. */
  asideFor?: string;
  /** Who vouches for it, although its verdict is inconclusive. */
  overrides: { by: string; ticket: string }[];
  /** What somebody did to the flags last, while nothing else has happened since, and what it was before. */
  handEdit?: HandEdit;
  /** It is being taken back. */
  undoing?: HandEdit;
  /** Hand edits that were taken back. */
  undone?: string[];
}

export interface Withdrawal {
  why: 'quarantine' | 'rollback' | 'group';
  regions: string[];
  reason: string;
}

/** Offered in some region, by the service or by somebody else, after it passed. */
export function isPublished({ release }: { release?: ReleaseState }): boolean {
  return Object.keys(release?.published ?? {}).length > 0;
}

export function newRelease(policyHash: string): ReleaseState {
  return { published: {}, retried: {}, left: {}, policyHash, answers: [], overrides: [] };
}
