import { z } from 'zod';

/** What facts are made of. Stored for years: members are only ever added. */
export const instant = z.iso.datetime();
export const regions = z.array(z.string());

export const flagPlan = z.object({
  excludeFromLatest: z.boolean(),
  regions: z.record(z.string(), z.boolean()),
  endOfLifeDate: instant.nullable().exactOptional(),
  blockDeletionBeforeEndOfLife: z.boolean().exactOptional(),
  setEndOfLife: instant.exactOptional(),
});

export const fact = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), ...shape });
