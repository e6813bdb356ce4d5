import * as z from 'zod';
import { fact } from './factShapes.ts';

const spent = { period: z.string(), minutes: z.number(), limit: z.number(), reason: z.string() };

/** What concerns the whole instance. Stored for years: members are only ever added. */
export const instanceFact = z.discriminatedUnion('type', [
  /** `content` is a hash of the file's text; `repaired` after a refusal. */
  fact('policyAccepted', { content: z.string(), repaired: z.boolean() }),
  fact('policyRefused', { content: z.string(), problems: z.array(z.string()) }),
  /** The tag of a gallery names another instance, or none: nothing is done in it; and the end of that. */
  fact('galleryRefused', { galleryId: z.string(), reason: z.string(), owner: z.string().exactOptional() }),
  fact('galleryTaken', { galleryId: z.string() }),
  /** Work on every image definition waits. New versions are still seen and held. */
  fact('everythingPaused', { reason: z.string() }),
  /** Ends a pause, and closes the breaker. */
  fact('everythingResumed', { reason: z.string() }),
  /** Smoke tests of different image definitions failed in a row: none begins until an operator resumes everything. */
  fact('breakerTripped', {
    reason: z.string(),
    /** Their verdicts are taken back. `entry` is the one that reached the verdict. */
    failures: z.array(z.object({ entry: z.string(), imageVersionId: z.string(), incarnation: z.string() })),
  }),
  /** The policy's VM minutes of a period are nearly spent; are spent: what waits for a VM waits for the next period. */
  fact('budgetNear', spent),
  fact('budgetSpent', spent),
]);
export type InstanceFact = z.infer<typeof instanceFact>;
