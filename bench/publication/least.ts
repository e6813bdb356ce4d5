/**
 * The least that a publication with these guarantees can take, counted by hand along the way of its data: on the messages
 * that wake a step, what the step reads, appends and does, and what it sends. A worker that remembers what it wrote reads
 * no log: it appends on condition of the position at which it left it.
 *
 * Azure has six things to do: make the VM, run the checks, restart it, run them again, delete it, write the flags. The
 * first step looks at the version, and one at what came of each of the six; what it finds and what it intends next are one
 * append.
 */
const effects = 6;
const steps = 1 + effects;

/** Of a restart, the boot before and the one after it: an answer of the checks for each. */
const answers = 2;

const armReads =
  // That the version is there, and what it is: the image definition says what VM it takes.
  2 +
  // What came of each effect.
  effects +
  // The log of the boot, of which the built-in checks read.
  1 +
  // Before the flags are written the version is read again, so that nobody's work is overwritten.
  1;

/** `create` for an append blob comes before its first block. */
const appends = {
  /** One in each step, and its creation. */
  incarnation: steps + 1,
  /** That it is open, what is latest now, that it is closed once the VM is gone; and the creation, for the first version. */
  definition: 3 + 1,
  /** The entries of each step, since the day index is to show them then. */
  dayIndex: steps,
};
/** Taken before the VM is launched, given back when it is gone. */
const slotWrites = 2;
/** Results twice, for people and for build servers; VM, timeline, serial log, last answer (shared/smokeTest/evidenceFiles.ts). */
const evidenceFiles = 6;
/** Before the first entry. */
const markerWrites = 1;

export const least = {
  steps,
  armCalls: effects + armReads,
  /** A wake-up for each step, and its entries in one message to the day index; announcements come on top. */
  messages: 2 * steps,
  /** In each step policy and instance log, so that a pause or another policy holds from then on; the answers of the checks. */
  blobReads: 2 * steps + answers,
  blobLists: 0,
  blobWrites: appends.incarnation + appends.definition + appends.dayIndex + slotWrites + evidenceFiles + markerWrites,
  /** The marker, when nothing is left to do. */
  blobDeletions: 1,
};
