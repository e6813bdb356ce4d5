import * as z from 'zod';

/** What facts are made of. Stored for years: members are only ever added. */
export const instant = z.iso.datetime();
export const regions = z.array(z.string());

const region = z.object({
  name: z.string(),
  replicaCount: z.number().exactOptional(),
  storageAccountType: z.string().exactOptional(),
});

export const flagPlan = z.object({
  excludeFromLatest: z.boolean(),
  regions: z.record(z.string(), z.boolean()),
  endOfLifeDate: instant.nullable().exactOptional(),
  blockDeletionBeforeEndOfLife: z.boolean().exactOptional(),
  setEndOfLife: instant.exactOptional(),
  restores: z
    .object({
      regions: z.array(region),
      endOfLifeDate: instant.exactOptional(),
      blockDeletionBeforeEndOfLife: z.boolean().exactOptional(),
    })
    .exactOptional(),
});

/** What a version had beside its flags right before a write. */
export const met = z.object({
  targetRegions: z.array(
    region.extend({ excludeFromLatest: z.boolean().exactOptional(), encrypted: z.literal(true).exactOptional() }),
  ),
  endOfLifeDate: instant.nullable(),
  blockDeletionBeforeEndOfLife: z.boolean(),
});

/** By region, the good version to use instead, as it was known then. */
export const replacements = z.record(z.string(), z.string()).exactOptional();

export const fact = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), ...shape });

const range = z.object({ min: z.number().exactOptional(), max: z.number().exactOptional() });

/** What Azure says of an image definition, save texts that people write: those may hold names. */
export const imageDescription = z.object({
  osType: z.enum(['Linux', 'Windows']),
  osState: z.enum(['Generalized', 'Specialized']),
  generation: z.enum(['V1', 'V2']),
  architecture: z.enum(['x64', 'Arm64']),
  features: z.array(z.object({ name: z.string(), value: z.string(), startsAtVersion: z.string().exactOptional() })),
  /** Memory in GiB. */
  recommended: z.object({ vCPUs: range, memory: range }),
  disallowedDiskTypes: z.array(z.string()),
  endOfLifeDate: instant.exactOptional(),
  purchasePlan: z.object({ name: z.string(), publisher: z.string(), product: z.string() }).exactOptional(),
});
export type ImageDescription = z.infer<typeof imageDescription>;

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
