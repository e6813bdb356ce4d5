import { z } from '@hono/zod-openapi';

/**
 * The parameters of a question to the audit trail. One that it does not know is refused by name: left out of account, as a
 * misspelled filter would be, the answer would be wider than what was asked.
 */
export function auditQuery<const S extends z.ZodRawShape>(shape: S) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `there is no parameter ${issue.keys.join(', ')}; known are ${known}`
        : undefined,
  });
}
