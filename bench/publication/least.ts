/**
 * The least that a publication with these guarantees can take, counted by hand.
 *
 * Azure has six things to do: make the VM, run the checks, restart it, run them again, delete it, write the flags. The
 * service looks at the version first, and once at what came of each.
 */
const effects = 6;
const steps = 1 + effects;

export const least = {
  steps,
  armCalls: effects + steps,
  /** A wake-up for each step, and its entries in one message to the day index; announcements come on top. */
  messages: 2 * steps,
  /** Two logs are read in each step; intent and outcome of each effect are appended; verdict, evidence; the marker comes and goes. */
  blobReads: 2 * steps,
  blobLists: 0,
  blobWrites: 2 * effects + 1 + 6 + 1,
  blobDeletions: 1,
};
