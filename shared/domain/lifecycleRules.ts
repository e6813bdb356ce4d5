import * as z from 'zod';

const wholeDays = z.number().int().positive().max(3_650);
/** Parts of a day are for trying things out. */
const days = z.number().positive().max(3_650);

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
      warnDays: z
        .array(wholeDays)
        .max(10)
        .default([30, 7, 1])
        .describe('How long before the end of life teams are told.'),
    })
    .prefault({}),
  retention: z
    .strictObject({
      mode: z
        .enum(['preview', 'enforce'])
        .default('preview')
        .describe('In preview, what would be deleted is announced, and nothing is deleted.'),
      keepGood: z.number().int().positive().max(1_000).default(3).describe('Of the newest versions that passed.'),
      minAgeDays: days.default(90).describe('From creation; a version that is younger is kept.'),
      graceDays: z.number().nonnegative().max(3_650).default(30).describe('From the end of life to the deletion.'),
      mostPerDay: z.number().int().positive().max(100).default(5).describe('In the whole instance.'),
      usedIn: z
        .array(z.string().min(1))
        .max(100)
        .default([])
        .describe('Ids of Azure subscriptions with VMs: nothing is deleted while one of them cannot be seen.'),
    })
    .exactOptional(),
});

export type RetentionRules = NonNullable<z.infer<typeof lifecycleSchema>['retention']>;
export type LifecycleRules = z.infer<typeof lifecycleSchema>;
