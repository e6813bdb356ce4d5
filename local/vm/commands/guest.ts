import type { GuestDisk } from '../guestDisk.ts';
import type { GuestSystem } from '../guestSystem.ts';

/** What the programs of a guest act upon while one script runs. */
export interface Guest {
  system: GuestSystem;
  disk: GuestDisk;
  /** Filled by `trap ... EXIT`. */
  exitTraps: string[];
  /** Aborted when the script has to end. */
  signal: AbortSignal;
}
