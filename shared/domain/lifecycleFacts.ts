import * as z from 'zod';
import { fact, flagPlan, instant, regions, replacements } from './factShapes.ts';

/** What can happen to a version that was published: its end of life, and what comes after it. */
export const lifecycleFacts = [
  /** There is work again: a newer version took its place, or does not hold it any more, or its end of life has come. */
  fact('lifecycleDue', {
    stage: z.enum(['superseded', 'latestAgain', 'endOfLife', 'delete', 'moved']),
    /** As the version had it then; where somebody moved it and that is undone, as it was before. */
    endOfLife: instant.exactOptional(),
    /** The version that took its place. */
    by: z.string().exactOptional(),
    /** Why retention gives it up. */
    reason: z.string().exactOptional(),
  }),
  /** It is not due any more: somebody prolonged it, or the policy changed. */
  fact('lifecycleDropped', {
    reason: z.string(),
    /** The end of life stays as it is, although it is latest again. */
    keepsEndOfLife: z.literal(true).exactOptional(),
  }),
  fact('endOfLifeIntended', { plan: flagPlan }),
  fact('endOfLifeSet', {
    endOfLife: instant,
    why: z.enum(['published', 'superseded']),
    by: z.string().exactOptional(),
    replacements,
  }),
  /** It is latest again: the end of life that the newer version gave it, `was`, does not hold any more. */
  fact('endOfLifeRestored', { endOfLife: instant, was: instant }),
  /** Somebody had moved it to `found`, and the policy undoes that. */
  fact('endOfLifeUndone', { endOfLife: instant, found: instant.nullable() }),
  fact('endOfLifeNear', { endOfLife: instant, days: z.number().int().positive(), replacements }),
  fact('retirementIntended', { plan: flagPlan, regions }),
  /** Its end of life has come: out of latest in `regions`; it remains where nothing else would be latest. */
  fact('retired', { endOfLife: instant, regions, remainsIn: regions, replacements }),
  /** Retention gives it up, and something speaks for it, or is not known: it is looked at again then. */
  fact('retentionKept', { reason: z.string(), until: instant }),
  /** Retention is in preview: with `enforce`, it would be deleted. */
  fact('wouldBeDeleted', { reason: z.string() }),
  fact('deletionIntended', { reason: z.string(), replacements }),
  fact('deletionAccepted', {}),
] as const;
