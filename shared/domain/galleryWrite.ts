import type { FlagPlan } from './flagPlan.ts';
import type { Instant } from './instant.ts';

/** A write of the exclude flags that was intended and is not yet seen in Azure. */
export interface GalleryWrite {
  purpose: 'hold' | 'publish' | 'quarantine' | 'exclude' | 'replicate' | 'withdraw' | 'endOfLife' | 'retire';
  plan: FlagPlan;
  /** What it is for, where it is not for all. */
  regions?: string[];
  intendedAt: Instant;
  acceptedAt?: Instant;
  lost: number;
}

/** The same purpose again keeps the count of writes that were lost. */
export function intend(
  state: { write?: GalleryWrite },
  purpose: GalleryWrite['purpose'],
  plan: FlagPlan,
  at: Instant,
  regions?: string[],
): void {
  const lost = state.write?.purpose === purpose ? state.write.lost : 0;
  state.write = { purpose, plan, ...(regions && { regions }), intendedAt: at, lost };
}
