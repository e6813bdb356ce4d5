import * as z from 'zod';

const chainHead = z.object({ log: z.string(), sequence: z.number().int().positive(), hash: z.string() });
export type ChainHead = z.infer<typeof chainHead>;

/** What happens to the audit trail itself. */
export const auditFact = z.discriminatedUnion('type', [
  /**
   * How far every log had come that was appended to since the manifest before. A log that was cut or written anew later
   * contradicts it, which its own hash chain alone would not show.
   */
  z.object({ type: z.literal('manifestWritten'), day: z.iso.date(), heads: z.array(chainHead) }),
]);
export type AuditFact = z.infer<typeof auditFact>;
