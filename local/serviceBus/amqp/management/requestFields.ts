import { z } from 'zod';
import { argumentError } from '../../errors.ts';

/** A long: rhea gives a number where it is exact, else the eight bytes. */
const longSchema = z.union([z.number(), z.instanceof(Buffer).transform((bytes) => Number(bytes.readBigInt64BE()))]);

/** What requests carry, by the names on the wire. */
export const fields = {
  long: longSchema,
  sequenceNumbers: z.array(longSchema),
  lockTokens: z.array(z.instanceof(Buffer)),
  sessionId: z.string(),
  bytes: z.instanceof(Buffer),
};

/** Parses the body of a request, or refuses it naming what is wrong. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw argumentError(`The request is not valid: ${z.prettifyError(parsed.error)}`);
}
