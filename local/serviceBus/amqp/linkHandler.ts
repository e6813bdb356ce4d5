import type { OpenDelivery } from './rheaInternals.ts';

export type OutcomeKind = 'accepted' | 'rejected' | 'released' | 'modified';

/** What the broker does with one link. */
export interface LinkHandler {
  /** The client granted credit, or the session's window may have opened. */
  flow?(): void;
  /** The client asks for what is there now, and for the rest of its credit back. */
  drain?(): void;
  /** The client sent a message. */
  message?(encoded: Buffer, format: number, delivery: OpenDelivery): void;
  /** The client says what became of a message it was given. */
  outcome?(kind: OutcomeKind, delivery: OpenDelivery): void;
  /** The client settled a message, with or without an outcome. */
  settled?(delivery: OpenDelivery): void;
  /** The link, its session or its connection is gone. */
  close(): void;
}
