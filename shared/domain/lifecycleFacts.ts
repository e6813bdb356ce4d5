import { z } from 'zod';
import { fact, flagPlan, instant, regions } from './factShapes.ts';

/** What can happen to a version that was published: its end of life, and what comes after it. */
export const lifecycleFacts = [
  /** There is work again: a newer version took its place, or its end of life has come. */
  fact('lifecycleDue', {
    stage: z.enum(['superseded', 'endOfLife']),
    /** As the version had it then. */
    endOfLife: instant.exactOptional(),
    /** The version that took its place. */
    by: z.string().exactOptional(),
  }),
  /** It is not due any more: somebody prolonged it, or the policy changed. */
  fact('lifecycleDropped', { reason: z.string() }),
  fact('endOfLifeIntended', { plan: flagPlan }),
  fact('endOfLifeSet', {
    endOfLife: instant,
    why: z.enum(['published', 'superseded']),
    by: z.string().exactOptional(),
  }),
  fact('endOfLifeNear', { endOfLife: instant, days: z.number().int().positive() }),
  fact('retirementIntended', { plan: flagPlan, regions }),
  /** Its end of life has come: out of latest in `regions`; it remains where nothing else would be latest. */
  fact('retired', { endOfLife: instant, regions, remainsIn: regions }),
] as const;
