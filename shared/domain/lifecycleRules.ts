import { z } from 'zod';

const days = z.number().int().positive().max(3_650);

/** Until when a version is offered, and kept. Nothing of it holds where the section is absent. */
export const lifecycleSchema = z.strictObject({
  endOfLife: z
    .strictObject({
      afterDays: days
        .exactOptional()
        .describe('From the publication of a version; never later than the end of life of its image definition.'),
      supersededAfterDays: days
        .exactOptional()
        .describe('From the instant at which a version is latest nowhere, because a newer one took its place.'),
      warnDays: z.array(days).max(10).default([30, 7, 1]).describe('How long before the end of life teams are told.'),
    })
    .prefault({}),
});

export type LifecycleRules = z.infer<typeof lifecycleSchema>;
