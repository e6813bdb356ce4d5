import { z } from '@hono/zod-openapi';
import { ProblemError } from './problem.ts';

/** What the schema of an operation does not take is a problem that names the member. */
export function validated(result: { success: true } | { success: false; error: z.core.$ZodError }): void {
  if (!result.success) throw new ProblemError(400, z.prettifyError(result.error).slice(0, 2_000));
}
