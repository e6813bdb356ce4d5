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

/** By region, the good version to use instead, as it was known then. */
export const replacements = z.record(z.string(), z.string()).exactOptional();

export const fact = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), ...shape });

/** What an answer to a candidate rests on. */
export const answerEvidence = z.object({
  link: z.string().exactOptional(),
  summary: z.string().exactOptional(),
  report: z
    .object({
      format: z.enum(['junit', 'sarif']),
      path: z.string(),
      sha256: z.string(),
      bytes: z.number(),
      says: z.string(),
    })
    .exactOptional(),
});
